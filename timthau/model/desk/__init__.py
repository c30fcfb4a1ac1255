"""What people who run TimThau decide and do: corrections, accounts, deeds, errands."""
