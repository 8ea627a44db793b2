"""A button of the tool bar: icon, text and, paler, its key."""

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QAction, QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from linviz.gui.commands import shown_keys
from linviz.gui.icons import renderer
from linviz.gui.theme import Theme

PADDING, GAP, RADIUS = 10, 6, 6


class CommandButton(QAbstractButton):
    """Shows an action and triggers it.

    Parameters
    ----------
    action
        Its text, tip, first shortcut and state are followed.
    icon
        Name of the icon.
    primary
        Whether it is the one button that stands out.
    """

    def __init__(self, action: QAction, icon: str, primary: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self._action, self._icon, self._primary = action, icon, primary
        self._compact = False
        self._theme: Theme | None = None
        # Tab reaches it; a click leaves the focus, and with it the keys, where it was.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.clicked.connect(action.trigger)
        action.changed.connect(self._on_action_changed)
        self._on_action_changed()

    def set_theme(self, theme: Theme) -> None:
        """Take colours."""
        self._theme = theme
        self.updateGeometry()
        self.update()

    def set_icon(self, icon: str) -> None:
        """Show another icon."""
        self._icon = icon
        self.update()

    def set_compact(self, compact: bool) -> None:
        """Show the icon alone, where there is no room."""
        if compact != self._compact:
            self._compact = compact
            self.updateGeometry()
            self.update()

    @Slot()
    def _on_action_changed(self) -> None:
        self.setText(self._action.text())
        self.setToolTip(self._action.toolTip())
        self.setAccessibleName(self._action.text())
        self.setAccessibleDescription(self._action.toolTip())
        self.setEnabled(self._action.isEnabled())
        self.updateGeometry()
        self.update()

    def _hint(self) -> str:
        return shown_keys(self._action.shortcut().toString())

    def _sides(self) -> tuple[int, int, int]:
        """Give the widths of icon, text and key."""
        metrics = self.fontMetrics()
        icon = metrics.height()
        if self._compact:
            return icon, 0, 0
        return icon, metrics.horizontalAdvance(self.text()), round(metrics.horizontalAdvance(self._hint()) * 0.85)

    def sizeHint(self) -> QSize:
        icon, text, hint = self._sides()
        width = icon + sum(part + GAP for part in (text, hint) if part)
        return QSize(width + 2 * PADDING, self.fontMetrics().height() + 14)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.updateGeometry()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        theme = self._theme
        if theme is None:
            return
        hover = self.isEnabled() and (self.underMouse() or self.isDown())
        lit = (self._primary or self._action.isChecked()) and self.isEnabled()
        back = (
            (theme.accent_hover if hover else theme.accent)
            if lit
            else (theme.control_hover if hover else theme.control)
        )
        ink = theme.on_accent if lit else (theme.text if self.isEnabled() else theme.dim)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(QColor(back))
        painter.setPen(QPen(QColor(back if lit else theme.border), 1))
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(frame, RADIUS, RADIUS)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(theme.next), 2))
            painter.drawRoundedRect(frame.adjusted(1, 1, -1, -1), RADIUS - 1, RADIUS - 1)
        icon, text, hint = self._sides()
        x, middle = PADDING, self.height() / 2
        renderer(self._icon, ink).render(painter, QRectF(x, middle - icon / 2, icon, icon))
        x += icon + GAP
        painter.setPen(QColor(ink))
        if text:
            painter.drawText(QRect(x, 0, text + 2, self.height()), Qt.AlignmentFlag.AlignVCenter, self.text())
            x += text + GAP
        if hint:
            font = self.font()
            font.setPixelSize(max(round(font.pixelSize() * 0.85), 8))
            painter.setFont(font)
            painter.setPen(QColor(ink if lit else theme.dim))
            painter.drawText(QRect(x, 0, hint + 4, self.height()), Qt.AlignmentFlag.AlignVCenter, self._hint())
        painter.end()
