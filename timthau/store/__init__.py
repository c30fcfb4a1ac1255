"""All SQL: what is kept of notices, pages, runs, alerts and mails."""
