"""What word processors write becomes text and tables: Word in all its forms, RTF, OpenDocument."""
