"""Whether a document is a notice, and which kind."""
