"""Another problem: of which kind, and what it will look like."""

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from linviz.errors import InputError
from linviz.gui.appearance import Appearance
from linviz.gui.examples_page import ExamplesPage
from linviz.gui.file_page import FilePage
from linviz.gui.problem_page import Offer, ProblemPage
from linviz.gui.recipe_page import RecipePage
from linviz.gui.shape_preview import ShapePreview

SIZE = 760, 530


class NewProblemDialog(QDialog):
    """Kinds at the left, the form of one at the right, what comes of it below; nothing changes before *Begin*.

    Parameters
    ----------
    dtype
        Of the settings in force.
    appearance
        Sizes and colours.
    parent
        The window.
    """

    chosen = Signal(object)
    """The problem to begin, or the recipe for it."""
    file_asked = Signal()
    """The data are in a file that is yet to be named."""
    paste_asked = Signal()
    """They are on the clipboard."""

    def __init__(self, dtype: str, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("new_problem_dialog")
        self.setWindowTitle("New problem")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._offer: Offer | None = None
        file = FilePage(self)
        file.paste_asked.connect(self._on_paste)
        self._pages: dict[str, ProblemPage] = {
            "Random": RecipePage(False, self),
            "True weights + noise": RecipePage(True, self),
            "Examples": ExamplesPage(dtype, self),
            "Your data": file,
        }
        self._kinds, self._stack, self._preview = QButtonGroup(self), QStackedWidget(self), ShapePreview(self)
        self._begin = QPushButton(self)
        self._begin.setObjectName("begin")
        self._begin.setProperty("primary", "true")
        self._begin.setDefault(True)
        self._begin.clicked.connect(self._on_begin)
        self._lay_out()
        self._kinds.idToggled.connect(self._on_kind)
        for page in self._pages.values():
            page.changed.connect(self._show)
        self._kinds.button(0).setChecked(True)
        self.resize((QSize(*SIZE) * appearance.text_scale).boundedTo(self.screen().availableSize()))

    def _lay_out(self) -> None:
        kinds = QVBoxLayout()
        kinds.setSpacing(4)
        for number, (name, page) in enumerate(self._pages.items()):
            button = QPushButton(name, self)
            button.setObjectName(f"kind_{number}")
            button.setCheckable(True)
            button.setAutoDefault(False)
            button.setProperty("choice", "true")
            button.setToolTip(f"A problem of the kind: {name}  (arrows go through the kinds)")
            self._kinds.addButton(button, number)
            kinds.addWidget(button)
            area = QScrollArea(self)
            area.setWidgetResizable(True)
            area.setFrameShape(QScrollArea.Shape.NoFrame)
            area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            area.setWidget(page)
            self._stack.addWidget(area)
        kinds.addStretch()
        middle = QHBoxLayout()
        middle.setSpacing(14)
        middle.addLayout(kinds)
        middle.addWidget(self._stack, 1)
        cancel = QPushButton("Cancel", self)
        cancel.setToolTip("Change nothing  (Esc)")
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(cancel)
        buttons.addWidget(self._begin)
        whole = QVBoxLayout(self)
        whole.setSpacing(10)
        whole.addLayout(middle, 1)
        whole.addWidget(self._preview)
        whole.addLayout(buttons)

    @property
    def page(self) -> ProblemPage:
        """The form of the kind that is chosen."""
        return list(self._pages.values())[self._kinds.checkedId()]

    @Slot(int, bool)
    def _on_kind(self, number: int, chosen: bool) -> None:
        if chosen:
            self._stack.setCurrentIndex(number)
            self._show()

    @Slot()
    def _show(self) -> None:
        page, wrong, self._offer = self.page, "", None
        try:
            self._offer = page.offer()
        except InputError as error:
            wrong = str(error)
        shape = page.shape() if self._offer is None else self._offer.shape
        self._preview.show_shape(shape, self._offer.said if self._offer else "", wrong)
        text, tip = page.BEGIN
        self._begin.setText(text)
        self._begin.setEnabled(not wrong)
        self._begin.setToolTip("Correct what is said above" if wrong else tip)
        self._begin.setAccessibleDescription(self._begin.toolTip())

    @Slot()
    def _on_begin(self) -> None:
        offer = self._offer
        if offer is None:
            return
        self.accept()
        if offer.source is None:
            self.file_asked.emit()
        else:
            self.chosen.emit(offer.source)

    @Slot()
    def _on_paste(self) -> None:
        self.accept()
        self.paste_asked.emit()
