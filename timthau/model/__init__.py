"""The plain types of the field: notice, buyer, relation, change, alert."""
