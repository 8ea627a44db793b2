"""One pass over the data: what is left of it is small, and all that a linear model's training depends on."""

import numpy as np

from linviz.core.snapshot import Array

NARROW, WIDE = 2**12, 2**21
"""Numbers that are held in float64 at a time: of few columns so few that they stay near one processor, of many so many,
16 MB, that all processors have something to do."""
FEW_COLUMNS = 48


def triangle(x: Array, y: Array, bias: bool = True) -> Array:
    """Give the triangular factor R of the QR decomposition of [x, 1, y]: (min(samples, columns), columns), float64.

    ``RᵀR`` is the Gram matrix of [x, 1, y], from which loss, gradient and Hessian follow. It isn't formed, because that
    would square the condition number (Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., section 20.4):
    an optimum found through R is as accurate as one by ``lstsq``. The rows come block by block, each decomposed
    together with the factor of those before it (sequential TSQR: Demmel, Grigori, Hoemmen, Langou, SIAM Journal on
    Scientific Computing 34, 2012, A206), so that all of x is never held in float64.

    Parameters
    ----------
    x, y
        Inputs (samples, inputs) and targets (samples, outputs), in any float dtype; there may be 0 outputs.
    bias
        Whether the column of ones stands between them.
    """
    samples, inputs = x.shape
    first_target = inputs + bias
    columns = first_target + y.shape[1]
    rows = max((NARROW if columns <= FEW_COLUMNS else WIDE) // columns, 2 * columns)
    factor = np.empty((0, columns))
    for begin in range(0, samples, rows):
        end = min(begin + rows, samples)
        block = np.empty((len(factor) + end - begin, columns))
        block[: len(factor)] = factor
        new = block[len(factor) :]
        new[:, :inputs] = x[begin:end]
        new[:, inputs:first_target] = 1
        new[:, first_target:] = y[begin:end]
        factor = np.asarray(np.linalg.qr(block, mode="r"))
    return factor
