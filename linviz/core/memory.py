"""Numbers of bytes in words. Needs neither torch nor numpy."""


def gigabytes(count: int) -> str:
    """Write a number of bytes; whole numbers, since a float may be too small for it."""
    whole, tenths = divmod(count // 10**8, 10)
    return f"{whole:,}.{tenths}"
