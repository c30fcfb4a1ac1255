"""Webhooks: an alert's finds, posted to its owner's own system."""
