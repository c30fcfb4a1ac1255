"""The web page of TimThau: search, notices and guides."""
