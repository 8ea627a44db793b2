"""The training is chosen in a dialog and begins a run of its own."""

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QMessageBox,
    QPushButton,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from gui.conftest import OpenWindow
from gui.driving import settle, trigger
from linviz.core.criterion import Criterion
from linviz.core.optimizers import NO_HAND, OPTIMIZERS
from linviz.core.problem import Problem
from linviz.core.remarks import OTHERWISE
from linviz.core.settings import TRAINING, Settings
from linviz.core.trainer import Trainer
from linviz.gui.appearance import Appearance
from linviz.gui.compare_dialog import CompareDialog
from linviz.gui.main_window import MainWindow
from linviz.gui.training_dialog import TrainingDialog
from linviz.gui.training_draft import BATCHES, LOSS, OPTIMIZER, START, TESTS

ENABLED = Qt.ItemFlag.ItemIsEnabled


def dialog_of(window: MainWindow) -> TrainingDialog:
    found = [dialog for dialog in window.findChildren(TrainingDialog) if dialog.isVisible()]
    assert len(found) == 1
    return found[0]


def line(dialog: TrainingDialog, name: str) -> QLineEdit:
    found = dialog.findChild(QLineEdit, f"option_{name}")
    assert isinstance(found, QLineEdit)
    return found


def type_into(dialog: TrainingDialog, name: str, text: str) -> None:
    entry = line(dialog, name)
    entry.setFocus()
    entry.selectAll()
    QTest.keyClicks(entry, text)


def said(dialog: QWidget, name: str) -> str:
    label = dialog.findChild(QLabel, name)
    assert isinstance(label, QLabel)
    return label.text()


def complaint(dialog: TrainingDialog) -> str:
    return said(dialog, "complaint")


def test_the_box_asks_and_the_form_begins_a_run_with_torchs_numbers(qtbot: QtBot, window: MainWindow) -> None:
    trigger(qtbot, window, "step", "step")
    box = window.tool_bar.optimizer
    box.activated.emit(box.findText("Adam"))
    assert box.currentText() == "SGD", "until the run has begun"
    dialog = dialog_of(window)
    assert dialog.optimizer.kind.currentText() == "Adam"
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
    window.run_dialogs.training.begin(Settings(optimizer="RMSprop"))
    settle(qtbot, window)
    assert window.tool_bar.optimizer.currentText() == "RMSprop"
    trigger(qtbot, window, "step")
    window.driver.submit(Switch(1))
    settle(qtbot, window)
    assert window.tool_bar.optimizer.currentText() == "SGD"
    assert window.snapshot is not None
    assert window.snapshot.settings.is_plain


def choose(dialog: TrainingDialog, name: str, value: Any) -> None:
    """Choose as a person does."""
    entry = dialog.findChild(QWidget, f"option_{name}")
    if isinstance(entry, QCheckBox):
        entry.setChecked(value)
    elif isinstance(entry, QComboBox):
        entry.setCurrentText(value)
    else:
        line(dialog, name).setText(str(value))


@pytest.fixture
def dialog(qapp: QApplication) -> Iterator[TrainingDialog]:
    """Give one over no window."""
    del qapp  # it is there
    parent = QWidget()
    yield TrainingDialog(Settings(0.25), "SGD", (11, 3, 2), Appearance("light", 1.0, parent), parent)
    parent.deleteLater()


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer_has_a_field_for_each_of_its_options(qtbot: QtBot, dialog: TrainingDialog, name: str) -> None:
    dialog.optimizer.kind.setCurrentText(name)
    for option in OPTIMIZERS[name].options:
        kind: Any = QCheckBox if isinstance(option.default, bool) else QLineEdit
        entry = dialog.findChild(kind, f"option_{option.name}")
        assert entry is not None
        assert entry.accessibleName() == option.name
        assert option.meaning in entry.toolTip()
    with qtbot.waitSignal(dialog.chosen) as made:
        dialog.begin.click()
    assert made.args == [Settings(0.25, name)]


OTHERWISE_CHOSEN: dict[str, Any] = {
    "loss": "Huber", "reduction": "sum", "delta": 0.5,
    "batch": 4, "shuffle": True, "batch_seed": 7,
    "schedule": "step", "schedule_steps": 50, "schedule_factor": 0.5, "warm_up": 3,
    "test_share": 0.2, "test_seed": 5,
    "init": "normal", "init_value": 0.3, "init_seed": 2**40, "bias": False, "device": "mps",
}  # fmt: skip


def test_every_choice_of_the_training_reaches_the_settings(qtbot: QtBot, dialog: TrainingDialog) -> None:
    assert OTHERWISE_CHOSEN.keys() == {option.name for option in TRAINING}
    for name, value in OTHERWISE_CHOSEN.items():
        choose(dialog, name, value)
    choose(dialog, "lr", "0.5")
    with qtbot.waitSignal(dialog.chosen) as made:
        dialog.begin.click()
    assert made.args == [Settings.of(0.5, training=OTHERWISE_CHOSEN)]
    batches = "9 samples in batches of 4, each epoch in another order: 3 iterations an epoch, the last of 1."
    assert said(dialog, "hint_batches") == batches
    assert said(dialog, "hint_tests") == "2 of 11 samples are kept to test on, the other 9 are trained on."
    differ = said(dialog, "training_changes").replace("\u00a0", " ")
    assert differ.startswith("Differs from now: lr 0.25 → 0.5 · loss MSE → Huber · ")
    assert differ.endswith(" · bias on → off · device cpu → mps")


def test_each_section_says_what_its_choices_come_to(dialog: TrainingDialog) -> None:
    assert said(dialog, "training_changes").startswith("Nothing differs")
    for name, value, where, words in (
        ("loss", "L1", "loss", "nn.L1Loss() gives the mean of |ŷ − y|."),
        ("batch", "none", "batches", "Each iteration uses all 11 training samples"),
        ("schedule", "cosine", "schedule", "0.25 at step 0, 0.025 at step 100, 0.025 at step 1,000"),
        ("warm_up", 1, "schedule", "0.125 at step 0"),
        ("init", "xavier", "start", f"±{(6 / 5) ** 0.5:.4g}, from seed 0; the bias is 0"),
        ("init", "default", "start", f"±{3**-0.5:.4g}, from seed 0"),
        ("dtype", "float64", "start", "about 16 digits"),
    ):
        choose(dialog, name, value)
        assert words in said(dialog, f"hint_{where}")
    assert "what is not saved is asked about first" in said(dialog, "training_said")
    dialog.findChildren(QPushButton, "defaults")[0].click()
    assert said(dialog, "training_changes") == "Differs from now: lr\u00a00.25\u00a0→\u00a00.01"
    assert "in mid-run" in said(dialog, "training_said")


def test_tab_goes_as_one_reads(dialog: TrainingDialog) -> None:
    dialog.optimizer.kind.setCurrentText("Adagrad")
    at: QWidget | None = dialog.begin
    names: list[str] = []
    while at is not None and "defaults" not in names:
        at = at.nextInFocusChain()
        names += [at.objectName()] if at is not None else []
    sections = [f"section_{number}" for number in range(6)]
    options = [f"option_{option.name}" for option in (*OPTIMIZERS["Adagrad"].options, *Criterion.OPTIONS)]
    order = [*sections, "optimizer_kind", "option_lr", *options]
    assert [name for name in names if name in order] == order


def test_what_counts_for_nothing_takes_no_entry_and_changes_nothing(qtbot: QtBot, dialog: TrainingDialog) -> None:
    choose(dialog, "loss", "Huber")
    choose(dialog, "delta", "-2")
    assert complaint(dialog) == "Delta must be a number above 0, got -2."
    choose(dialog, "loss", "L1")
    delta = line(dialog, "delta")
    assert not delta.isEnabled()
    assert "With loss Huber alone." in delta.toolTip()
    assert complaint(dialog) == ""
    with qtbot.waitSignal(dialog.chosen) as made:
        dialog.begin.click()
    assert made.args == [Settings.of(0.25, training={"loss": "L1"})]


@pytest.mark.parametrize(
    ("chosen", "why", "section"),
    [
        ({"batch": "four"}, "Batch must be none or a whole number from 1 on, got four.", BATCHES),
        ({"test_share": 0.99}, "Test share 0.99 of 11 sample(s) leaves none to train on: choose a smaller one.", TESTS),
        ({"init": "normal", "init_value": -1}, "Init value must be from 0 on as a standard deviation, got -1.", START),
        ({"dtype": "float64", "device": "mps"}, "Device mps has no float64: choose dtype float32, ", START),
        ({"lr": "1e39"}, "Learning rate must be at most 3.4e+38 in float32, got 1e+39.", OPTIMIZER),
    ],
)  # fmt: skip
def test_what_does_not_go_is_said_and_its_section_is_marked(
    dialog: TrainingDialog, chosen: dict[str, Any], why: str, section: str
) -> None:
    for name, value in chosen.items():
        choose(dialog, name, value)
    assert complaint(dialog).startswith(why)
    assert not dialog.begin.isEnabled()
    marked = [button.text() for button in dialog.findChildren(QPushButton) if button.property("wrong") == "true"]
    assert marked == [f"{section}\nto be corrected"]


def test_a_run_trained_otherwise_is_a_branch_and_the_window_says_how_it_is_trained(
    qtbot: QtBot, window: MainWindow
) -> None:
    trigger(qtbot, window, "step", "optimizer")
    dialog = dialog_of(window)
    choose(dialog, "loss", "L1")
    choose(dialog, "schedule", "step")
    choose(dialog, "schedule_steps", 1)
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    settle(qtbot, window)
    trigger(qtbot, window, "step")
    chosen = Settings.of(training={"loss": "L1", "schedule": "step", "schedule_steps": 1})
    place, moment = window.traveller.place, window.snapshot
    assert place is not None
    assert moment is not None
    assert [(run.settings, run.steps) for run in place.branches] == [(Settings(), 1), (chosen, 1)]
    trainer = Trainer(Problem.notebook(), chosen)
    assert moment.weight.tobytes() == trainer.step().weight.tobytes()
    brief = window.findChild(QToolButton, "training_brief")
    assert isinstance(brief, QToolButton)
    assert brief.text() == "L1 · step · +1"
    assert chosen.description in brief.toolTip()
    assert "at step 1: 0.001" in said(window, "going")
    with qtbot.waitSignal(window.shown):
        window.commands["back_step"].trigger()
    assert "at step 0: 0.01" in said(window, "going")
    trigger(qtbot, window, "open_notebook")
    brief.click()
    assert dialog_of(window).pages[LOSS].values["loss"] == "L1", "what is in force is offered"


def test_another_dtype_is_another_history_which_is_begun_only_when_this_one_is_settled(
    qtbot: QtBot, window: MainWindow
) -> None:
    trigger(qtbot, window, "step")
    window.commands["ask"].setChecked(True)
    chosen = Settings(dtype="float64")
    window.run_dialogs.training.begin(chosen)
    (box,) = window.findChildren(QMessageBox, "unsaved")
    box.button(QMessageBox.StandardButton.Cancel).click()
    settle(qtbot, window)
    assert window.snapshot is not None
    assert (window.snapshot.settings, window.snapshot.step) == (Settings(), 1)
    window.run_dialogs.training.begin(chosen)
    box = next(box for box in window.findChildren(QMessageBox, "unsaved") if box.isVisible())
    box.button(QMessageBox.StandardButton.Discard).click()
    settle(qtbot, window)
    place = window.traveller.place
    assert place is not None
    assert [(run.name, run.settings, run.steps) for run in place.branches] == [("Run 1", chosen, 0)]
    assert not window.document.modified, "it is a document of its own"
    assert window.document.path is None
    assert not window.commands["undo"].isEnabled()
    window.tool_bar.learning_rate.entry.setText("1e39")
    window.tool_bar.learning_rate.entry.editingFinished.emit()
    settle(qtbot, window)
    assert window.snapshot.settings.learning_rate == 1e39, "which float32 can't hold"
    window.commands["ask"].setChecked(False)


def test_a_device_that_is_not_here_can_not_be_chosen_and_is_refused_in_a_sentence(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    monkeypatch.setattr("torch.backends.mps.is_available", lambda: True)
    trigger(qtbot, window, "optimizer")
    box = dialog_of(window).findChild(QComboBox, "option_device")
    assert isinstance(box, QComboBox)
    model = box.model()
    there = {model.data(model.index(at, 0)): bool(model.flags(model.index(at, 0)) & ENABLED) for at in range(3)}
    assert there == {"cpu": True, "cuda": False, "mps": True}
    before = window.snapshot
    window.run_dialogs.training.begin(Settings(device="cuda"))
    qtbot.waitUntil(lambda: "device cuda is not here" in said(window.message, "message").lower())
    settle(qtbot, window)
    assert window.snapshot is before
    assert window.driver.settings == Settings()
    trigger(qtbot, window, "step", "reset", "step")
    assert window.snapshot is not None
    assert (window.snapshot.settings, window.snapshot.step) == (Settings(), 1)


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
    window.run_dialogs.training.begin(Settings())
    settle(qtbot, window)
    assert window.commands["manual_step"].isEnabled()
    assert window.commands["compare"].isEnabled()
    assert "weight.data.sub_(lr * weight.grad.data)" in window.commands["manual_step"].toolTip()
    window.run_dialogs.training.begin(Settings(optimizer="Adam"))
    settle(qtbot, window)
    tip = window.commands["manual_step"].toolTip()
    assert "by hand as Adam does it; Code, By hand, shows the lines" in tip
    assert "sub_" not in tip


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
    window.run_dialogs.training.begin(Settings())
    qtbot.waitUntil(lambda: model.columnCount() == 8)
    assert "alpha=lr" in said(dialog, "compare_spelled")
