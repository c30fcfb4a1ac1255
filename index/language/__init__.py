"""From what people type to words and wishes: analysis, lexicon, keyboard, parser."""
