"""The write-ahead log of a ledger's file: https://sqlite.org/fileformat2.html, section 4."""

FRAME = 24 + 4096
HEADER = 32


def frames(data: bytes | bytearray) -> int:
    """How many frames a write-ahead log holds: those with the salts of its header, one after the other."""
    held = 0
    while data[HEADER + held * FRAME :][8:16] == data[16:24]:
        held += 1
    return held


def end_of_frames(data: bytes | bytearray) -> int:
    """Where the last frame ends. Behind it there may be room that is made ahead."""
    return HEADER + frames(data) * FRAME
