"""The demo: a bundled hospital site, served, crawled and shown."""
