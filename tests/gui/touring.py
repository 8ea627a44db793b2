"""What the tests of the tour have in common: the notebook as it is in its file, and a person walking it by keys."""

import json
from typing import Any

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from gui.driving import settle
from linviz.core.snapshot import Snapshot
from linviz.gui.main_window import MainWindow
from linviz.resources import resource

NOTEBOOK = json.loads(resource("examples/notebook.json").read_text("utf-8"))["cells"]
NUMBERS = [cell["in"] for cell in NOTEBOOK]
SYMBOLS = {"x": "x", "y": "y", "weight": "W", "bias": "b", "prediction": "ŷ", "loss": "L",
           "weight_grad": "∂L/∂W", "bias_grad": "∂L/∂b"}  # fmt: skip


def take_up(qtbot: QtBot, window: MainWindow) -> None:
    """Press F2 wherever the focus is."""
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    focus: QWidget | None = window.focusWidget()
    QTest.keyClick(window if focus is None else focus, Qt.Key.Key_F2)
    assert window.tour.isVisible()


def enter(qtbot: QtBot, window: MainWindow, times: int = 1) -> None:
    """Press Enter where the focus is, and wait until what it runs is over."""
    for _ in range(times):
        QTest.keyClick(window.focusWidget(), Qt.Key.Key_Return)
        settle(qtbot, window)


def escape(window: MainWindow) -> None:
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Escape)
    assert not window.tour.isVisible()
    assert window.code.isVisible()


def said(window: MainWindow, name: str) -> str:
    """Give what a label of the tour says; nothing if it isn't there to be read."""
    label = window.tour.findChild(QLabel, f"tour_{name}")
    assert isinstance(label, QLabel)
    return "" if label.isHidden() else label.text()


def cell_shown(window: MainWindow) -> int:
    return int(said(window, "title").lower().split("cell ")[1].split(" ·")[0])


def table(window: MainWindow) -> list[list[str]]:
    """Read the output: name, here, printed, difference."""
    model = window.tour.output.model()
    return [[model.index(row, column).data() for column in range(4)] for row in range(model.rowCount())]


def expected_rows(cell: dict[str, Any], moment: Snapshot | None) -> list[list[str]]:
    """Write the table from the notebook's file, and from the moment that the window shows."""
    rows = []
    for name, printed in cell["out"].items():
        for index, value in np.ndenumerate(np.array(printed)):
            decimals = 7 if name == "loss" else 4
            symbol = SYMBOLS[name] + (f"[{', '.join(map(str, index))}]" if index else "")
            here = difference = ""
            if moment is not None:
                number = float(np.asarray(getattr(moment, name))[index])
                here, difference = f"{number:.{decimals}f}", f"{abs(number - value):.1e}".replace("e-0", "e-")
                difference = difference.replace("e+00", "e0")
            rows.append([symbol, here, f"{value:.{decimals}f}", difference])
    return rows


def run_through(qtbot: QtBot, window: MainWindow, number: int) -> None:
    """Walk from the first cell until this one has run."""
    while cell_shown(window) != number:
        enter(qtbot, window)
    enter(qtbot, window)


def numbers_of(moment: Snapshot | None) -> dict[str, bytes | float | None]:
    """Give every number of a moment by its bits."""
    assert moment is not None
    arrays = {name: getattr(moment, name) for name in SYMBOLS if name != "loss"} | {"residual": moment.residual}
    bits = {name: None if array is None else array.tobytes() for name, array in arrays.items()}
    return {**bits, "loss": moment.loss, "step": moment.step, "rate": moment.settings.learning_rate}
