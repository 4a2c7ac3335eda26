"""``python -m ledger``: the same as ``parc``."""

from ledger.cli import main

main()
