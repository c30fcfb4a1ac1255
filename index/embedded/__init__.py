"""The search engine that needs no server: Whoosh keeps the files, arrays hold the postings."""
