"""Opens a table, whatever it is written as. Needs no torch."""

import contextlib
from collections.abc import Iterator

from linviz.core.tables.array_table import ArrayTable
from linviz.core.tables.block import Table
from linviz.core.tables.parquet_table import ParquetTable
from linviz.core.tables.table_file import Data, opened_table
from linviz.core.tables.text_table import TextTable


@contextlib.contextmanager
def open_table(data: Data) -> Iterator[Table]:
    """Open a table in a file, or in bytes that were pasted.

    Raises
    ------
    InputError
        If there is none, or it was changed before all was read.
    """
    with opened_table(data) as file:
        match file.kind:
            case "parquet":
                yield ParquetTable(file)
            case "npy" | "npz":
                yield ArrayTable(file)
            case _:
                yield TextTable(file)
