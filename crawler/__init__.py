"""Finds notices on agencies' sites and reads them: discover, fetch, extract."""
