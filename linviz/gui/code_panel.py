"""The code that runs: the iteration line by line, where it stands, and a click to run up to a line."""

from PySide6.QtCore import QEvent, QModelIndex, QRect, Qt, Signal, Slot
from PySide6.QtGui import QAction, QFocusEvent, QGuiApplication, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QListView, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from linviz.core.code import BY_HAND, Line, script
from linviz.core.problem import Problem, Recipe
from linviz.core.settings import Settings
from linviz.core.snapshot import Snapshot
from linviz.gui.card import Card, lights
from linviz.gui.code_delegate import CodeDelegate
from linviz.gui.code_model import GAP, NOT_BY_HAND, NOT_BY_OPTIMIZER, CodeModel
from linviz.gui.fields import symbols_of
from linviz.gui.labels import Caption
from linviz.gui.table_model import Index
from linviz.gui.theme import Theme

HINT = "A click on a line runs up to and including it."
HINT_BY_HAND = "A click on a line runs up to and including it; those of the update run together."
WIDTH = 240
MARGIN = 11


class CodeList(QListView):
    """The lines; they wrap where there is no room."""

    chosen = Signal(int)
    """The row of a line that was clicked, or Enter pressed on."""
    pointed = Signal(int)
    """The row of the line under the mouse, or of the one that keys went to; −1 for none."""
    laid_out = Signal()
    """The lines stand elsewhere than before: others, or wrapped for another width."""

    def __init__(self, model: CodeModel, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("code")
        self.setAccessibleName("code of the run")
        self.setModel(model)
        self.delegate = CodeDelegate(model, self)
        self.setItemDelegate(self.delegate)
        self._by_keys = False  # whether it was by keys, not by mouse, that the current line became so
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)
        self.entered.connect(self._on_entered)
        self.viewportEntered.connect(self._on_left)
        self.clicked.connect(self._on_clicked)

    @Slot()
    def point(self) -> None:
        """Say which line is pointed at: the one under the mouse, else the one that keys went to."""
        by_keys = self.currentIndex().row() if self._by_keys and self.hasFocus() else -1
        self.pointed.emit(self.delegate.hovered if self.delegate.hovered >= 0 else by_keys)

    @Slot(QModelIndex)
    def _on_entered(self, index: QModelIndex) -> None:
        self.delegate.hovered = index.row()
        self.point()
        self.viewport().update()

    @Slot()
    def _on_left(self) -> None:
        self.delegate.hovered = -1
        self.point()
        self.viewport().update()

    @Slot(QModelIndex)
    def _on_clicked(self, index: QModelIndex) -> None:
        self.chosen.emit(index.row())

    def currentChanged(self, current: Index, previous: Index) -> None:  # noqa: N802  # Qt's name
        super().currentChanged(current, previous)
        if self.hasFocus() and self._by_keys:
            self.pointed.emit(current.row())

    def doItemsLayout(self) -> None:  # noqa: N802  # Qt's name
        super().doItemsLayout()
        self.laid_out.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._by_keys = False
        super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._by_keys = True
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.chosen.emit(self.currentIndex().row())
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self._by_keys = True
        self.point()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.point()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._on_left()


class CodePanel(Card):
    """Shows the code of the run, with the settings in force."""

    asked = Signal(object, bool)
    """The `Phase` to run up to, and whether an update on the way is written by hand."""
    lit = Signal(object)
    """The `Lights` of the line that is pointed at."""
    theory_asked = Signal()
    """A person wants to see, in this place, the card that shares it."""

    def __init__(self, actions: dict[str, QAction], parent: QWidget) -> None:
        super().__init__(parent)
        self._model = CodeModel(self)
        self._shown: tuple[Problem | Recipe, Settings] | None = None
        self._pointed = GAP
        self._by_hand = actions["by_hand"]
        self._by_hand.toggled.connect(self._on_toggled)
        actions["copy_code"].triggered.connect(self._on_copy)
        self.list = CodeList(self._model, self)
        self.list.chosen.connect(self._on_chosen)
        self.list.pointed.connect(self._on_pointed)
        self.list.laid_out.connect(self._on_laid_out)
        self._foot = QLabel(HINT, self)
        self._foot.setObjectName("code_foot")
        self._foot.setProperty("role", "dim")
        self._foot.setWordWrap(True)
        self._foot.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._foot.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._to_theory = QToolButton(self)
        self._to_theory.setText("Theory")
        self._to_theory.setToolTip("See in this place what theory knows: the landscape, and more (Ctrl+1)")
        self._to_theory.setAccessibleName("show theory in this place")
        self._to_theory.setVisible(False)
        self._to_theory.clicked.connect(self.theory_asked)
        title, caption = QLabel("Code", self), Caption(self)
        title.setProperty("role", "title")
        caption.set_texts("▶ runs next", "▶ next", "")
        heading = QHBoxLayout()
        heading.addWidget(title)
        heading.addWidget(caption, 1)
        heading.addWidget(self._to_theory)
        buttons = [QToolButton(self) for _ in range(2)]
        self._copy = buttons[1]
        for name, button in zip(("by_hand", "copy_code"), buttons, strict=True):
            button.setDefaultAction(actions[name])
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
            button.setAccessibleName(actions[name].text())
            heading.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, 7, MARGIN, 7)
        column.setSpacing(4)
        column.addLayout(heading)
        column.addWidget(self.list, 1)
        column.addWidget(self._foot)

    def set_theme(self, theme: Theme, text_scale: float) -> None:
        """Take colours and the size of text."""
        self.setMinimumWidth(round(WIDTH * min(text_scale, 1.3)))
        self.list.ensurePolished()
        self.list.delegate.set_theme(theme, self.list.font())
        self.list.doItemsLayout()
        self._fit_foot()

    def show_source(self, source: Problem | Recipe, settings: Settings) -> None:
        """Show where the numbers will come from, before any has."""
        self._shown = source, settings
        if self._model.show_lines(source, settings, self._by_hand.isChecked()):
            self._fit_foot()
            self.list.point()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the code of a run and where it stands."""
        if self._shown is None or (snapshot.problem, snapshot.settings) != self._shown:
            self.show_source(snapshot.problem, snapshot.settings)
        if self._model.show_phase(snapshot.next_phase, snapshot.last_update):
            self._tell()

    def share_place(self, shared: bool) -> None:
        """Offer the way to the theory, where that stands in the same place; there is room for it instead of Copy."""
        self._to_theory.setVisible(shared)
        self._copy.setVisible(not shared)

    def _fit_foot(self) -> None:
        """Give the foot the height of its longest text: lines that moved with it would move away under the mouse."""
        self._foot.ensurePolished()
        room = QRect(0, 0, max(self.width() - 2 * MARGIN, 1), 0)
        metrics, wrap = self._foot.fontMetrics(), int(Qt.TextFlag.TextWordWrap)
        lines = self._model.lines
        texts = {self._hint(), NOT_BY_HAND, NOT_BY_OPTIMIZER, *(_said_of(line, lines) for line in lines)}
        self._foot.setFixedHeight(max(metrics.boundingRect(room, wrap, text).height() for text in texts))

    @Slot()
    def _on_laid_out(self) -> None:
        """Scroll so that the line that runs next can be seen, with as much of the iteration as there is room for."""
        if self._model.lines:
            for row in (len(self._model.lines) - 1, self._model.next_row()):
                self.list.scrollTo(self._model.index(row, 0))

    @Slot(bool)
    def _on_toggled(self, _by_hand: bool) -> None:
        if self._shown is not None:
            self.show_source(*self._shown)

    @Slot(int)
    def _on_chosen(self, row: int) -> None:
        phase = self._model.lines[row].phase
        if phase is not None:
            self.asked.emit(phase, self._by_hand.isChecked())

    @Slot(int)
    def _on_pointed(self, row: int) -> None:
        self._pointed = self._model.lines[row] if 0 <= row < len(self._model.lines) else GAP
        self._tell()
        if self.isVisible():  # or it would put out the lights of the tour, which stands in its place
            self.lit.emit(lights(self._pointed.reads, self._pointed.writes))

    def _tell(self) -> None:
        """Say at the foot what the line that is pointed at does; at no line, what did not run, or what a click does."""
        self._foot.setText(_said_of(self._pointed, self._model.lines) or self._model.remark or self._hint())

    def _hint(self) -> str:
        return HINT_BY_HAND if self._by_hand.isChecked() else HINT

    @Slot()
    def _on_copy(self) -> None:
        if self._shown is not None:
            QGuiApplication.clipboard().setText(script(*self._shown, by_hand=self._by_hand.isChecked()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_foot()


def _said_of(line: Line, lines: tuple[Line, ...]) -> str:
    """Say what a line reads and writes, how that is drawn, and which of all lines run with it."""
    parts = (("reads", line.reads, "dotted"), ("writes", line.writes, "solid"))
    said = (f"{verb} {symbols_of(names)} ({drawn})" for verb, names, drawn in parts if names)
    several = 0 if line.phase is None else sum(other.phase is line.phase for other in lines)
    with_it = "runs with the other one" if several == len(BY_HAND) else f"runs with the rest of the {line.phase}"
    return " · ".join((*filter(None, (line.does,)), *said, *((with_it,) if several > 1 else ())))
