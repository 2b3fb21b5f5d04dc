"""Readers: one strict parser for each document format."""
