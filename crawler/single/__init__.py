"""One document or address read by itself, without a crawl."""
