"""The pages, a blueprint a module."""
