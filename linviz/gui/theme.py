"""Light and dark: every colour of the window, in one place."""

from dataclasses import dataclass, fields
from functools import cache
from string import Template

from PySide6.QtGui import QColor, QPalette

from linviz.resources import resource

HEAT_STEPS = 256
"""Colours on each side of 0."""


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours by what they are for, each ``#rrggbb``.

    Text on ``card``, ``window``, on its badge and on every heat colour has a contrast of at least 4.5 : 1 (WCAG AA).
    The two ends of the heat colours are blue and orange, which colour-blind people tell apart, ``not_finite`` from
    both; 0 is the card itself. ``whole`` is what all training samples say together, ``test`` what the test set says.
    ``operand``, the outline of what went into a number, can be told from all of them.
    ``converging``, ``oscillating`` and ``diverging`` are told apart by everybody, by their lightness too.
    ``contour`` is the colour of a landscape's lines, which fade away from the centre.
    """

    name: str
    window: str
    card: str
    border: str
    control: str
    control_hover: str
    text: str
    dim: str
    grid: str
    accent: str
    accent_hover: str
    on_accent: str
    next: str
    on_next: str
    manual: str
    whole: str
    test: str
    done: str
    on_done: str
    stale: str
    on_stale: str
    none: str
    on_none: str
    danger: str
    on_danger: str
    negative: str
    positive: str
    not_finite: str
    operand: str
    converging: str
    oscillating: str
    diverging: str
    contour: str

    def heat(self) -> list[QColor]:
        """Give the colours for −1 … 1 in ``2 · HEAT_STEPS + 1`` entries; the middle one is 0."""
        return _heat(self)

    def palette(self) -> QPalette:
        """Give Qt's palette, for what the style sheet doesn't reach."""
        palette = QPalette()
        roles = {
            QPalette.ColorRole.Window: self.window,
            QPalette.ColorRole.WindowText: self.text,
            QPalette.ColorRole.Base: self.card,
            QPalette.ColorRole.AlternateBase: self.window,
            QPalette.ColorRole.Text: self.text,
            QPalette.ColorRole.Button: self.control,
            QPalette.ColorRole.ButtonText: self.text,
            QPalette.ColorRole.BrightText: self.danger,
            QPalette.ColorRole.PlaceholderText: self.dim,
            QPalette.ColorRole.Highlight: self.accent,
            QPalette.ColorRole.HighlightedText: self.on_accent,
            QPalette.ColorRole.Link: self.accent,
            QPalette.ColorRole.ToolTipBase: self.card,
            QPalette.ColorRole.ToolTipText: self.text,
            QPalette.ColorRole.Mid: self.border,
        }
        for role, colour in roles.items():
            palette.setColor(role, QColor(colour))
        for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
            palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(self.dim))
        return palette

    def style_sheet(self, scale: float) -> str:
        """Give the window's style sheet; ``scale`` multiplies every size of text."""
        names = {field.name: getattr(self, field.name) for field in fields(self)}
        sizes = {f"px{size}": f"{round(size * scale)}px" for size in range(10, 30)}
        arrow = resource(f"icons/chevron-down-{self.name}.svg").as_posix()  # a style sheet takes no colour for an icon
        return _template().substitute(names, **sizes, arrow=arrow)


LIGHT = Theme(
    name="light",
    window="#f3f5f8",
    card="#ffffff",
    border="#dde2ea",
    control="#ffffff",
    control_hover="#eef2f8",
    text="#1b2130",
    dim="#626b7c",
    grid="#e6e9ef",
    accent="#2563d9",
    accent_hover="#1d54bd",
    on_accent="#ffffff",
    next="#f59e0b",
    on_next="#231600",
    manual="#c2410c",
    whole="#1b2130",
    test="#7c3aed",
    done="#e2f4e9",
    on_done="#17693a",
    stale="#fdeecb",
    on_stale="#7a4c03",
    none="#eaedf2",
    on_none="#566072",
    danger="#fde4e1",
    on_danger="#a1160c",
    negative="#84abee",
    positive="#f2a27c",
    not_finite="#f0e24a",
    operand="#7a4c03",
    converging="#0e7490",
    oscillating="#cf8304",
    diverging="#a1160c",
    contour="#7c5cd6",
)

DARK = Theme(
    name="dark",
    window="#14161b",
    card="#1c1f26",
    border="#2f343e",
    control="#262a33",
    control_hover="#313742",
    text="#eceef3",
    dim="#9fa7b6",
    grid="#2a2e37",
    accent="#2f6de0",
    accent_hover="#265ec9",
    on_accent="#ffffff",
    next="#f59e0b",
    on_next="#231600",
    manual="#fb8a4b",
    whole="#eceef3",
    test="#b794ff",
    done="#173424",
    on_done="#84d7a3",
    stale="#43330f",
    on_stale="#f5c566",
    none="#2b303a",
    on_none="#adb4c2",
    danger="#4a1c1a",
    on_danger="#ffb4ab",
    negative="#2f61b4",
    positive="#a84c22",
    not_finite="#7722d8",
    operand="#ffd27a",
    converging="#2ea8c9",
    oscillating="#f5b53d",
    diverging="#d0453a",
    contour="#a78bf0",
)

BRANCH_COLOURS = {
    "light": ("#2563d9", "#b45309", "#0f766e", "#a21caf", "#4d7c0f", "#be123c", "#475569"),
    "dark": ("#2f6de0", "#f0a04b", "#3fc1b0", "#d77be0", "#a3c957", "#f2798b", "#9fb0c3"),
}
"""Of branches in their order, beginning with the accent; told apart by lightness too."""

THEMES = {theme.name: theme for theme in (LIGHT, DARK)}


def branch_colour(theme: Theme, number: int) -> str:
    """Give the colour of a branch by its number, from 1."""
    colours = BRANCH_COLOURS[theme.name]
    return colours[(number - 1) % len(colours)]


@cache
def _template() -> Template:
    return Template(resource("style.qss").read_text("utf-8"))


@cache
def _heat(theme: Theme) -> list[QColor]:
    centre = QColor(theme.card)
    colours = []
    for step in range(-HEAT_STEPS, HEAT_STEPS + 1):
        end, share = QColor(theme.negative if step < 0 else theme.positive), abs(step) / HEAT_STEPS
        mixed = (
            round(a + (b - a) * share)
            for a, b in zip(centre.getRgb()[:3], end.getRgb()[:3], strict=True)  # type: ignore[index]  # PySide6's stub says object, it is a tuple
        )
        colours.append(QColor(*mixed))
    return colours
