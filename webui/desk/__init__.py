"""The operator's desk under /admin: who is let in, and its pages; what they do is done by the room `desk`."""
