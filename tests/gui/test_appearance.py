from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QApplication

from linviz.errors import InputError
from linviz.gui.appearance import CHOICES, TEXT_SCALES, Appearance
from linviz.gui.theme import THEMES


@pytest.fixture
def owner() -> QObject:
    return QObject()


class Desktop:
    """A desktop that is light or dark; setting it for real does nothing offscreen."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.scheme = Qt.ColorScheme.Light
        self.hints = QGuiApplication.styleHints()
        monkeypatch.setattr(QGuiApplication, "styleHints", lambda: self)

    @property
    def colorSchemeChanged(self) -> object:  # noqa: N802  # Qt's name
        return self.hints.colorSchemeChanged

    def colorScheme(self) -> Qt.ColorScheme:  # noqa: N802  # Qt's name
        return self.scheme

    def become(self, scheme: Qt.ColorScheme) -> None:
        self.scheme = scheme
        self.hints.colorSchemeChanged.emit(scheme)


@pytest.fixture
def desktop(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desktop]:
    made = Desktop(monkeypatch)
    yield made
    made.become(Qt.ColorScheme.Light)


class Changes:
    """Counts how often an appearance changed."""

    def __init__(self, appearance: Appearance) -> None:
        self.count = 0
        appearance.changed.connect(self._on_changed)

    def _on_changed(self) -> None:
        self.count += 1


def test_the_systems_choice_is_followed_while_the_window_is_open(desktop: Desktop, owner: QObject) -> None:
    appearance = Appearance("system", 1.0, owner)
    changes = Changes(appearance)
    for scheme, name in (
        (Qt.ColorScheme.Dark, "dark"),
        (Qt.ColorScheme.Light, "light"),
        (Qt.ColorScheme.Dark, "dark"),
        (Qt.ColorScheme.Unknown, "light"),
    ):
        before = changes.count
        desktop.become(scheme)
        assert appearance.theme is THEMES[name]
        assert changes.count == before + 1
    assert appearance.choice == "system"


@pytest.mark.parametrize("choice", THEMES)
def test_a_persons_choice_stands_whatever_the_desktop_does(choice: str, desktop: Desktop, owner: QObject) -> None:
    appearance = Appearance(choice, 1.0, owner)
    changes = Changes(appearance)
    desktop.become(Qt.ColorScheme.Dark)
    assert appearance.theme is THEMES[choice]
    assert changes.count == 0


def test_a_theme_chosen_is_in_force_and_announced(desktop: Desktop, owner: QObject) -> None:
    appearance = Appearance("light", 1.0, owner)
    changes = Changes(appearance)
    desktop.scheme = Qt.ColorScheme.Dark
    for choice, name in (("dark", "dark"), ("light", "light"), ("system", "dark")):
        appearance.choose(choice)
        assert (appearance.choice, appearance.theme.name) == (choice, name)
        assert THEMES[name].window in appearance.style_sheet()
    assert changes.count == 3


@pytest.mark.parametrize("choice", ["", "blue", "Light", "system "])
def test_a_theme_that_there_is_not_is_refused_with_those_there_are(choice: str, owner: QObject) -> None:
    appearance = Appearance("dark", 1.0, owner)
    changes = Changes(appearance)
    with pytest.raises(InputError, match=f"^theme must be system, light, dark, got {choice}$"):
        appearance.choose(choice)
    assert (appearance.choice, changes.count) == ("dark", 0)
    assert CHOICES == ("system", "light", "dark")


def test_text_gets_larger_and_smaller_up_to_the_ends_and_back_to_1(owner: QObject) -> None:
    appearance = Appearance("light", 1.0, owner)
    for steps, end in ((1, max(TEXT_SCALES)), (-1, min(TEXT_SCALES))):
        met = []
        for _ in range(len(TEXT_SCALES) + 2):
            appearance.scale_text(steps)
            met.append(appearance.text_scale)
        assert met == sorted(met, reverse=steps < 0)
        assert met[-1] == met[-2] == end
    appearance.scale_text(0)
    assert appearance.text_scale == 1.0


def test_larger_text_is_announced_and_reaches_the_style_sheet(owner: QObject) -> None:
    appearance = Appearance("light", 1.0, owner)
    changes = Changes(appearance)
    assert "font-size: 13px" in appearance.style_sheet()
    appearance.scale_text(3)
    assert changes.count == 1
    assert f"font-size: {round(13 * TEXT_SCALES[TEXT_SCALES.index(1.0) + 3])}px" in appearance.style_sheet()


def test_text_sizes_ascend_and_have_1_among_them() -> None:
    assert list(TEXT_SCALES) == sorted(set(TEXT_SCALES))
    assert 1.0 in TEXT_SCALES


def test_the_fonts_come_with_the_program_and_the_style_is_the_one_that_follows_palettes(owner: QObject) -> None:
    Appearance("light", 1.0, owner)
    assert {"Inter", "JetBrains Mono"} <= set(QFontDatabase.families())
    assert QApplication.style().objectName() == "fusion"
