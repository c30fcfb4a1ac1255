"""Reads documents: pure functions, a document in and fields out."""
