"""Keys that a focused control needs come first; everywhere else they are shortcuts."""

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QApplication,
    QComboBox,
    QWidget,
)

from linviz.gui.cell_table import CellTable
from linviz.gui.landscape_plot import LandscapePlot
from linviz.gui.loss_plot import LossPlot
from linviz.gui.what_if_plot import WhatIfPlot

_ARROWS = {Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down}
_PAGES = {Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}

NEEDED: tuple[tuple[type[QWidget], set[Qt.Key]], ...] = (
    (QAbstractButton, {Qt.Key.Key_Space}),
    (QAbstractItemView, _ARROWS | _PAGES),
    (QAbstractSlider, _ARROWS | _PAGES),
    (QComboBox, _ARROWS | _PAGES | {Qt.Key.Key_Space}),
    (LossPlot, _ARROWS | _PAGES),
    (WhatIfPlot, _ARROWS | _PAGES),
    (LandscapePlot, _ARROWS | {Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}),
)


class FocusKeys(QObject):
    """Lets a focused table, slider or button have its keys before any shortcut.

    Without it Space on a focused Reset would run, and Right in a table would step; pasting into a panel would take
    a table for a new problem. It filters the events of the widget that has the focus and of no other: a filter on the
    application would cost Python a call for every event there is.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        application = QApplication.instance()
        assert isinstance(application, QApplication)  # noqa: S101  # widgets can't be without one
        application.focusChanged.connect(self._on_focus_changed)

    @Slot(QWidget, QWidget)
    def _on_focus_changed(self, old: QWidget | None, new: QWidget | None) -> None:
        if old is not None:
            old.removeEventFilter(self)
        if new is not None:
            new.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
            selects = isinstance(watched, CellTable) and modifiers == Qt.KeyboardModifier.ShiftModifier
            pastes = isinstance(watched, CellTable) and event.matches(QKeySequence.StandardKey.Paste)
            plain = selects or modifiers == Qt.KeyboardModifier.NoModifier
            if pastes or (plain and any(isinstance(watched, kind) and event.key() in keys for kind, keys in NEEDED)):
                event.accept()
                return True
        return False
