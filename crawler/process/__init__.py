"""Runs as processes: what is asked of a crawl, the child that does it, its report."""
