import re

import pytest
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QImage, QPainter

from linviz.gui.commands import COMMANDS
from linviz.gui.icons import SIZES, icon, renderer

RED, BLUE = "#ff0000", "#0000ff"
USED = sorted({entry.icon for entry in COMMANDS if entry.icon} | {"pause", "triangle-alert"})


def inks(image: QImage, opaque: int = 255) -> set[str]:
    """Give the colours of the pixels that are painted at least so opaque."""
    colours = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
    return {colour.name() for colour in colours if colour.alpha() >= opaque}


def drawn(name: str, colour: str, side: int) -> QImage:
    image = QImage(side, side, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    renderer(name, colour).render(painter, QRectF(0, 0, side, side))
    painter.end()
    return image


@pytest.mark.parametrize("name", USED)
def test_every_icon_that_is_used_is_there_and_takes_its_colour(name: str) -> None:
    assert renderer(name, RED).isValid()
    assert inks(drawn(name, RED, 48)) == {QColor(RED).name()}
    assert inks(drawn(name, BLUE, 48)) == {QColor(BLUE).name()}


@pytest.mark.parametrize("side", SIZES)
def test_an_icon_is_drawn_at_every_size_and_paler_when_disabled(side: int) -> None:
    for mode, colour in ((QIcon.Mode.Normal, RED), (QIcon.Mode.Disabled, BLUE)):
        pixmap = icon("play", RED, BLUE).pixmap(QSize(side, side), mode)
        assert pixmap.size() == QSize(side, side)
        assert inks(pixmap.toImage(), opaque=200) == {QColor(colour).name()}


def test_an_icon_that_is_missing_is_named() -> None:
    with pytest.raises(FileNotFoundError, match=re.escape("icons/no-such-icon.svg")):
        icon("no-such-icon", RED, BLUE)


def test_pictures_are_drawn_once() -> None:
    assert icon("play", RED, BLUE) is icon("play", RED, BLUE)
    assert icon("play", RED, BLUE) is not icon("play", BLUE, BLUE)
