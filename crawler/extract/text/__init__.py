"""Readings of text that several fields share: folding, lines, labels, numerals, moments."""
