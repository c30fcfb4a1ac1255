"""Measuring against labelled sets: what is asked, what is right, how well it went."""
