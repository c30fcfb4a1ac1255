"""What a query asks of an engine: clauses, ways through the words, filters."""
