"""What the columns of the data are called, on the headers of panels and behind the names of cells."""

from dataclasses import dataclass

from linviz.core.problem import Problem
from linviz.core.terms import Index
from linviz.core.update_terms import split

OF_TARGETS = "y", "prediction", "residual"
"""Whose columns are those of y."""


@dataclass(frozen=True, slots=True)
class ColumnNames:
    """Names of the columns of x and of y; empty where there are none."""

    x: tuple[str, ...] = ()
    y: tuple[str, ...] = ()

    @classmethod
    def of(cls, problem: Problem) -> "ColumnNames":
        """Take those of a problem."""
        return cls(problem.x_names, problem.y_names)

    def of_columns(self, field: str) -> tuple[str, ...]:
        """Give the names of the columns of a field whose rows are samples; empty for others."""
        return self.x if field == "x" else self.y if field in OF_TARGETS else ()

    def of_cell(self, field: str, index: Index) -> str:
        """Say what a cell belongs to: ``bmi`` of x, ``progression`` of y, ``bmi → progression`` of a weight."""
        if not index:
            return ""
        if field == "x":
            return _at(self.x, index[1])
        if field in OF_TARGETS:
            return _at(self.y, index[1])
        owner = split(field)[0] or field
        target = _at(self.y, index[0])
        if owner != "weight":
            return target
        return " → ".join(name for name in (_at(self.x, index[1]), target) if name)

    def behind(self, name: str, field: str, index: Index) -> str:
        """Write a cell's name and, in brackets, what it belongs to: ``x[3, 1] (bmi)``."""
        belongs = self.of_cell(field, index)
        return f"{name} ({belongs})" if belongs else name


def _at(names: tuple[str, ...], at: int) -> str:
    return names[at] if names else ""
