"""What an operator does by commands: accounts, notices, what belongs together, mails, backup."""
