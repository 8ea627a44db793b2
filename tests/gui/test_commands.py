from collections import Counter
from pathlib import Path

import pytest
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMainWindow, QMenu
from pytestqt.qtbot import QtBot

from gui.parts import settle
from linviz.core.command import NextPhase, Reset, Step, UpdateAgain
from linviz.gui.commands import COMMANDS, Entry, build_actions, colour_icons, shown_keys, tip
from linviz.gui.theme import DARK, LIGHT
from linviz.gui.window_menus import MENUS, fill_menus
from linviz.resources import resource

BY_NAME = {entry.name: entry for entry in COMMANDS}
EVERY = pytest.mark.parametrize("entry", COMMANDS, ids=BY_NAME)
KEYS = [(entry.name, keys) for entry in COMMANDS for keys in entry.shortcuts]


class Window(QMainWindow):
    """A window with all commands, in front, that notes which were triggered."""

    def __init__(self) -> None:
        super().__init__()
        self.actions_by_name = build_actions(self)
        self.addActions(list(self.actions_by_name.values()))
        fill_menus(self.menuBar(), self.actions_by_name, QMenu("Open recent", self))
        self.triggered: list[str] = []
        for action in self.actions_by_name.values():
            action.triggered.connect(self._on_triggered)

    def _on_triggered(self) -> None:
        self.triggered.append(self.sender().objectName())

    def menus(self) -> dict[str, QMenu]:
        """Give the menus by their titles."""
        return {menu.title().replace("&", ""): menu for menu in self.menuBar().findChildren(QMenu)}


@pytest.fixture
def window(qtbot: QtBot) -> Window:
    made = Window()
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def test_a_name_belongs_to_one_command() -> None:
    assert Counter(entry.name for entry in COMMANDS).most_common(1)[0][1] == 1


def test_a_shortcut_belongs_to_one_command() -> None:
    counted = Counter(QKeySequence(keys).toString() for _name, keys in KEYS)
    assert "" not in counted
    assert counted.most_common(1)[0][1] == 1


def test_a_text_belongs_to_one_command() -> None:
    assert Counter(entry.text for entry in COMMANDS).most_common(1)[0][1] == 1


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("step", Step()),
        ("manual_step", Step(by_hand=True)),
        ("next_phase", NextPhase()),
        ("reset", Reset()),
        ("update_again", UpdateAgain()),
        ("update_again_by_hand", UpdateAgain(by_hand=True)),
    ],
)
def test_what_a_command_asks_of_the_trainer_is_its_name(name: str, command: object) -> None:
    assert BY_NAME[name].command == command


@pytest.mark.parametrize("name", ["run", "new_seed", "save_picture", "quit", "log_scale", "as_stored", "shortcuts"])
def test_the_other_commands_that_people_and_tests_look_for_are_there(name: str) -> None:
    assert BY_NAME[name].command is None


@EVERY
def test_a_command_says_in_a_sentence_what_it_does(entry: Entry) -> None:
    assert len(entry.tip) > len(entry.text)
    assert not entry.tip.startswith(entry.text)


@EVERY
def test_a_tip_ends_with_the_keys(entry: Entry) -> None:
    assert tip(entry).startswith(entry.tip)
    assert all(shown_keys(keys) in tip(entry) for keys in entry.shortcuts)
    assert ("(" in tip(entry)[len(entry.tip) :]) == bool(entry.shortcuts)


def test_arrow_keys_are_written_as_arrows() -> None:
    assert [shown_keys(keys) for keys in ("Right", "Shift+Right", "Ctrl+N", "S", "Space")] == [
        "→",
        "Shift+→",
        "Ctrl+N",
        "S",
        "Space",
    ]


@EVERY
def test_an_action_is_its_entry(entry: Entry, window: Window) -> None:
    action = window.actions_by_name[entry.name]
    assert window.findChild(QAction, entry.name) is action
    assert (action.text(), action.toolTip()) == (entry.text, tip(entry))
    assert [keys.toString() for keys in action.shortcuts()] == [
        QKeySequence(keys).toString() for keys in entry.shortcuts
    ]
    assert action.isCheckable() == bool(entry.group)


@pytest.mark.parametrize(("name", "keys"), KEYS)
def test_a_shortcut_pressed_triggers_its_command_once_and_no_other(name: str, keys: str, window: Window) -> None:
    QTest.keySequence(window, QKeySequence(keys))  # Qt stays silent where two shortcuts are the same
    assert window.triggered == [name]


def test_one_theme_is_chosen_at_a_time_and_switches_are_their_own(window: Window) -> None:
    actions = window.actions_by_name
    themes = [name for name in actions if name.startswith("theme_")]
    switches = ["as_stored", "log_scale", "full_screen", "run"]
    for name in (*switches, *themes):
        actions[name].trigger()
        assert [other for other in themes if actions[other].isChecked()] in ([], [name])
    assert all(actions[name].isChecked() for name in switches)


@EVERY
def test_a_command_stands_in_one_menu_its_own(entry: Entry, window: Window) -> None:
    action = window.actions_by_name[entry.name]
    found = [title for title, menu in window.menus().items() if action in menu.actions()]
    assert found == [entry.menu]


def test_the_menus_are_those_that_people_know_with_theme_inside_view(window: Window) -> None:
    assert [action.text().replace("&", "") for action in window.menuBar().actions()] == list(MENUS)
    menus = window.menus()
    assert menus["Theme"].menuAction() in menus["View"].actions()
    assert all(menus[name].toolTipsVisible() for name in MENUS)


def test_a_menu_has_a_letter_of_its_own(window: Window) -> None:
    titles = [action.text() for action in window.menuBar().actions()]
    letters = [title[title.index("&") + 1].lower() for title in titles]
    assert len(set(letters)) == len(letters)


def test_lines_part_a_menu_as_the_table_says(window: Window) -> None:
    for name, menu in window.menus().items():
        entries = [entry for entry in COMMANDS if entry.menu == name]
        expected = [text for entry in entries for text in ([""] * entry.separated + [entry.text])]
        shown = [action.text() for action in menu.actions() if action.menu() is None]
        assert shown == expected
        assert menu.actions()[-1].text()


@EVERY
def test_an_icon_that_a_command_names_is_shipped_and_drawn_in_the_themes_colour(entry: Entry, window: Window) -> None:
    action = window.actions_by_name[entry.name]
    pictures = []
    for theme in (LIGHT, DARK):
        colour_icons(window.actions_by_name, theme)
        assert action.icon().isNull() == (not entry.icon)
        pictures.append(action.icon().pixmap(16, 16).toImage())
    if entry.icon:
        assert Path(resource(f"icons/{entry.icon}.svg")).stat().st_size
        assert pictures[0] != pictures[1]
    settle()
