"""Files become text and tables: Word, sheets, slides, archives."""
