"""Alerts on award lines: what a supplier wins, a maker sells, a thing is paid."""
