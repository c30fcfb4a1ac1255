"""Notices in and out of files: tables, OCDS, the journal of JSON lines."""
