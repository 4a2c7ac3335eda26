"""Turns f1db, the open Formula One database (github.com/f1db/f1db, CC BY 4.0), into seasons of a ledger."""
