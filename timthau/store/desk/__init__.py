"""What people who run TimThau decide: corrections, hidden notices, accounts, and the record of who did what."""
