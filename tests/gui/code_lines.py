"""What the tests of the code have in common: the lines as a person sees them, and clicks on them."""

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from linviz.core.snapshot import ARRAY_FIELDS, Snapshot
from linviz.gui.main_window import MainWindow

FORWARD = "pred = linear(x)"
LOSS = "loss = criterion(pred, y)"
ZERO_GRAD = "optimizer.zero_grad()"
BACKWARD = "loss.backward()"
UPDATE = "optimizer.step()"
ITERATION = (FORWARD, LOSS, ZERO_GRAD, BACKWARD, UPDATE)
BY_HAND = ("linear.weight.data.sub_(lr * linear.weight.grad.data)", "linear.bias.data.sub_(lr * linear.bias.grad.data)")


def texts(window: MainWindow) -> list[str]:
    model = window.code.list.model()
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def heard(window: MainWindow) -> dict[str, str]:
    """Give what a screen reader says of each line's state: ``done``, ``next`` or ``to come``."""
    model = window.code.list.model()
    spoken = [model.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(model.rowCount())]
    return {each.split(": ", 1)[1]: each.split(": ", 1)[0].split(", ")[1] for each in spoken if each}


def states(window: MainWindow) -> str:
    """Give the states of the iteration's lines as signs: ✓ done, ▶ next, · to come, – not run."""
    signs, model = {"done": "✓", "next": "▶", "to come": "·", "not run": "–"}, window.code.list.model()
    first = texts(window).index(FORWARD)
    return "".join(signs[heard(window)[model.index(row, 0).data()]] for row in range(first, model.rowCount()))


def spot(window: MainWindow, text: str) -> QPoint:
    """Give the middle of a line, scrolled to be seen, in the list's viewport."""
    lines = window.code.list
    index = lines.model().index(texts(window).index(text), 0)
    lines.scrollTo(index)
    return lines.visualRect(index).center()


def click_line(window: MainWindow, text: str) -> None:
    QTest.mouseClick(window.code.list.viewport(), Qt.MouseButton.LeftButton, pos=spot(window, text))


def lit(window: MainWindow) -> dict[str, str]:
    """Give how each part is lit that is lit: the panels by their fields, and the loss."""
    parts = {**window.equation.panels, "loss": window.loss}
    return {name: part.lit_as for name, part in parts.items() if part.lit_as}


def assert_same_moment(one: Snapshot | None, other: Snapshot) -> None:
    """Compare two moments to the last bit."""
    assert one is not None
    assert (one.step, one.next_phase, one.loss) == (other.step, other.next_phase, other.loss)
    assert {**one.computed_at} == {**other.computed_at}
    for name in ARRAY_FIELDS:
        here, there = getattr(one, name), getattr(other, name)
        assert (here is None) == (there is None), name
        if here is not None:
            np.testing.assert_array_equal(here, there, err_msg=name)
