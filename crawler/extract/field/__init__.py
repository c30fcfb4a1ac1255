"""Single fields read from a notice's text: deadline, money, buyer, items and the rest."""
