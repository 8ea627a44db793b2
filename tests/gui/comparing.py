"""What test_compare_dialog.py and test_compare_dialog_words.py have in common."""

from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from gui.driving import trigger
from linviz.core.comparison import ALPHA, MANUAL_STEP, STEP, Compare, Comparison
from linviz.core.snapshot import Snapshot
from linviz.gui.compare_dialog import CompareDialog
from linviz.gui.main_window import MainWindow

COLUMNS = {STEP: 3, MANUAL_STEP: 4, ALPHA: 6}


def open_dialog(qtbot: QtBot, window: MainWindow) -> CompareDialog:
    trigger(qtbot, window, "compare")
    (dialog,) = window.findChildren(CompareDialog)
    dialog.activateWindow()
    qtbot.waitUntil(lambda: dialog.isActiveWindow() and not window.backend.busy)
    return dialog


def said(dialog: CompareDialog, name: str) -> str:
    label = dialog.findChild(QLabel, name)
    assert isinstance(label, QLabel)
    return label.text()


def comparison_at(moment: Snapshot | None) -> Comparison:
    """Compare in the test, from the moment that the window shows."""
    from linviz.core.trainer import Trainer

    assert moment is not None
    return Compare().apply(Trainer.at(moment))


def column(dialog: CompareDialog, at: int) -> list[str]:
    model = dialog.table.model()
    return [model.index(row, at).data() for row in range(model.rowCount())]


def assert_shows(dialog: CompareDialog, comparison: Comparison) -> None:
    """Compare the dialog's table to a comparison, to the last bit."""
    for spelling, at in COLUMNS.items():
        results = comparison.results[spelling]
        expected = [*results["weight"].ravel(), *results["bias"]]
        kind = results["bias"].dtype.type
        assert [kind(text) for text in column(dialog, at)] == expected, spelling
    assert said(dialog, "compare_said").startswith(f"Step {comparison.moment.step + 1}, done both ways on copies: ")
