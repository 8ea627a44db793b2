"""The data that are shipped. Needs no torch."""

from dataclasses import dataclass

from linviz.core.problem import Problem
from linviz.core.tables.table import TableSource
from linviz.resources import resource


@dataclass(frozen=True, slots=True)
class Example:
    """Data that are shipped.

    Parameters
    ----------
    name
        By which it is asked for.
    shape
        Samples, inputs, outputs.
    said
        What it is and where it comes from, in sentences.
    x, y
        Columns of its table; none of the notebook's, whose numbers are printed.
    """

    name: str
    shape: tuple[int, int, int]
    said: str
    x: tuple[str, ...] = ()
    y: tuple[str, ...] = ()

    def source(self, standardize: tuple[str, ...] = (), dtype: str = "float32", seed: int = 0) -> Problem | TableSource:
        """Give its problem, or the table that it is read from, with the choices of `TableSource`."""
        if not self.x:
            return Problem.notebook()
        path = resource(f"examples/{self.name}.csv")
        return TableSource(path, self.x, self.y, standardize=standardize, dtype=dtype, seed=seed)


EXAMPLES = {
    example.name: example
    for example in (
        Example("notebook", (10, 3, 2), "The ten samples that the notebook printed, with its starting parameters."),
        Example(
            "linnerud",
            (20, 3, 3),
            "Twenty men of a fitness club: chin-ups, sit-ups and jumps, and by them weight, waist and pulse. "
            "Tenenhaus, La régression PLS, 1998; from scikit-learn, BSD-3-Clause.",
            ("chins", "situps", "jumps"),
            ("weight", "waist", "pulse"),
        ),
        Example(
            "diabetes",
            (442, 10, 1),
            "442 patients: age, sex, body mass index, blood pressure and six blood values, and by them how far the "
            "disease went in a year. Efron, Hastie, Johnstone and Tibshirani, Least angle regression, 2004; from "
            "scikit-learn, BSD-3-Clause.",
            ("age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6"),
            ("progression",),
        ),
    )
}
"""By name, in the order in which they are offered."""
