"""Proofs: the Merkle tree over the log, the entries under it, signed checkpoints. Pure: bytes in, bytes out."""
