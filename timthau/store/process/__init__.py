"""Processes that share a database: what each holds, and which of them live."""
