"""The loss: its value, its curve, and how the curve is drawn."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from linviz.core.snapshot import Snapshot
from linviz.gui.card import Card
from linviz.gui.labels import Badge, Caption
from linviz.gui.loss_plot import LossPlot
from linviz.gui.theme import Theme


class SelectableLabel(QLabel):
    """A number that can be selected like a cell: by a click, or by Enter while it has the focus."""

    selected = Signal()

    def __init__(self, text: str, parent: QWidget) -> None:
        super().__init__(text, parent)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        self.selected.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.selected.emit()
        else:
            super().keyPressEvent(event)


class LossCard(Card):
    """Curve and read-outs."""

    selected = Signal(str, object)
    """The loss, and its index, which is empty."""

    def __init__(self, actions: dict[str, QAction], parent: QWidget) -> None:
        super().__init__(parent)
        self.plot = LossPlot(self)
        self._value, self._count = SelectableLabel("–", self), QLabel("0", self)
        self._value.selected.connect(self._on_value_selected)
        self._value.setObjectName("loss_value")
        self._count.setObjectName("step_count")
        self._count.setToolTip("Steps: updates applied so far")
        for label in (self._value, self._count):
            label.setProperty("role", "number")
        self._badge = Badge(self)
        self._caption = Caption(self)
        title = QLabel("Loss", self)
        title.setProperty("role", "title")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(title)
        row.addWidget(self._caption, 1)
        for word, label in (("step", self._count), ("L =", self._value)):
            caption = QLabel(word, self)
            caption.setProperty("role", "dim")
            row.addWidget(caption)
            row.addWidget(label)
        row.addWidget(self._badge)
        row.addSpacing(10)
        self._buttons: list[QToolButton] = []
        for name in ("log_scale", "reset_zoom"):
            button = QToolButton(self)
            self._buttons.append(button)
            button.setDefaultAction(actions[name])
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
            button.setAccessibleName(actions[name].text())
            row.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(11, 7, 11, 7)
        layout.setSpacing(2)
        layout.addLayout(row)
        layout.addWidget(self.plot, 1)
        self.setMinimumHeight(180)

    def _fit(self) -> None:
        """Leave the buttons to the menu and the keys where they would cut the numbers."""
        numbers = (self._count, self._value, self._badge)
        taken = (
            sum(part.sizeHint().width() for part in (*numbers, *self._buttons)) + round(1.5 * self._count.height()) * 6
        )
        for button in self._buttons:
            button.setVisible(taken <= self.width())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    @Slot()
    def _on_value_selected(self) -> None:
        self.selected.emit("loss", ())

    def set_theme(self, theme: Theme, text_scale: float) -> None:
        """Take colours and the size of text."""
        self.plot.set_theme(theme, text_scale)
        self._fit()

    def start(self, samples: int, outputs: int) -> None:
        """Begin with an empty curve of losses over this many numbers."""
        self.plot.start()
        formula = "mean of (ŷ − y)²"
        self._caption.set_texts(
            f"MSELoss: {formula} over {samples} × {outputs} numbers · ○ = manual step",
            f"{formula} over {samples} × {outputs} · ○ = manual",
            f"{formula} · ○ = manual",
            formula,
        )
        self._caption.setToolTip(
            "What nn.MSELoss computes: the squared residuals, averaged over samples × outputs; no square root is taken"
        )

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show loss and step count of a moment."""
        loss, freshness = snapshot.loss, snapshot.freshness("loss")
        self._value.setText("–" if loss is None else _short(loss))
        exact = "not computed yet" if loss is None else f"{loss!r}, {freshness}"
        self._value.setAccessibleName(f"loss {exact}")
        self._value.setToolTip(f"Loss: {exact}. Click, or press Enter, to see why")
        self._count.setText(str(snapshot.step))
        self._count.setAccessibleName(f"step {snapshot.step}")
        self._badge.show_freshness(freshness)


def _short(loss: float) -> str:
    """Write as cells do, by its exponent where four decimals would say nothing or too much."""
    return f"{loss:.4f}" if loss == 0 or 1e-3 <= abs(loss) < 1e6 else f"{loss:.4e}"  # noqa: PLR2004  # where 4 decimals tell
