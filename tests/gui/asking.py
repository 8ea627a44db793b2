"""What test_why_panel.py and test_why_panel_follows.py have in common."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QTableView, QWidget

from linviz.core.explain import explain
from linviz.core.terms import Index
from linviz.gui.cell_delegate import Side
from linviz.gui.main_window import MainWindow
from linviz.gui.numbers import shortest, signed
from linviz.gui.why_text import value_text

OpenWindow = Callable[..., MainWindow]


Outlines = dict[str, tuple[Side, Side]]


def said(window: MainWindow, name: str) -> str:
    """Give what a label of the panel says; nothing if it isn't there to be read."""
    found = window.findChild(QLabel, name)
    assert isinstance(found, QLabel)
    return found.text() if found.isVisibleTo(window) else ""


def terms(window: MainWindow) -> list[list[str]]:
    """Read the table of terms, without the bars."""
    model = window.why.terms.model()
    return [[model.index(row, column).data() for column in range(4)] for row in range(model.rowCount())]


def outlined(window: MainWindow) -> Outlines:
    """Give row and column, as they stand on the screen, of what is outlined in each panel."""
    found = {name: panel.table._delegate.outlined for name, panel in window.equation.panels.items()}
    return {name: cells for name, cells in found.items() if cells is not None}


def marked(window: MainWindow) -> dict[str, tuple[int, int]]:
    """Give the cell that each panel marks as the selected one."""
    found = {name: panel.table._delegate.current for name, panel in window.equation.panels.items()}
    return {name: cell for name, cell in found.items() if cell is not None}


def value(window: MainWindow, field: str, index: Index) -> float:
    return float(np.asarray(getattr(window.snapshot, field))[index])


def assert_explains(window: MainWindow, field: str, index: Index, name: str) -> None:
    """Compare all that the panel says to the explanation of a cell of the window's last snapshot."""
    assert window.snapshot is not None
    told = explain(window.snapshot, field, index)
    assert said(window, "why_cell") == value_text(name, told)
    first, *change = said(window, "why_cell").split("\n")
    assert np.dtype(told.dtype).type(first.removeprefix(f"{name} = ")) == told.value  # in as few digits as tell it
    assert [line.split(" · ")[0] for line in change] == (
        [] if told.previous is None else [f"old {shortest(told.previous, told.dtype)}"]
    )
    assert told.value == value(window, field, index)
    assert (said(window, "why_note"), said(window, "why_remark")) == (told.note, told.remark)
    assert window.why.formula.accessibleName() == told.text
    assert len(terms(window)) == min(len(told.terms), 50)
    if not told.checks:
        assert (said(window, "why_sum"), said(window, "why_checks")) == ("", "")
        return
    assert f"Σ = {signed(told.terms.sum())}" in said(window, "why_sum")
    reference, *others = told.checks
    ways = [f"{reference.name} {signed(reference.value)}"]
    ways += [f"✓ {check.name} {signed(check.value)} ({check.ulp:+,.1f} ulp)" for check in others]
    assert said(window, "why_checks") == " · ".join(ways)


def click(table: QTableView, row: int, column: int) -> None:
    index = table.model().index(row, column)
    table.scrollTo(index)
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=table.visualRect(index).center())


def click_cell(window: MainWindow, field: str, row: int, column: int) -> None:
    """Click a cell where it stands on the screen."""
    click(window.equation.panels[field].table, row, column)


def press(widget: QWidget, *keys: Qt.Key) -> None:
    for key in keys:
        QTest.keyClick(widget, key)
