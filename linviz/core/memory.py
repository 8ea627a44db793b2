"""Numbers of bytes, in words, and whether there are so many. Needs neither torch nor numpy."""

from linviz.errors import InputError


def gigabytes(count: int) -> str:
    """Write a number of bytes; whole numbers, since a float may be too small for it."""
    whole, tenths = divmod(count // 10**8, 10)
    return f"{whole:,}.{tenths}"


def check_memory(name: str, samples: int, inputs: int, outputs: int, size: int, held: int = 0) -> None:
    """Refuse a table that takes more memory than there is.

    Parameters
    ----------
    name
        What messages call it.
    samples, inputs, outputs
        The shape, about.
    size
        Bytes of a number.
    held
        Bytes of what is held besides while it is read.

    Raises
    ------
    InputError
        If it does.
    """
    import psutil  # noqa: PLC0415  # asked when a table is read, not at start-up

    # x is held by the problem and perhaps by the trainer; of y's shape are also prediction, residual and their like.
    numbers = samples * (2 * inputs + 10 * outputs) + 8 * (inputs + 1) * outputs
    needed, free = size * numbers + held, psutil.virtual_memory().available
    if needed > free:
        raise InputError(
            f"{inputs + outputs:,} columns and about {samples:,} rows of {name} need about {gigabytes(needed)} GB of "
            f"memory and {gigabytes(free)} GB are free: choose fewer columns, or a file with fewer rows"
        )
