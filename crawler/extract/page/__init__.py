"""Web pages become articles: tree, blocks, headings, day of publication."""
