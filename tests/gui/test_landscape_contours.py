"""The contours of a landscape as they are drawn, without a window."""

from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtGui import QFont, QFontMetricsF
from pytestqt.qtbot import QtBot

from linviz.core.axis import first_axes
from linviz.core.landscape import Landscape
from linviz.core.problem import Problem
from linviz.core.theory import Parameters, Theory
from linviz.gui.landscape_contours import contours
from linviz.gui.landscape_frame import Frame


@pytest.mark.parametrize("zoom", [0.01, 1.0, 100.0])
def test_those_of_a_slice_that_is_flat_in_a_direction_are_parallel_lines(qtbot: QtBot, zoom: float) -> None:
    problem = Problem.random(1, 1, 1, 0)
    theory, start = Theory.of_problem(problem), Parameters(problem.weight, problem.bias)
    seen = Landscape.of(theory, *first_axes(theory, start)).through(start)
    (across, up), reach = seen.here, zoom
    frame = Frame(((across - reach, across + reach), (up - reach, up + reach)), 300.0, 400.0)
    drawn = contours(seen, frame, QFontMetricsF(QFont()), seen.here)
    assert drawn
    right, down = np.array(frame.unit) * seen.turn[:, 0]
    for contour in drawn:
        elements = [contour.path.elementAt(index) for index in range(contour.path.elementCount())]
        joined = [(one, other) for one, other in pairwise(elements) if other.isLineTo()]
        assert joined
        for one, other in joined:
            assert (other.x - one.x) * down == pytest.approx((other.y - one.y) * right, rel=1e-6)
