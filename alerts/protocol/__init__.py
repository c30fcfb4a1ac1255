"""What the standards of mail say: addresses, header lines, refusals."""
