"""Another optimizer is chosen in a dialog and begins a run of its own."""

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QDialog, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from gui.conftest import OpenWindow
from gui.driving import settle, trigger
from linviz.core.optimizers import NO_HAND, OPTIMIZERS
from linviz.core.problem import Problem
from linviz.core.remarks import OTHERWISE
from linviz.core.settings import Settings
from linviz.core.trainer import Trainer
from linviz.gui.compare_dialog import CompareDialog
from linviz.gui.main_window import MainWindow
from linviz.gui.optimizer_dialog import OptimizerDialog


def dialog_of(window: MainWindow) -> OptimizerDialog:
    found = [dialog for dialog in window.findChildren(OptimizerDialog) if dialog.isVisible()]
    assert len(found) == 1
    return found[0]


def line(dialog: OptimizerDialog, name: str) -> QLineEdit:
    found = dialog.findChild(QLineEdit, f"option_{name}")
    assert isinstance(found, QLineEdit)
    return found


def type_into(dialog: OptimizerDialog, name: str, text: str) -> None:
    entry = line(dialog, name)
    entry.setFocus()
    entry.selectAll()
    QTest.keyClicks(entry, text)


def said(dialog: QDialog, name: str) -> str:
    label = dialog.findChild(QLabel, name)
    assert isinstance(label, QLabel)
    return label.text()


def complaint(dialog: OptimizerDialog) -> str:
    return said(dialog, "complaint")


def test_the_box_asks_and_the_form_begins_a_run_with_torchs_numbers(qtbot: QtBot, window: MainWindow) -> None:
    trigger(qtbot, window, "step", "step")
    box = window.tool_bar.optimizer
    box.activated.emit(box.findText("Adam"))
    assert box.currentText() == "SGD", "until the run has begun"
    dialog = dialog_of(window)
    assert dialog.kind.currentText() == "Adam"
    assert [line(dialog, name).text() for name in ("lr", "betas", "eps", "weight_decay")] == [
        "0.01", "0.9, 0.999", "1e-08", "0",
    ]  # fmt: skip
    type_into(dialog, "lr", "0.1")
    type_into(dialog, "betas", "0.8,0.9")
    QTest.keyClick(line(dialog, "betas"), Qt.Key.Key_Return)
    settle(qtbot, window)
    place = window.traveller.place
    assert place is not None
    assert [(run.settings.title, run.steps) for run in place.branches] == [("SGD", 2), ("Adam(betas=(0.8, 0.9))", 0)]
    assert (box.currentText(), window.tool_bar.learning_rate.entry.text()) == ("Adam", "0.1")
    trigger(qtbot, window, "step", "manual_step")
    chosen = Settings(0.1, "Adam", options={"betas": (0.8, 0.9)})
    trainer = Trainer(Problem.notebook(), chosen)
    trainer.step()
    expected = trainer.manual_step()
    assert window.snapshot is not None
    assert window.snapshot.weight.tobytes() == expected.weight.tobytes()
    assert window.snapshot.settings == chosen
    trigger(qtbot, window, "reset")
    assert window.snapshot.settings == chosen, "Reset keeps the optimizer"


def test_back_on_the_other_run_its_optimizer_is_shown(qtbot: QtBot, window: MainWindow) -> None:
    from linviz.core.travel import Switch

    trigger(qtbot, window, "step")
    window.driver._on_optimizer_chosen(Settings(optimizer="RMSprop"))
    settle(qtbot, window)
    assert window.tool_bar.optimizer.currentText() == "RMSprop"
    trigger(qtbot, window, "step")
    window.driver.submit(Switch(1))
    settle(qtbot, window)
    assert window.tool_bar.optimizer.currentText() == "SGD"
    assert window.snapshot is not None
    assert window.snapshot.settings.is_plain


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer_has_a_field_for_each_of_its_options(qtbot: QtBot, name: str) -> None:
    dialog = OptimizerDialog(Settings(0.25), name, None)  # type: ignore[arg-type]  # Qt takes no parent, too
    qtbot.addWidget(dialog)
    for option in OPTIMIZERS[name].options:
        kind: Any = QCheckBox if isinstance(option.default, bool) else QLineEdit
        entry = dialog.findChild(kind, f"option_{option.name}")
        assert entry is not None
        assert entry.accessibleName() == option.name
        assert option.meaning in entry.toolTip()
    with qtbot.waitSignal(dialog.chosen) as made:
        dialog.begin.click()
    assert made.args == [Settings(0.25, name)]


def test_what_can_not_be_taken_is_said_and_the_run_does_not_begin(qtbot: QtBot, window: MainWindow) -> None:
    trigger(qtbot, window, "optimizer")
    dialog = dialog_of(window)
    assert complaint(dialog) == ""
    for name, text, why in (
        ("lr", "-1", "Learning rate must be a positive finite number, got -1."),
        ("momentum", "a lot", "Momentum of SGD must be a number from 0 on, got a lot."),
    ):
        before = line(dialog, name).text()
        type_into(dialog, name, text)
        assert complaint(dialog) == why
        assert not dialog.begin.isEnabled()
        type_into(dialog, name, before)
        assert complaint(dialog) == ""
    nesterov = dialog.findChild(QCheckBox, "option_nesterov")
    assert isinstance(nesterov, QCheckBox)
    nesterov.click()
    assert complaint(dialog).startswith("Nesterov needs a momentum above 0 and no dampening, got momentum 0.0")
    type_into(dialog, "momentum", "0.9")
    assert dialog.begin.isEnabled()
    moment = window.snapshot
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    settle(qtbot, window)
    assert window.snapshot is moment


def test_lbfgs_offers_nothing_by_hand_and_says_why(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window(settings=Settings(1.0, "LBFGS"))
    for name in ("manual_step", "compare", "update_again_by_hand"):
        assert not window.commands[name].isEnabled()
        assert window.commands[name].toolTip() == NO_HAND
    trigger(qtbot, window, "step")
    assert not window.commands["update_again_by_hand"].isEnabled()
    assert window.commands["update_again"].isEnabled()
    window.driver._on_optimizer_chosen(Settings())
    settle(qtbot, window)
    assert window.commands["manual_step"].isEnabled()
    assert window.commands["compare"].isEnabled()
    assert window.commands["manual_step"].toolTip() != NO_HAND


@pytest.mark.parametrize("name", ["SGD", "Adam", "AdamW", "RMSprop", "Adagrad", "LBFGS"])
def test_a_parameter_is_explained_and_its_memory_too(qtbot: QtBot, open_window: OpenWindow, name: str) -> None:
    options = {"momentum": 0.9} if name == "SGD" else {}
    window = open_window(settings=Settings(0.05, name, options=options))
    trigger(qtbot, window, "step", "step")
    window.go_to("weight", (0, 1))
    checks = window.findChild(QLabel, "why_checks")
    assert isinstance(checks, QLabel)
    assert ("✓ closed form" in checks.text()) == (name != "LBFGS")
    assert window.snapshot is not None
    for field in window.snapshot.state:
        if window.snapshot.state[field].ndim == 2 and not field.startswith("lbfgs"):
            window.go_to(field, (1, 2))
            assert "✓ closed form" in checks.text()
            assert window.why.back.isEnabled()


def test_the_tour_runs_the_notebooks_own_optimizer(qtbot: QtBot, open_window: OpenWindow) -> None:
    from gui.touring import run_through, take_up

    window = open_window(settings=Settings(0.5, "Adam"))
    take_up(qtbot, window)
    run_through(qtbot, window, 42)
    assert window.snapshot is not None
    assert window.snapshot.settings == Settings()


def test_step_against_manual_step_tells_of_other_optimizers_what_is_true_of_them(
    qtbot: QtBot, open_window: OpenWindow
) -> None:
    window = open_window(settings=Settings(0.05, "Adam"))
    trigger(qtbot, window, "step", "step", "compare")
    (dialog,) = window.findChildren(CompareDialog)
    qtbot.waitUntil(lambda: dialog.table.model().rowCount() == 8)
    model = dialog.table.model()
    headers = [model.headerData(at, Qt.Orientation.Horizontal) for at in range(model.columnCount())]
    assert headers == ["", "before", "gradient", "optimizer.step()", "by hand", "ulp"]
    texts = {name: said(dialog, f"compare_{name}") for name in ("why", "spelled", "exactly")}
    assert texts["why"] == OTHERWISE
    assert "Adam" in texts["spelled"]
    assert "alpha=lr" not in texts["spelled"]
    assert "without any rounding" not in texts["exactly"]
    assert texts["exactly"]
    window.driver._on_optimizer_chosen(Settings())
    qtbot.waitUntil(lambda: model.columnCount() == 8)
    assert "alpha=lr" in said(dialog, "compare_spelled")
