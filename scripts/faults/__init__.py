"""The parts of the fault campaign on a ledger in a cluster."""
