"""A fetched page becomes a notice, a list or a counted failure."""
