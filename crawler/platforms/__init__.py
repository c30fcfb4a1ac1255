"""Kinds of sites: how each lists, pages, dates and attaches."""
