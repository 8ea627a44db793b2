import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from oracle import FEW

from linviz.core.descent import Descent
from linviz.core.outlook import Going, Outlook
from linviz.core.problem import Problem
from linviz.core.settings import Settings
from linviz.core.theory import Theory
from linviz.core.trainer import Trainer

LAMBDAS = st.lists(st.floats(1e-6, 1e6), min_size=1, max_size=6).map(sorted)
RATES = st.floats(1e-8, 1e4)
STEPS = 400


@FEW
@given(LAMBDAS, RATES)
def test_the_factor_is_that_of_the_worst_direction(lambdas: list[float], rate: float) -> None:
    outlook = Outlook(lambdas[0], lambdas[-1])
    assert outlook.factor(rate) == max(abs(1 - rate * each) for each in lambdas)


@FEW
@given(LAMBDAS, RATES)
def test_how_it_goes_is_what_descent_itself_does_along_each_direction(lambdas: list[float], rate: float) -> None:
    distances = np.ones(len(lambdas))
    after = distances - rate * np.array(lambdas) * distances  # the gradient along a direction is λ times the distance
    assume(np.all(np.abs(np.abs(after) - 1) > 1e-9))
    going = Outlook(lambdas[0], lambdas[-1]).going(rate)
    expected = (
        Going.DIVERGES if np.any(np.abs(after) > 1) else Going.OSCILLATES if np.any(after < 0) else Going.CONVERGES
    )
    assert going is expected


@FEW
@given(LAMBDAS, st.floats(0.3, 3))
def test_no_rate_is_better_than_the_best(lambdas: list[float], share: float) -> None:
    outlook = Outlook(lambdas[0], lambdas[-1])
    assert outlook.factor(outlook.best) <= outlook.factor(outlook.best * share) + 1e-12


@pytest.mark.parametrize("seed", range(100))
def test_a_real_run_goes_as_was_said_on_either_side_of_the_limit(seed: int) -> None:
    draw = np.random.default_rng(seed)
    samples, inputs, outputs = (int(draw.integers(1, most)) for most in (30, 7, 4))
    shapes = (samples, inputs), (samples, outputs), (outputs, inputs), (outputs,)
    x, y, weight, bias = (draw.standard_normal(shape).astype(np.float32) for shape in shapes)
    problem = Problem(x, y, weight, bias)
    theory = Theory.of(problem.x, problem.y)
    outlook = Outlook.of(theory)
    excess = {}
    for share, going in ((0.99, Going.OSCILLATES), (1.01, Going.DIVERGES)):
        rate = share * outlook.stability_limit
        assert outlook.going(rate) is going
        losses = Trainer(problem, Settings(rate)).run(STEPS).losses
        excess[going] = losses[[0, -1]] - theory.optimal_loss
    assert excess[Going.OSCILLATES][1] < max(excess[Going.OSCILLATES][0], 1e-6)
    assert excess[Going.DIVERGES][1] > excess[Going.DIVERGES][0]


@pytest.mark.parametrize(
    ("least", "most", "rate", "said"),
    [
        (0.1, 1.0, 0.7, "converges: 0.9300 a step in the slowest direction"),
        (0.1, 1.0, 1.5, "oscillates: 0.8500 a step in the slowest direction"),
        (0.1, 1.0, 3.0, "diverges: 2.0000 a step in the fastest growing direction"),
        (1e-6, 1.0, 0.1, "converges: 1 − 1.0e-7 a step in the slowest direction"),
        (1e-20, 1.0, 0.1, "converges: 1 − 1.0e-21 a step in the slowest direction"),
        (0.1, 1.0, 1e7, "diverges: 1.0e7 a step in the fastest growing direction"),
        (0.1, 1.0, 101.0, "diverges: 100.0 a step in the fastest growing direction"),
        (1.0, 1.0, 1.0, "converges: 0.0000 a step in the slowest direction"),
    ],
)
def test_what_is_said_has_the_digits_that_tell_something(least: float, most: float, rate: float, said: str) -> None:
    words = Outlook(least, most).words(rate)
    assert words[0] == said
    assert list(words) == sorted(words, key=len, reverse=True)


def test_the_sentences_name_all_limits_of_the_notebooks_data() -> None:
    outlook = Outlook.of(Theory.of_problem(Problem.notebook()))
    for rate, verdict in ((0.01, "It converges:"), (1.0, "It converges and oscillates"), (1.3, "It diverges:")):
        said = outlook.sentences(rate)
        assert said.startswith(verdict)
        for number in ("0.647", "1.219", "1.294"):
            assert number in said


@pytest.mark.parametrize("momentum", [0.3, 0.9])
@pytest.mark.parametrize("nesterov", [False, True])
@given(st.lists(st.floats(1e-2, 1e2), min_size=2, max_size=5).map(sorted), st.floats(1e-3, 3))
@FEW
def test_with_momentum_it_goes_as_the_roots_have_it(
    momentum: float, nesterov: bool, lambdas: list[float], share: float
) -> None:
    outlook = Outlook(lambdas[0], lambdas[-1], Descent(1.0, momentum, nesterov=nesterov))
    rate = share * outlook.stability_limit
    drop = rate * np.array(lambdas)
    gain = 1 + momentum if nesterov else 1.0
    # Of distance and buffer, both in units of the distance: buffer = momentum · buffer + drop.
    roots = np.array(
        [
            np.linalg.eigvals(
                [[1 - gain * h if nesterov else 1 - h, -(momentum**2) if nesterov else -momentum], [h, momentum]]
            )
            for h in drop
        ]
    )
    size = np.abs(roots).max()
    assert outlook.factor(rate) == pytest.approx(size, rel=1e-6)
    assume(abs(size - 1) > 1e-6 and abs(rate / outlook.monotone_limit - 1) > 1e-6)
    swings = np.any(np.abs(roots.imag) > 1e-9) or np.any(roots.real < -1e-9)
    assert outlook.going(rate) is (Going.DIVERGES if size > 1 else Going.OSCILLATES if swings else Going.CONVERGES)
    assert outlook.factor(outlook.best) <= size + 1e-6


def test_weight_decay_is_part_of_each_eigenvalue_and_all_words_name_what_is_chosen() -> None:
    theory = Theory.of_problem(Problem.notebook())
    outlook = Outlook.of(theory, Descent(1.0, 0.9, weight_decay=0.5))
    assert outlook.stability_limit == pytest.approx(3.8 / (theory.eigenvalues[-1] + 0.5))
    assert "momentum 0.9 and weight decay 0.5, which is part of each λ," in outlook.sentences(0.1)
    never = Outlook.of(theory, Descent(1.0, 1.0))
    assert never.going(0.01) is Going.DIVERGES
    assert never.sentences(0.01).endswith("every run diverges at any rate.")
