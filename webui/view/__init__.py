"""What templates show: forms, facets, plots, labels, markup."""
