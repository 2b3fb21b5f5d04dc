"""Families of format tasks: layouts here, documents and instructions in rooms of their own."""
