"""Words of pages and mails: labels, wording, catalogues of translations."""
