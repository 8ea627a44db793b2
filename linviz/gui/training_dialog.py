"""All choices of the training: which, what they come to, and what differs from the run that is shown."""

from itertools import pairwise

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from linviz.core.batches import Batches
from linviz.core.criterion import Criterion
from linviz.core.initialisation import Initialisation
from linviz.core.schedule import Schedule
from linviz.core.settings import BIAS, DEVICE, DTYPE, Settings
from linviz.core.split import Split
from linviz.errors import sentence
from linviz.gui.appearance import Appearance
from linviz.gui.card import Card
from linviz.gui.optimizer_page import OptimizerPage
from linviz.gui.schedule_curve import ScheduleCurve
from linviz.gui.training_draft import BATCHES, LOSS, OPTIMIZER, SCHEDULE, START, TESTS, Draft
from linviz.gui.training_page import TrainingPage
from linviz.gui.training_words import differences, value_of, why_not_counted

SIZE = 800, 560
SCROLL_BAR = 9
"""Pixels; see the style sheet."""
LONGEST = 27
"""Characters of what is chosen, on a section's button."""
BRANCH = (
    "It begins a run of its own at the start, as a branch; the present one stays as it is. The learning rate alone can "
    "change in mid-run."
)
ANEW = (
    "Another dtype begins a new history, without the runs so far: what is not saved is asked about first, unless "
    "File → Ask before unsaved runs are lost is off."
)
ALIKE = "Nothing differs from the run that is shown; to begin makes another run like it, at the start."
LOOKING = "PyTorch has not yet said which devices it has here."


class TrainingDialog(QDialog):
    """Sections at the left, the options of one at the right, what differs below; nothing changes before *Begin*.

    What counts for nothing beside the other choices keeps its value of the settings in force.

    Parameters
    ----------
    settings
        Those in force.
    name
        The optimizer that is offered first.
    shape
        Samples, inputs, outputs of the data.
    appearance
        For the size of text.
    parent
        The window.
    """

    chosen = Signal(object)
    """The `Settings` of the run that is to begin."""

    def __init__(
        self, settings: Settings, name: str, shape: tuple[int, int, int], appearance: Appearance, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setObjectName("training_dialog")
        self.setWindowTitle("Training")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._settings = self._base = settings
        self._shape = shape
        self._draft: Draft | None = None
        self._filling = False
        self.optimizer = OptimizerPage(self)
        self.curve = ScheduleCurve(self)
        self.pages: dict[str, TrainingPage] = {
            OPTIMIZER: self.optimizer,
            LOSS: TrainingPage(Criterion.OPTIONS, "loss", self),
            BATCHES: TrainingPage(Batches.OPTIONS, "batches", self),
            SCHEDULE: TrainingPage(Schedule.OPTIONS, "schedule", self),
            TESTS: TrainingPage(Split.OPTIONS, "tests", self),
            START: TrainingPage((*Initialisation.OPTIONS, BIAS, DTYPE, DEVICE), "start", self),
        }
        self.pages[SCHEDULE].column.insertWidget(1, self.curve)
        self.pages[START].lines[DEVICE.name].offer(("cpu", settings.device), LOOKING)
        self._sections, self._stack = QButtonGroup(self), QStackedWidget(self)
        self._changes, self._complaint, self._said = (QLabel(self) for _ in range(3))
        self.begin, self._cancel = QPushButton("Begin the run", self), QPushButton("Cancel", self)
        self._defaults = QPushButton("Reset to defaults", self)
        self._lay_out()
        for page in self.pages.values():
            page.changed.connect(self._look)
        self._sections.idToggled.connect(self._on_section)
        self._sections.button(0).setChecked(True)
        self._fill(settings, name)
        self.optimizer.kind.setFocus()
        self.resize((QSize(*SIZE) * appearance.text_scale).boundedTo(self._room(parent)))

    def _room(self, parent: QWidget) -> QSize:
        """Give the room that there is: a window that fills the screen leaves no more."""
        return parent.window().size().boundedTo(self.screen().availableSize()) - QSize(24, 40)

    def _lay_out(self) -> None:
        sections = QVBoxLayout()
        sections.setSpacing(4)
        for number, (name, page) in enumerate(self.pages.items()):
            button = QPushButton(name, self)
            button.setObjectName(f"section_{number}")
            button.setCheckable(True)
            button.setAutoDefault(False)
            button.setProperty("choice", "true")
            self._sections.addButton(button, number)
            sections.addWidget(button)
            self._stack.addWidget(_scrolling(page))
        sections.addStretch()
        sections.setContentsMargins(0, 0, SCROLL_BAR, 0)
        self._left = QWidget(self)
        self._left.setLayout(sections)
        self._side = _scrolling(self._left)
        self._side.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._side.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        middle = QHBoxLayout()
        middle.setSpacing(10)
        middle.addWidget(self._side)
        middle.addWidget(self._stack, 1)
        whole = QVBoxLayout(self)
        whole.setSpacing(10)
        whole.addLayout(middle, 1)
        whole.addWidget(self._summary())
        whole.addLayout(self._buttons())
        entries = [entry for page in self.pages.values() for entry in page.entries]
        for one, other in pairwise([*self._sections.buttons(), *entries, self._defaults, self._cancel, self.begin]):
            self.setTabOrder(one, other)

    def _summary(self) -> Card:
        card = self._card = Card(self)
        column = QVBoxLayout(card)
        column.setContentsMargins(11, 8, 11, 10)
        column.setSpacing(4)
        for name, label, role in (
            ("training_changes", self._changes, ""),
            ("complaint", self._complaint, "differ"),
            ("training_said", self._said, "dim"),
        ):
            label.setObjectName(name)
            label.setProperty("role", role)
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            column.addWidget(label)
        return card

    def _buttons(self) -> QHBoxLayout:
        self._cancel.setToolTip("Change nothing  (Esc)")
        self._cancel.setAutoDefault(False)
        self._cancel.clicked.connect(self.reject)
        self._defaults.setObjectName("defaults")
        self._defaults.setToolTip("Write the defaults of all sections here, as the notebook trains; begins nothing")
        self._defaults.setAutoDefault(False)
        self._defaults.clicked.connect(self._on_defaults)
        self.begin.setObjectName("begin")
        self.begin.setProperty("primary", "true")
        self.begin.setDefault(True)
        self.begin.clicked.connect(self._on_begin)
        row = QHBoxLayout()
        row.addWidget(self._defaults)
        row.addStretch()
        row.addWidget(self._cancel)
        row.addWidget(self.begin)
        return row

    def show_in_force(self, settings: Settings, shape: tuple[int, int, int]) -> None:
        """Take the settings in force and the data's shape; what stands in the form stays."""
        if (settings, shape) != (self._settings, self._shape):
            self._settings, self._shape = settings, shape
            self._look()

    def offer_devices(self, found: tuple[str, ...]) -> None:
        """Offer these devices alone."""
        self.pages[START].lines[DEVICE.name].offer(found, f"PyTorch has {' and '.join(found)} alone here.")

    def _fill(self, settings: Settings, name: str) -> None:
        """Write settings into the form."""
        self._filling, self._base = True, settings
        self.optimizer.show_settings(settings, name)
        for page in self.pages.values():
            for line in page.lines.values():
                if page is not self.optimizer:
                    own = settings.dtype if line.option is DTYPE else value_of(settings, line.option.name)
                    line.show_value(own)
        self._filling = False
        self._look()

    @Slot()
    def _look(self) -> None:
        """Read what stands in the form, and say what comes of it."""
        if self._filling:
            return
        values = {name: value for page in self.pages.values() for name, value in page.values.items()}
        for page in self.pages.values():
            for name, line in page.lines.items():
                if page is not self.optimizer:
                    line.count(why_not_counted(name, values))
        unused = [name for page in self.pages.values() for name, line in page.lines.items() if not line.counts]
        values |= {name: value_of(self._base, name) for name in unused}
        wrong = {name: page.wrong for name, page in self.pages.items() if page.wrong}
        kind, options = self.optimizer.kind.currentText(), self.optimizer.options
        self._draft = draft = Draft.of(values, kind, options, self._shape, wrong)
        for name, hint in draft.hints.items():
            self.pages[name].tell(hint)
        if draft.settings is not None:
            self.curve.show_schedule(draft.settings.schedule, draft.settings.learning_rate)
        self._tell(draft)

    def _tell(self, draft: Draft) -> None:
        """Say on the sections' buttons what is chosen, and below what differs, or what is wrong."""
        for button, name in zip(self._sections.buttons(), self.pages, strict=True):
            words = draft.briefs[name]
            button.setText(f"{name}\n{words if len(words) <= LONGEST else f'{words[: LONGEST - 1]}…'}")
            button.setToolTip(f"{name}: {words}  (arrows go through the sections)")
            _mark(button, name in draft.wrong)
        self._side.setFixedWidth(self._left.sizeHint().width())
        wrong = draft.wrong.get(self._section) or next(iter(draft.wrong.values()), "")
        self._complaint.setText(sentence(wrong))
        self._complaint.setVisible(bool(wrong))
        self.begin.setEnabled(not wrong)
        self.begin.setToolTip(f"Not yet: {wrong}" if wrong else "Begin at the start with these choices  (Enter)")
        self.begin.setAccessibleDescription(self.begin.toolTip())
        for label in (self._changes, self._said):
            label.setVisible(not wrong)
        if draft.settings is not None:
            # Each stays together where the line is broken.
            changed = [each.replace(" ", "\u00a0") for each in differences(self._settings, draft.settings)]
            self._changes.setText(f"Differs from now: {' · '.join(changed)}" if changed else ALIKE)
            self._said.setText(ANEW if draft.settings.dtype != self._settings.dtype else BRANCH)
        self._card.updateGeometry()  # Qt keeps the height that wrapped lines had before

    @property
    def _section(self) -> str:
        return list(self.pages)[self._sections.checkedId()]

    @Slot(int, bool)
    def _on_section(self, number: int, chosen: bool) -> None:
        if chosen:
            self._stack.setCurrentIndex(number)
            self._look()

    @Slot()
    def _on_defaults(self) -> None:
        self._fill(Settings(), Settings().optimizer)

    @Slot()
    def _on_begin(self) -> None:
        if self._draft is not None and self._draft.settings is not None:
            settings = self._draft.settings
            self.accept()
            self.chosen.emit(settings)


def _scrolling(widget: QWidget) -> QScrollArea:
    """Put something where it scrolls, if there is too little room."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(widget)
    return area


def _mark(button: QWidget, wrong: bool) -> None:
    """Colour a section's button as wrong, or not."""
    marked = "true" if wrong else "false"
    if button.property("wrong") != marked:
        button.setProperty("wrong", marked)
        button.style().unpolish(button)  # the style sheet follows a property only when polished again
        button.style().polish(button)
