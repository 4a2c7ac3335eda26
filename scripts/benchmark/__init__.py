"""What scripts/bench.py is made of: the ledger and its peers, each doing the same work in turns."""
