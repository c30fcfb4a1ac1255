"""Search over notices and guides: a projection of the store that can be deleted and rebuilt."""
