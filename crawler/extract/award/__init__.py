"""Who won, for how much, and what each thing cost: read from the text, the tables and the files of a result."""
