"""Readers: one strict reader for each format of documents."""
