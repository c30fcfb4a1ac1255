"""What one segment keeps, and how it is written, read and merged."""
