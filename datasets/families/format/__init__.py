"""Families of format tasks: layouts here, documents and instructions in their rooms."""
