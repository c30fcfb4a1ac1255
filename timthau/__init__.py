"""TimThau: finds Vietnamese public procurement notices and makes them searchable."""

__version__ = "0.1.0"
