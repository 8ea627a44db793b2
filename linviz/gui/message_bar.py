"""One message at a time, in the window: what happened, what to try, and details to copy."""

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from linviz.gui.icons import icon
from linviz.gui.theme import Theme


class MessageBar(QFrame):
    """Stands above the equation while there is something to say; never modal, never in the way of the keys."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("message_bar")
        self._details = self._topic = ""
        self._theme: Theme | None = None
        self._icon, self._text = QLabel(self), QLabel(self)
        self._text.setObjectName("message")
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._copy = QPushButton("Copy details", self)
        self._copy.setObjectName("copy_details")
        self._copy.setToolTip("Copy what is needed to report this")
        self._copy.clicked.connect(self._on_copy)
        close = QPushButton("Dismiss", self)
        close.setObjectName("dismiss")
        close.setToolTip("Close this message")
        close.clicked.connect(self.hide)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 6, 8, 6)
        layout.addWidget(self._icon)
        layout.addWidget(self._text, 1)
        layout.addWidget(self._copy)
        layout.addWidget(close)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Take colours."""
        self._theme = theme
        self._draw_icon()

    def say(self, text: str, kind: str = "warning", details: str = "", topic: str = "") -> None:
        """Show a message; it takes the place of the one before.

        Parameters
        ----------
        text
            What happened and what to try.
        kind
            ``warning`` or ``error``.
        details
            What *Copy details* copies.
        topic
            A word by which it can be withdrawn.
        """
        self._details, self._topic = details, topic
        self._text.setText(text)
        self.setAccessibleName(text)
        self._copy.setVisible(bool(details))
        self.setProperty("kind", kind)
        for widget in (self, self._text):
            widget.style().unpolish(widget)
            widget.style().polish(widget)
        self._draw_icon()
        self.show()

    def withdraw(self, topic: str) -> None:
        """Take the message away if it is of this topic."""
        if topic == self._topic:
            self.hide()

    def _draw_icon(self) -> None:
        if self._theme is not None:
            ink = self._theme.on_danger if self.property("kind") == "error" else self._theme.on_stale
            self._icon.setPixmap(icon("triangle-alert", ink, ink).pixmap(QSize(18, 18)))

    @Slot()
    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self._details)
