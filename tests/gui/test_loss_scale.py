import numpy as np
import pytest

from linviz.gui.loss_scale import LossScale, Scale

STEPS = np.arange(4.0)


@pytest.mark.parametrize(
    ("scale", "losses", "steps", "heights"),
    [
        (LossScale(), [3.0, 0.0, 5e-324, 1e-3], [0, 1, 2, 3], [3, 0, 0, 1e-3]),
        (LossScale(), [3.0, 1e301, 1.0, 0.5], [0, 2, 3], [3, 1, 0.5]),
        (LossScale(Scale.LOG), [100.0, 1.0, 0.0, 1e-3], [0, 1, 2, 3], [2, 0, -300, -3]),
        (LossScale(Scale.EXCESS, 0.5), [10.5, 0.5, 0.4, 0.501], [0, 3], [1, -3]),
    ],
)
def test_a_polyline_has_the_points_that_the_axis_reaches(
    scale: LossScale, losses: list[float], steps: list[float], heights: list[float]
) -> None:
    found = scale.polyline(STEPS, np.array(losses))
    assert found[0].tolist() == steps
    assert found[1] == pytest.approx(heights)


def test_what_is_above_the_optimum_keeps_its_digits() -> None:
    assert LossScale(Scale.EXCESS, 0.5).heights_of(np.array([1e-40])) == pytest.approx(-40)
