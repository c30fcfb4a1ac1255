"""Prices paid: the form that asks for them, their lines and their plot."""
