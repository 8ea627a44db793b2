import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from linviz.core.evaluation import Evaluation
from linviz.core.evaluation_record import TEST, TRAINING, EvaluationRecord

EVERYWHERE = -1.0, 1e9


def evaluation(step: int, training: float, test: float | None = None) -> Evaluation:
    return Evaluation(step, training, np.array([0.5]), test, None if test is None else np.array([0.25]))


@settings(deadline=None, derandomize=True, max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 300), st.floats(0, 9)), max_size=200))
def test_in_whatever_order_they_come_the_last_of_each_step_is_kept(made: list[tuple[int, float]]) -> None:
    record = EvaluationRecord()
    for step, loss in made:
        record.put(evaluation(step, loss, -loss))
    expected = sorted(dict(made).items())
    steps, losses = record.curve(TRAINING, *EVERYWHERE, 10**6)
    assert list(zip(steps, losses, strict=True)) == expected
    assert (record.curve(TEST, *EVERYWHERE, 10**6)[1] == -losses).all()
    before = record.until(100)
    assert list(before.curve(TRAINING, *EVERYWHERE, 10**6)[0]) == [step for step, _ in expected if step <= 100]
    before.put(evaluation(1000, 1.0))
    assert len(record) == len(expected), "a copy goes its own way"


def test_what_is_not_finite_or_not_there_is_no_point() -> None:
    record = EvaluationRecord()
    for step, loss in enumerate([1.0, np.inf, np.nan, 2.0]):
        record.put(evaluation(step, loss))
    assert [points.tolist() for points in record.curve(TRAINING, *EVERYWHERE, 100)] == [[0, 3], [1, 2]]
    assert [len(points) for points in record.curve(TEST, *EVERYWHERE, 100)] == [0, 0]
    assert record.marks(TRAINING, *EVERYWHERE, 100)[0].tolist() == [0, 3]


def test_a_long_curve_keeps_its_extremes_in_few_points_and_its_marks_where_they_are() -> None:
    record, losses = EvaluationRecord(), np.random.default_rng(0).standard_normal(5000)
    for step, loss in enumerate(losses[:4000]):
        record.put(evaluation(step, loss))
    steps, heights = record.curve(TRAINING, *EVERYWHERE, 200)
    assert len(steps) <= 202
    assert (np.diff(steps) >= 0).all()
    assert (heights.min(), heights.max()) == (losses[:4000].min(), losses[:4000].max())
    marks, there = record.marks(TRAINING, *EVERYWHERE, 12)
    assert 6 <= len(marks) <= 12
    assert (there == losses[marks.astype(int)]).all()
    for step, loss in enumerate(losses[4000:], 4000):
        record.put(evaluation(step, loss))
    later = record.marks(TRAINING, *EVERYWHERE, 12)[0]
    assert set(later[later < 4000]) <= set(marks)


def test_a_range_brings_its_neighbours_so_that_the_line_leaves_the_frame() -> None:
    record = EvaluationRecord()
    for step in range(0, 100, 10):
        record.put(evaluation(step, float(step)))
    assert record.curve(TRAINING, 25, 45, 100)[0].tolist() == [20, 30, 40, 50]
