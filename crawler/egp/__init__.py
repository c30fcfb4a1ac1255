"""The national e-procurement portal: what is asked of it, what its records say, and what to read when."""
