"""What is known of a linear model's training before it runs. float64, numpy alone."""

import numpy as np

from linviz.core.snapshot import Array


def stability_limit(x: Array, outputs: int) -> float:
    """Give the learning rate above which gradient descent on the mean squared error must diverge.

    The loss, a mean over samples × outputs, is a paraboloid whose Hessian is, for each output alike,
    ``2 / (samples · outputs) · [x, 1]ᵀ [x, 1]``; a step along an eigenvector multiplies the distance to the minimum by
    ``1 − rate · λ``, which grows once ``rate > 2 / λmax`` (Polyak, Introduction to Optimization, 1987, section 1.4).

    Parameters
    ----------
    x
        Inputs, (samples, inputs).
    outputs
        How many outputs the model has.
    """
    samples, inputs = x.shape
    gram = np.empty((inputs + 1, inputs + 1))
    # Column by column: all of x in float64 may not fit beside x.
    for j in range(inputs):
        column = x[:, j].astype(np.float64)
        gram[j, :inputs] = gram[:inputs, j] = [column @ x[:, other] for other in range(inputs)]
        gram[j, inputs] = gram[inputs, j] = column.sum()
    gram[inputs, inputs] = samples
    return float(samples * outputs / np.linalg.eigvalsh(gram)[-1])
