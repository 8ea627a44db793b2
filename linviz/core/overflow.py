"""When a diverging run leaves its dtype."""

import numpy as np

from linviz.core.settings import LARGEST
from linviz.core.trajectory import Trajectory


def overflow_step(trajectory: Trajectory, dtype: str) -> int | None:
    """Predict how many updates a real run has applied when its loss isn't finite for the first time; none if never.

    The first to overflow is the sum of the squared residuals, from which ``nn.MSELoss`` makes the mean afterwards: it
    is beyond float32 from 3.4e38 on, when no residual is above 1.8e19. Predictions and gradients, which grow as the
    residuals do and not as their squares, are still finite then, unless x holds numbers near 1e19 itself.

    The learning rate is rounded to the dtype, as the run does; what the run rounds else is left out. So near the
    stability limit, where the loss takes 10⁵ steps and more to overflow, the prediction may be some steps off, and from
    a start that is an optimum to within rounding it is an estimate.

    Parameters
    ----------
    trajectory
        The course in exact arithmetic.
    dtype
        Of the run; one of `linviz.core.settings.DTYPES`.
    """
    theory, limit = trajectory.theory, LARGEST[dtype]
    # Each in units of the loss, so that the sum itself, which may be beyond float64, is never formed.
    above = limit * theory.scale
    if trajectory.loss(0) > above:
        return 0
    rate = float(np.asarray(min(trajectory.descent.learning_rate, limit), dtype))
    if not rate:
        return None
    return trajectory.from_start(rate).first_loss_above(above)
