"""All notices at a glance: what they add up to, kept up to date, and kept for the next process."""
