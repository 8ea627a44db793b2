"""The menus, from the table of commands."""

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QMenuBar

from linviz.gui.commands import COMMANDS

MENUS = ("File", "Edit", "Training", "History", "View", "Help")
LETTERS = {"History": "H&istory"}
"""Where the first letter is another one's."""


def fill_menus(bar: QMenuBar, actions: dict[str, QAction], recent: QMenu) -> None:
    """Add all menus, with the recent files inside File and Theme inside View."""
    menus: dict[str, QMenu] = {}
    for name in MENUS:
        menu = bar.addMenu(LETTERS.get(name, f"&{name}"))
        assert isinstance(menu, QMenu)  # noqa: S101  # Qt's stub has an overload that gives an action
        menu.setToolTipsVisible(True)
        menus[name] = menu
    theme = menus["View"].addMenu("Theme")
    assert isinstance(theme, QMenu)  # noqa: S101  # as above
    menus["Theme"] = theme
    for entry in COMMANDS:
        if entry.separated:
            menus[entry.menu].addSeparator()
        menus[entry.menu].addAction(actions[entry.name])
        if entry.name == "open":
            menus[entry.menu].addMenu(recent)
