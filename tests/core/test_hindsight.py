import pytest

from linviz.core.batches import Batches
from linviz.core.command import Edit, Run, SetLearningRate
from linviz.core.hindsight import LookBack, Seen
from linviz.core.history import History
from linviz.core.problem import Problem
from linviz.core.settings import Settings
from linviz.core.snapshot import Burst
from linviz.core.split import Split


@pytest.fixture
def history() -> History:
    return History(Problem.notebook(), Settings(0.1, batches=Batches(4), split=Split(0.3)))


def looked_back(history: History) -> Seen:
    before = history.trainer.snapshot()
    seen = history.perform(LookBack(1))
    assert isinstance(seen, Seen)
    assert history.trainer.snapshot() is before, "the run stays where it is"
    return seen


def ran(history: History, steps: int = 100) -> Burst:
    burst = history.perform(Run(steps=steps))
    assert isinstance(burst, Burst)
    return burst


def test_looking_back_tells_what_was_told_when_it_was_the_present(history: History) -> None:
    told = {burst.snapshot.step: burst.evaluation for burst in (ran(history) for _ in range(5))}
    history.perform(SetLearningRate(0.2))
    seen = {each.step: each for each in looked_back(history).evaluations}
    both = seen.keys() & told.keys()
    assert len(both) > 1
    for step in both:
        then = told[step]
        assert then is not None
        assert (seen[step].training_loss, seen[step].test_loss) == (then.training_loss, then.test_loss)


def test_of_data_that_were_others_nothing_is_told(history: History) -> None:
    ran(history)
    history.perform(Edit((("x", (0, 0), 9.0),)))
    ran(history)
    assert {each.step for each in looked_back(history).evaluations} <= {100, 200}


def test_of_a_branch_that_is_gone_there_is_nothing(history: History) -> None:
    seen = history.perform(LookBack(7))
    assert isinstance(seen, Seen)
    assert seen.evaluations == ()
