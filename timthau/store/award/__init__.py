"""What was paid, in the database: award lines with their versions, and the suppliers they name."""
