"""What the window says of numbers where not all samples are used, the loss is another one and there is no bias."""

import numpy as np
from pytestqt.qtbot import QtBot

from gui.asking import OpenWindow, outlined, said, terms
from gui.code_lines import texts
from gui.driving import settle, trigger
from gui.touring import take_up
from linviz.core.explain import explain
from linviz.core.picked import Picked
from linviz.core.problem import Problem
from linviz.core.settings import Settings
from linviz.core.snapshot import Phase
from linviz.core.trainer import Trainer
from linviz.gui.compare_dialog import CompareDialog
from linviz.gui.why_text import checks_text

CHOSEN = {"batch": 4, "test_share": 0.2, "loss": "Huber", "delta": 0.5, "bias": False, "warm_up": 3}


def test_a_batch_is_explained_and_outlined_by_its_samples_own_indices(open_window: OpenWindow, qtbot: QtBot) -> None:
    window = open_window(Problem.notebook(), Settings.of(training=CHOSEN))
    trigger(qtbot, window, *["next_phase"] * 4)
    moment = window.snapshot
    assert moment is not None
    assert moment.rows is not None
    assert moment.residual is not None
    used = sorted(moment.rows.tolist())

    window.go_to("weight_grad", (1, 2))
    assert {row[0] for row in terms(window)} == {f"i={i}" for i in used}
    assert "N = 4: the samples of this batch." in said(window, "why_note")
    assert "the factors: clamp(r) × x" in said(window, "why_sum")
    cells = outlined(window)
    assert set(cells) == {"residual", "x"}
    for name, column in (("residual", 1), ("x", 2)):
        rows, columns = cells[name]
        assert isinstance(rows, Picked)
        assert (rows.ascending.tolist(), columns) == (used, column)
        paints = window.equation.panels[name].table._delegate._is_outlined
        assert [i for i in range(10) if paints(i, column)] == used
        assert not any(paints(i, 0) for i in range(10))

    other = next(i for i in range(10) if i not in used)
    window.go_to("prediction", (other, 0))
    assert said(window, "why_note").startswith(f"There is no prediction of sample {other}: ")
    assert outlined(window) == {}
    trigger(qtbot, window, "next_phase")
    window.go_to("weight", (0, 0))
    assert "the factors: η × f(k) × ∂L/∂W" in said(window, "why_sum")

    told = texts(window)
    for line in ("criterion = nn.HuberLoss(delta=0.5)", "pred = linear(x[rows])", "scheduler.step()", "k += 1"):
        assert line in told
    assert not any("bias." in line for line in told)
    for line, foot in (
        ("k += 1", "gets ready for the next step · runs with the rest of the update"),
        ("scheduler.step()", "gets ready for the next step · runs with the rest of the update"),
        ("pred = linear(x[rows])", "reads x, W (dotted) · writes ŷ, ŷ − y (solid) · runs with the rest of the forward"),
        ("loss.backward()", "reads L, ŷ − y, x (dotted) · writes ∂L/∂W (solid)"),
    ):
        window.code.list.pointed.emit(told.index(line))
        assert window.code._foot.text() == foot
    run = window._status._run
    assert run.text() == "notebook · float32 · cpu"
    assert "test share 0.2" in run.toolTip()

    trigger(qtbot, window, "compare")
    dialog = window.findChild(CompareDialog)
    assert dialog is not None
    qtbot.waitUntil(lambda: "done both ways" in dialog._said.text())
    assert "lr 0.005 by the schedule, is" in dialog._exactly.text()
    assert "of 6 parameters" in dialog._said.text() or "all 6 parameters" in dialog._said.text()
    dialog.close()


def test_the_tour_trains_plainly_whatever_was_chosen(open_window: OpenWindow, qtbot: QtBot) -> None:
    window = open_window(Problem.notebook(), Settings.of(dtype="float64", training={"bias": False, "batch": 4}))
    take_up(qtbot, window)
    for _ in range(4):
        window.tour.forth.click()
    window.tour.go.click()
    settle(qtbot, window)
    assert window.snapshot is not None
    assert window.snapshot.settings == Settings(dtype="float64")


def test_where_the_slope_of_the_loss_jumps_the_difference_is_said_to_tell_nothing() -> None:
    x = np.array([[1.0], [2.0]])
    problem = Problem(x, np.array([[0.0], [1.0]]), np.zeros((1, 1)), np.zeros(1))
    for loss, said_so in (("L1", True), ("MSE", False)):
        moment = Trainer(problem, Settings.of(training={"loss": loss})).run_to(Phase.BACKWARD)
        text = checks_text(explain(moment, "weight_grad", (0, 0)))
        assert ("a residual where the slope of the loss changes" in text) == said_so
        assert "Rounding alone may make" not in text
