"""Beside the loss curve: losses over all training samples and the test set, R², and the learning rate's schedule."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gui.conftest import OpenWindow
from gui.driving import settle, trigger
from gui.parts import burst_of, moment_of, problem, spoken_name
from gui.shown_plot import ShownPlot
from gui.travelling import branch, place_at
from linviz.core.batches import Batches
from linviz.core.command import Run, SetLearningRate
from linviz.core.criterion import Criterion
from linviz.core.evaluation import Evaluation
from linviz.core.evaluation_record import TEST, TRAINING
from linviz.core.place import BranchInfo
from linviz.core.schedule import Schedule
from linviz.core.settings import Settings
from linviz.core.snapshot import Burst
from linviz.core.split import Split
from linviz.core.travel import SeekStep
from linviz.gui.commands import build_actions
from linviz.gui.evaluation_line import evaluation_texts, r2_text
from linviz.gui.loss_card import LossCard
from linviz.gui.schedule_plot import SchedulePlot
from linviz.gui.theme import LIGHT

BATCHES = Settings(batches=Batches(1))
SPLIT = Settings(split=Split(0.5))
BOTH = Settings(batches=Batches(1), split=Split(0.5))
R2 = np.array([0.93, 0.88])


def evaluated(step: int, settings: Settings, *branches: BranchInfo, current: int = 1, training: float = 2.0) -> Burst:
    """Give a burst of one step that ends in an evaluation."""
    burst = burst_of([4.0], step - 1)
    test = (training + 1, R2 - 1) if settings.split.test_share else (None, None)
    place = place_at(step, step, *(branches or (branch(1, steps=step),)), current=current)
    given = problem(4, 1, 1)
    moment = replace(burst.snapshot, settings=settings, x=given.x, y=given.y)
    return replace(burst, snapshot=moment, place=place, evaluation=Evaluation(step, training, R2, *test))


class Shown(ShownPlot):
    def points(self, kind: int) -> list[tuple[float, float]]:
        steps, heights = self.plot.evaluations._lines[kind].getData()
        marks = self.plot.evaluations._symbols[kind].getData()
        assert [list(each) for each in marks] == [list(steps), list(heights)], "of so few each has its symbol"
        return list(zip(steps.tolist(), heights.tolist(), strict=True))


@pytest.fixture
def shown(qtbot: QtBot) -> Shown:
    return Shown(qtbot)


@pytest.mark.parametrize(
    ("settings", "kinds"), [(Settings(), ()), (BATCHES, (TRAINING,)), (SPLIT, (TEST,)), (BOTH, (TRAINING, TEST))]
)
def test_what_the_loss_curve_doesnt_say_is_drawn_where_it_was_computed(
    settings: Settings, kinds: tuple[int, ...], shown: Shown
) -> None:
    for step in (1, 3, 10):
        shown.plot.put(evaluated(step, settings, training=2 / step))
    expected = {TRAINING: [(1, 2.0), (3, 2 / 3), (10, 0.2)], TEST: [(1, 3.0), (3, 2 / 3 + 1), (10, 1.2)]}
    for kind in (TRAINING, TEST):
        assert shown.points(kind) == (expected[kind] if kind in kinds else [])
    assert shown.contains(*(point for kind in kinds for point in expected[kind]))
    shown.plot.start()
    assert not any(shown.points(kind) for kind in (TRAINING, TEST))


def test_a_branch_has_those_of_its_own_and_what_was_before_it(shown: Shown) -> None:
    trunk, twig = branch(1, steps=3), branch(2, parent=1, first=2, steps=3)
    for step in (1, 2, 3):
        shown.plot.put(evaluated(step, BATCHES, trunk, training=float(step)))
    shown.plot.put(evaluated(3, BATCHES, trunk, twig, current=2, training=9.0))
    assert shown.points(TRAINING) == [(1, 1.0), (2, 2.0), (3, 9.0)]
    shown.plot.put(evaluated(2, BATCHES, trunk, twig, training=2.0))  # back to the first one's past
    assert shown.points(TRAINING) == [(1, 1.0), (2, 2.0), (3, 3.0)]


def test_above_the_optimum_of_all_there_is_the_loss_over_all_alone(shown: Shown) -> None:
    for step in (1, 2):
        shown.plot.put(evaluated(step, BOTH, training=1.5))
    shown.plot.show_forecast(None, 0.5)
    shown.plot.set_excess(True)
    assert shown.points(TRAINING) == [(1, 0.0), (2, 0.0)]
    assert shown.points(TEST) == []
    assert len(shown.curve()[0]) == 0, "the loss of a batch isn't above the optimum of all samples"
    shown.plot.put(evaluated(3, replace(BOTH, criterion=Criterion("L1"))))
    assert shown.points(TRAINING) == []
    shown.plot.set_excess(False)
    shown.plot.set_log(True)
    assert shown.points(TEST)[0][1] == pytest.approx(np.log10(2.5))
    assert len(shown.curve()[0]) == 3


def test_the_read_out_gives_both_beside_the_loss_of_the_batch(shown: Shown) -> None:
    shown.put([5.0, 4.0])
    shown.plot.put(evaluated(3, BOTH))
    shown.plot.put(evaluated(4, BOTH))
    shown.hover(shown.spot(3, 4.0))
    assert shown.read_out() == "after step 3 · L = 4 · ■ 2 · ◆ 3"


def test_r2_is_told_of_each_output_and_says_where_there_is_none() -> None:
    assert r2_text(np.array([0.934, -0.5, np.nan]), 1.0) == "0.93, −0.50, none (y constant)"
    assert r2_text(np.array([-1234.0]), 1.0) == "−1.2e+03"
    assert r2_text(np.array([np.nan]), np.inf) == "none: the loss isn't finite"
    assert r2_text(np.linspace(0, 1, 11), 1.0) == "0.00 to 1.00 (11 outputs)"
    assert r2_text(np.full(9, np.nan), 1.0) == "none: y constant"


def test_the_line_says_what_the_curves_are_and_how_they_were_computed() -> None:
    moment = moment_of(problem(10, 3, 2), step=12)
    given = Evaluation(12, 0.54, R2, 0.61, np.array([0.71, 0.64]))
    (plain, *_), tip = evaluation_texts(Evaluation(12, 0.54, R2), moment)
    assert plain == "R² 0.93, 0.88"
    assert "1 − Σ(y − ŷ)² / Σ(y − ȳ)²" in tip
    assert "after step 12" in tip
    parted = replace(moment, settings=replace(BOTH, batches=Batches(4)), tests=np.arange(3))
    texts, tip = evaluation_texts(given, parted)
    assert texts[0] == "■ all 7 training samples: L = 0.54, R² 0.93, 0.88 · ◆ 3 test samples: L = 0.61, R² 0.71, 0.64"
    assert texts[-1] == "R² 0.93, 0.88 · test 0.71, 0.64"
    assert list(map(len, texts)) == sorted(map(len, texts), reverse=True)
    assert "not at each step" in tip
    texts, _ = evaluation_texts(given, replace(parted, settings=SPLIT))
    assert texts[0] == "R² 0.93, 0.88 · ◆ 3 test samples: L = 0.61, R² 0.71, 0.64"


def test_in_the_window_the_numbers_are_those_of_the_moment_also_in_the_past(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    window = open_window(settings=Settings(0.1, batches=Batches(4), split=Split(0.3)))
    window.backend.submit(Run(steps=20))
    settle(qtbot, window)
    trigger(qtbot, window, "step")
    line = window.loss._evaluation
    then = line.text()
    assert then.startswith("■ all 7 training samples: L = ")
    assert "◆ 3 test samples" in then
    assert spoken_name(line) == then
    assert "a batch of up to 4 of 7 × 2" in window.loss._caption.text()
    assert window.loss._prediction.text().startswith("mean of (ŷ − y)² over a batch of up to 4 of 7 × 2")
    steps = window.loss.plot.branches.losses.evaluations.curve(TRAINING, 0, 100, 100)[0]
    assert steps.tolist() == [0, 20, 21]
    window.driver.submit(SeekStep(5))
    settle(qtbot, window)
    assert line.text() != then
    window.driver.submit(SeekStep(21))
    settle(qtbot, window)
    assert line.text() == then


def test_of_a_session_that_is_opened_the_kept_states_are_looked_at(
    open_window: OpenWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    window = open_window(settings=Settings(0.1, batches=Batches(4), split=Split(0.3)))
    for _ in range(3):
        window.backend.submit(Run(steps=400))
    settle(qtbot, window)
    before = window.loss.plot.branches.losses.evaluations
    path = tmp_path / "run.linviz"
    window.document.save(path)
    settle(qtbot, window)
    qtbot.waitUntil(path.exists)
    window.file_commands.open(path)
    qtbot.waitUntil(lambda: window.loss.plot.branches.losses.evaluations is not before)
    settle(qtbot, window)
    after = window.loss.plot.branches.losses.evaluations
    assert len(after) > 1
    assert after.at(1200) == before.at(1200)
    assert after.at(0) == before.at(0)


# The schedule


def test_the_learning_rate_is_drawn_below_on_the_same_axis_only_where_it_changes(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    card = LossCard(build_actions(window), window)
    window.resize(500, 400)
    card.resize(500, 400)
    card.set_theme(LIGHT, 1.0)
    window.show()
    moment = moment_of(problem(4, 3, 2), step=5)
    card.show_snapshot(moment)
    assert card.findChild(SchedulePlot) is None
    settings = Settings(0.1, schedule=Schedule("step", 10, 0.5))
    card.plot.put(replace(burst_of([1.0] * 5), snapshot=replace(moment, settings=settings)))
    card.show_snapshot(replace(moment, settings=settings))
    plot = card.findChild(SchedulePlot)
    assert isinstance(plot, SchedulePlot)
    assert plot.isVisible()
    assert plot._told.toPlainText() == "η = 0.1 at step 5"
    for first, last in ((0, 40), (5, 25)):
        card.plot._view.setXRange(first, last, padding=0)
        assert plot._view.viewRange()[0] == pytest.approx([first, last])
        steps, rates = plot._curve.getData()
        for step, rate in zip(steps[::2], rates[::2], strict=True):
            assert rate == settings.rate(int(step))
    card.resize(500, 200)
    assert not plot.isVisible(), "where there is little room it is the loss curve's"
    card.resize(500, 400)
    assert plot.isVisible()
    card.show_snapshot(moment)
    assert not plot.isVisible()


def test_past_steps_keep_the_rates_that_they_had(shown: Shown) -> None:
    settings = Settings(0.1, schedule=Schedule("step", 10, 0.5))
    for step in (1, 2, 3):
        shown.plot.put(evaluated(step, settings))
    changed = replace(settings, learning_rate=0.4)
    for step in (3, 4):
        shown.plot.put(evaluated(step, changed))
    shown.plot.put(evaluated(2, settings))  # back in the past
    assert [(step, each.learning_rate) for step, each in shown.plot.branches.losses.rates] == [(0, 0.1), (3, 0.4)]


def test_a_change_of_the_rate_is_noted_where_it_was_made(open_window: OpenWindow, qtbot: QtBot) -> None:
    window = open_window(settings=Settings(0.1, schedule=Schedule("cosine")))
    trigger(qtbot, window, "step", "step")
    window.driver.submit(SetLearningRate(0.4))
    settle(qtbot, window)
    trigger(qtbot, window, "step")
    rates = window.loss.plot.branches.losses.rates
    assert [(step, each.learning_rate) for step, each in rates] == [(0, 0.1), (2, 0.4)]
