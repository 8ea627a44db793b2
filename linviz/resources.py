"""Where the shipped files are: examples, fonts and icons."""

from functools import cache
from pathlib import Path


@cache
def resource(name: str) -> Path:
    """Give the path of a shipped file or folder.

    In a wheel the files lie inside the package; in a checkout, and so in an editable install, beside it.

    Parameters
    ----------
    name
        Path below ``resources/`` with forward slashes, for example ``"examples/notebook.json"``.

    Raises
    ------
    FileNotFoundError
        If it is in neither place: the installation is incomplete.
    """
    package = Path(__file__).parent
    for root in (package / "_resources", package.parent / "resources"):
        if (root / name).exists():
            return root / name
    raise FileNotFoundError(f"resource {name!r} is missing: the installation of linviz is incomplete, install it again")
