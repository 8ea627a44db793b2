import re

import pytest

from linviz.core.formula import formula_of
from linviz.core.problem import Problem
from linviz.core.snapshot import Snapshot
from linviz.core.terms import Index
from linviz.core.trainer import Trainer


@pytest.fixture(scope="module")
def start() -> Snapshot:
    return Trainer(Problem.random(40, 30, 20)).snapshot()


@pytest.fixture(scope="module")
def stepped() -> Snapshot:
    return Trainer(Problem.random(40, 30, 20)).step()


@pytest.mark.parametrize(
    ("field", "index", "text", "latex"),
    [
        ("x", (31, 17), "x[31,17] is given", r"x_{31,17}"),
        ("y", (31, 17), "y[31,17] is given", r"y_{31,17}"),
        (
            "prediction",
            (31, 17),
            "prediction[31,17] = Σⱼ x[31,j]·weight[17,j] + bias[17]",
            r"\hat{y}_{31,17} = \sum_{j} x_{31,j} \, W_{17,j} + b_{17}",
        ),
        (
            "residual",
            (31, 17),
            "residual[31,17] = prediction[31,17] − y[31,17]",
            r"r_{31,17} = \hat{y}_{31,17} - y_{31,17}",
        ),
        (
            "loss",
            (),
            "loss = 1/(N·m) Σᵢₖ residual[i,k]²",
            r"L = \frac{1}{N \cdot m} \sum_{i,k} (\hat{y}_{i,k} - y_{i,k})^2",
        ),
        (
            "weight_grad",
            (17, 29),
            "weight_grad[17,29] = 2/(N·m) Σᵢ residual[i,17]·x[i,29]",
            r"\frac{\partial L}{\partial W_{17,29}} = \frac{2}{N \cdot m} "
            r"\sum_{i} (\hat{y}_{i,17} - y_{i,17}) \, x_{i,29}",
        ),
        (
            "bias_grad",
            (17,),
            "bias_grad[17] = 2/(N·m) Σᵢ residual[i,17]",
            r"\frac{\partial L}{\partial b_{17}} = \frac{2}{N \cdot m} \sum_{i} (\hat{y}_{i,17} - y_{i,17})",
        ),
        (
            "weight",
            (17, 29),
            "weight[17,29] ← weight[17,29] − learning_rate·weight_grad[17,29]",
            r"W_{17,29} \leftarrow W_{17,29} - \eta \, \frac{\partial L}{\partial W_{17,29}}",
        ),
        (
            "bias",
            (17,),
            "bias[17] ← bias[17] − learning_rate·bias_grad[17]",
            r"b_{17} \leftarrow b_{17} - \eta \, \frac{\partial L}{\partial b_{17}}",
        ),
    ],
)
def test_a_formula_has_the_cells_own_indices_and_the_letters_that_are_summed(
    stepped: Snapshot, field: str, index: Index, text: str, latex: str
) -> None:
    assert formula_of(stepped, field, index) == (latex, text)
    numbers = {int(number) for number in re.findall(r"\d+", re.sub(r"[12]/\(N·m\)", "", text))}
    assert numbers == set(index)


def test_a_parameter_before_the_first_update_is_where_training_starts(start: Snapshot) -> None:
    assert formula_of(start, "weight", (1, 2)) == ("W_{1,2}", "weight[1,2] is where training starts")
    assert formula_of(start, "bias", (1,)) == ("b_{1}", "bias[1] is where training starts")
