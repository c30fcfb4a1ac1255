"""What a person may have meant: slips, joined and split words, suggestions."""
