"""`linviz render`, in a process of its own as it is used: it chooses platform and scale for the whole process."""

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from linviz.gui.theme import DARK, LIGHT


def rendered(folder: Path, *options: str) -> QImage:
    file = folder / "picture.png"
    done = subprocess.run(
        [sys.executable, "-m", "linviz", "render", "-o", str(file), *options],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return QImage(str(file))


def colours(image: QImage) -> set[str]:
    step = max(image.width() // 720, 1)
    return {
        image.pixelColor(x, y).name() for x in range(0, image.width(), step) for y in range(0, image.height(), step)
    }


@pytest.mark.parametrize(("theme", "expected"), [("light", LIGHT), ("dark", DARK)])
def test_a_picture_has_its_size_its_theme_and_the_numbers_heat(tmp_path: Path, theme: str, expected: object) -> None:
    image = rendered(tmp_path, "--theme", theme, "--size", "1024x700", "--steps", "3")
    assert (image.width(), image.height()) == (1024, 700)
    there = colours(image)
    for name in ("window", "card", "accent", "next", "negative", "positive"):
        assert getattr(expected, name) in there, name


def test_scale_2_doubles_the_pixels(tmp_path: Path) -> None:
    image = rendered(tmp_path, "--scale", "2", "--size", "1024x700")
    assert (image.width(), image.height()) == (2048, 1400)


def test_a_manual_step_is_marked_on_the_curve(tmp_path: Path) -> None:
    assert LIGHT.manual not in colours(rendered(tmp_path, "--steps", "2", "--size", "1024x700"))
    image = rendered(tmp_path, "--steps", "2", "--manual", "--size", "1024x700")
    found = [
        (x, y)
        for x in range(image.width())
        for y in range(image.height() // 2, image.height())
        if image.pixelColor(x, y).name() == LIGHT.manual
    ]
    assert found
