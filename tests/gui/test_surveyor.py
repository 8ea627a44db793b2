from dataclasses import replace

import numpy as np
import pytest

from gui.parts import moment_of, problem
from linviz.core.axis import Axis
from linviz.core.relief import COUNTS, Relief, Survey
from linviz.core.snapshot import Snapshot
from linviz.gui.surveyor import LIVE_EVERY, Surveyor

AXES = Axis(0, 0), Axis(0, 1)
SEEN, ELSEWHERE = ((0.0, 1.0), (0.0, 1.0)), ((0.0, 2.0), (0.0, 1.0))
MOMENT = moment_of(problem(4, 2, 1))
LATER = replace(MOMENT, weight=MOMENT.weight.copy())


def answer(question: Survey | None, moment: Snapshot) -> Relief:
    assert question is not None
    place = np.linspace(0, 1, question.count)
    return Relief(question, moment, place, place, np.zeros((question.count, question.count)), np.zeros(2))


@pytest.fixture
def surveyor() -> Surveyor:
    return Surveyor()


def test_it_asks_coarsely_first_then_finer_and_then_no_more(surveyor: Surveyor) -> None:
    for count in COUNTS:
        question = surveyor.next(AXES, SEEN, MOMENT, False, 0.0)
        assert question == Survey(*AXES, SEEN, count)
        assert surveyor.next(AXES, SEEN, MOMENT, False, 0.0) is None, "one is on its way"
        assert surveyor.take(question, answer(question, MOMENT), AXES)
        assert surveyor.relief is not None
    assert surveyor.next(AXES, SEEN, MOMENT, False, 0.0) is None


@pytest.mark.parametrize(("seen", "moment"), [(ELSEWHERE, MOMENT), (SEEN, LATER)])
def test_what_is_looked_at_next_begins_coarsely_again(
    surveyor: Surveyor, seen: tuple[tuple[float, float], tuple[float, float]], moment: Snapshot
) -> None:
    first = surveyor.next(AXES, SEEN, MOMENT, False, 0.0)
    surveyor.take(first, answer(first, MOMENT), AXES)
    question = surveyor.next(AXES, seen, moment, False, 0.0)
    assert question is not None
    assert question.count == COUNTS[0]


def test_an_answer_for_other_axes_is_not_shown_and_a_strange_one_not_taken(surveyor: Surveyor) -> None:
    question = surveyor.next(AXES, SEEN, MOMENT, False, 0.0)
    assert surveyor.take(question, answer(question, MOMENT), AXES[::-1])
    assert surveyor.relief is None
    assert not surveyor.take(question, answer(question, MOMENT), AXES)


def test_during_a_run_it_asks_seldom_and_not_finely(surveyor: Surveyor) -> None:
    question = surveyor.next(AXES, SEEN, MOMENT, True, 10.0)
    surveyor.take(question, answer(question, MOMENT), AXES)
    assert question is not None
    assert question.count == COUNTS[1]
    assert surveyor.next(AXES, SEEN, LATER, True, 10.0 + LIVE_EVERY / 2) is None
    assert surveyor.next(AXES, SEEN, LATER, True, 10.0 + 2 * LIVE_EVERY) is not None
