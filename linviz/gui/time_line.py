"""The time line: where the run stands in what was done, and a way to every step of it."""

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QSlider,
    QStyle,
    QStyleOptionSlider,
    QToolButton,
    QWidget,
)

from linviz.core.place import Kind, Mark, Place
from linviz.gui.icons import icon
from linviz.gui.speed import Speed
from linviz.gui.theme import Theme, branch_colour

ACTIONS = ("first", "back", "forward", "last")
LONGEST = 2**31 - 1
"""Steps that Qt's slider counts to."""
KINDS = {
    Kind.MANUAL: "manual steps",
    Kind.AGAIN: "updates again",
    Kind.SETTINGS: "changes of the settings",
    Kind.BRANCH: "where the branch begins",
    Kind.COMPUTED: "a beginning that theory computed",
    Kind.EDIT: "numbers edited by a person",
}


class StepSlider(QSlider):
    """Marks under the groove what wasn't a plain step."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._marks: tuple[Mark, ...] = ()
        self._first = 0
        self._colours: dict[Kind, QColor] = {}
        self.setToolTip("Drag to any step.")

    def set_theme(self, theme: Theme) -> None:
        """Take colours."""
        self._colours = {
            Kind.MANUAL: QColor(theme.manual),
            Kind.AGAIN: QColor(theme.manual),
            Kind.SETTINGS: QColor(theme.next),
            Kind.BRANCH: QColor(theme.text),
            Kind.COMPUTED: QColor(theme.accent),
            Kind.EDIT: QColor(theme.next),
        }
        self.update()

    def show_marks(self, marks: tuple[Mark, ...], first: int = 0) -> None:
        """Take other marks, and the step at the left end."""
        if (marks, first) != (self._marks, self._first):
            self._marks, self._first = marks, first
            kinds = dict.fromkeys(KINDS[mark.kind] for mark in marks)
            self.setToolTip("Drag to any step." + (f" Marked: {', '.join(kinds)}." if kinds else ""))
            self.update()

    def _groove_and_handle(self) -> tuple[QRect, QRect]:
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        parts = QStyle.SubControl.SC_SliderGroove, QStyle.SubControl.SC_SliderHandle
        groove, handle = (
            self.style().subControlRect(QStyle.ComplexControl.CC_Slider, option, part, self) for part in parts
        )
        return groove, handle

    def mousePressEvent(self, event: QMouseEvent) -> None:
        groove, handle = self._groove_and_handle()
        spot = event.position().toPoint()
        if event.button() == Qt.MouseButton.LeftButton and not handle.contains(spot):
            # A click goes where it is, as in a video player; Qt would go a page towards it.
            x = spot.x() - groove.left() - handle.width() // 2
            self.setSliderPosition(
                QStyle.sliderValueFromPosition(0, self.maximum(), x, groove.width() - handle.width())
            )
        super().mousePressEvent(event)

    def sizeHint(self) -> QSize:
        return super().sizeHint() + QSize(0, 8)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._marks:
            self._paint_marks()
        super().paintEvent(event)

    def _paint_marks(self) -> None:
        groove, handle = self._groove_and_handle()
        left, width = groove.left() + handle.width() / 2, groove.width() - handle.width()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle, span = self.height() / 2, max(self.maximum(), 1)
        drawn: set[tuple[Kind, int]] = set()
        for mark in self._marks:
            step = mark.step - self._first
            x = left + width * min(step / span, 1)
            if (mark.kind, round(x)) in drawn:
                continue  # a pixel that is coloured already
            drawn.add((mark.kind, round(x)))
            colour = self._colours.get(mark.kind, QColor())
            painter.setPen(QPen(colour, 1.5))
            if mark.kind is Kind.MANUAL:
                end = left + width * min((step + mark.count) / span, 1)
                painter.fillRect(QRectF(x, middle + 5, max(end - x, 2), 3), colour)
            elif mark.kind is Kind.AGAIN:
                painter.drawEllipse(QPointF(x, middle + 6.5), 2, 2)
            else:
                painter.drawLine(QPointF(x, middle + 4), QPointF(x, middle + 9))
        painter.end()


class TimeLine(QFrame):
    """First, back, slider, forward, last; the branch that the run stands on, and a way to the others."""

    sought = Signal(object)
    """A step to stand at; the next one is asked for when that is shown."""
    switched = Signal(object)
    """The number of a branch to stand at the end of."""

    def __init__(self, actions: dict[str, QAction], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("time_line")
        self._place: Place | None = None
        self._asked = self._wanted = -1  # a step on its way, and the one that the slider stands at
        self._theme: Theme | None = None
        self.slider = StepSlider(self)
        self.slider.setObjectName("time")
        self.slider.setAccessibleName("step")
        self.slider.valueChanged.connect(self._on_slid)
        self._label, self._end = QLabel("step 0", self), QLabel("0", self)
        self._label.setObjectName("time_label")
        self._label.setProperty("role", "time")
        self._end.setObjectName("time_end")
        self._end.setProperty("role", "dim")
        self.branches = QComboBox(self)
        self.branches.setObjectName("branch")
        self.branches.setAccessibleName("branch")
        self.branches.setToolTip("The branch that the run stands on; choose another one to stand at its end")
        self.branches.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.branches.activated.connect(self._on_switched)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 0, 10, 2)
        row.setSpacing(4)
        buttons = {name: self._button(actions[name]) for name in ACTIONS}
        row.addWidget(buttons["first"])
        row.addWidget(buttons["back"])
        row.addWidget(self._label)
        row.addWidget(self.slider, 1)
        row.addWidget(self._end)
        row.addWidget(buttons["forward"])
        row.addWidget(buttons["last"])
        row.addWidget(self.branches)
        more = self._button(actions["branches"])
        more.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        row.addWidget(more)
        self.speed = Speed(self)
        row.addSpacing(6)
        row.addWidget(self.speed)

    def _button(self, action: QAction) -> QToolButton:
        button = QToolButton(self)
        button.setDefaultAction(action)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        button.setAccessibleName(action.text())
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        return button

    def set_theme(self, theme: Theme) -> None:
        """Take colours."""
        self._theme = theme
        self.slider.set_theme(theme)
        self._list_branches()

    def show_place(self, place: Place) -> None:
        """Show where the run stands; not while the person drags and that is on its way."""
        before, self._place = self._place, place
        asked, self._asked = self._asked, -1
        ahead = asked >= 0 and self._wanted != asked  # the slider has moved on, and the next key goes on from there
        blocked = self.slider.blockSignals(True)
        self.slider.setMaximum(min(place.steps - place.first, LONGEST))
        if not ahead and (asked < 0 or self._wanted == place.step or not self.slider.isSliderDown()):
            self.slider.setValue(min(place.step - place.first, LONGEST))
        self.slider.blockSignals(blocked)
        self.slider.show_marks(place.marks, place.first)
        self._label.setText(f"step {place.step:,}")
        self._end.setText(f"of {place.steps:,}" if place.in_the_past else "")
        past = "true" if place.in_the_past else "false"
        if self.property("past") != past:
            self.setProperty("past", past)
            for widget in (self, self._label):
                widget.style().unpolish(widget)
                widget.style().polish(widget)
        if before is None or (before.branches, before.branch) != (place.branches, place.branch):
            self._list_branches()
        if ahead:
            self._ask()

    def give_up(self) -> None:
        """Wait no longer: a command failed."""
        self._asked = -1

    def _list_branches(self) -> None:
        if self._place is None or self._theme is None:
            return
        names = [each.name for each in self._place.branches]
        if [self.branches.itemText(at) for at in range(self.branches.count())] != names:
            self.branches.clear()
            self.branches.addItems(names)
        for at, each in enumerate(self._place.branches):
            colour = branch_colour(self._theme, each.number)
            self.branches.setItemIcon(at, icon("circle", colour, colour))
            self.branches.setItemData(at, each.settings.description, Qt.ItemDataRole.ToolTipRole)
            if each.number == self._place.branch:
                self.branches.setCurrentIndex(at)
        self.branches.setVisible(len(names) > 1)

    @Slot(int)
    def _on_slid(self, step: int) -> None:
        self._wanted = step + (self._place.first if self._place else 0)
        if self._asked < 0:
            self._ask()

    def _ask(self) -> None:
        self._asked = self._wanted
        self.sought.emit(self._wanted)

    @Slot(int)
    def _on_switched(self, at: int) -> None:
        if self._place is not None:
            self.switched.emit(self._place.branches[at].number)
