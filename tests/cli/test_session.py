"""Runs in files: written by trace, read by trace, and by the window."""

from pathlib import Path
from typing import Any

import pytest

from cli.console import Console
from linviz.core.session_file import read_session


@pytest.mark.parametrize(
    "words", [(), ("--manual",), ("--lr", "0.3", "--dtype", "float64"), ("--random", "7", "4", "3")]
)
def test_a_saved_run_gives_the_same_bits(linviz: Console, tmp_path: Path, words: tuple[str, ...]) -> None:
    path = str(tmp_path / "run.linviz")
    plain = linviz("trace", "--steps", "7", "--json", *words)
    saved = linviz("trace", "--steps", "7", "--json", "--save", path, *words)
    assert saved == plain
    for step, record in enumerate(plain.records, 1):
        assert linviz("trace", "--session", path, "--step", str(step), "--json").records == [record]
    assert linviz("trace", "--session", path, "--json").records == plain.records[-1:]


def test_as_text_a_step_stands_with_its_data_and_parameters(linviz: Console, tmp_path: Path) -> None:
    path = str(tmp_path / "run.linviz")
    lines = linviz("trace", "--steps", "3", "--manual", "--save", path).out.splitlines()
    step = linviz("trace", "--session", path, "--step", "3").out.splitlines()
    assert step[0] == "--- after step 2: 10 samples, 3 inputs, 2 outputs; SGD, learning rate 0.01, float32"
    assert step[1:24] == lines[1:24]
    third = lines.index("--- step 3: forward, loss, zero_grad, backward, update")
    assert step[step.index(lines[third]) :] == lines[third:]


def test_why_explains_a_saved_step(linviz: Console, tmp_path: Path) -> None:
    path = str(tmp_path / "run.linviz")
    words = ("--why", "weight_grad[0,1]", "--json")
    plain = linviz("trace", "--steps", "5", *words)
    linviz("trace", "--steps", "9", "--save", path)
    assert linviz("trace", "--session", path, "--step", "5", *words) == plain


def test_a_diverging_run_is_saved(linviz: Console, tmp_path: Path) -> None:
    path = str(tmp_path / "run.linviz")
    run = linviz("trace", "--lr", "50", "--steps", "40", "--json", "--save", path)
    assert run.records[-1]["loss"] in ("Infinity", "NaN")
    assert linviz("trace", "--session", path, "--json").records == run.records[-1:]
    assert read_session(Path(path)).moment == 40


COMPLAINTS = [
    (("trace", "--save", "run.txt"), "the session's file must end in .linviz, got run.txt"),
    (("trace", "--save", "{}/nowhere/run.linviz"), "there is no folder {}/nowhere, name one that is there"),
    (("trace", "--save", "{}/folder.linviz"), "which is a folder: name a file in it"),
    (("trace", "--session", "{}/nothing.linviz"), "can't read {}/nothing.linviz: No such file or directory"),
    (("trace", "--session", "{}/bad.linviz"), "can't open {}/bad.linviz: it is no session that linviz saved"),
    (("trace", "--session", "{}/good.linviz", "--step", "0"), "step must be a whole number from 1 to 2**63 - 1, got 0"),
    (("trace", "--session", "{}/good.linviz", "--step", "4"), "has the steps 1 to 3, there is no step 4"),
    (("trace", "--session", "{}/good.linviz", "--steps", "4"), "no choice of --steps: leave out one"),
    (("trace", "--session", "{}/good.linviz", "--lr", "4"), "no choice of --lr: leave out one"),
    (("trace", "--session", "{}/good.linviz", "--save", "x.linviz"), "no choice of --save: leave out one"),
    (("trace", "--cells", "--session", "{}/good.linviz"), "no choice of --session: leave out one"),
    (("trace", "--step", "3"), "--step 3 is a step of --session FILE"),
    (("{}/bad.linviz",), "can't open {}/bad.linviz: it is no session that linviz saved"),
    (("{}/nothing.linviz",), "can't read {}/nothing.linviz: No such file or directory"),
    (("{}/good.linviz", "--lr", "3"), "no choice of --lr: leave out one"),
    (("{}/good.linviz", "--random", "3", "2", "1"), "no choice of --random: leave out one"),
    (("{}/good.linviz", "{}/good.linviz"), "unknown argument"),
    (("darw",), "there is no command and no file darw; see linviz --help"),
]


@pytest.mark.parametrize(("words", "said"), COMPLAINTS)
def test_wrong_words_get_one_sentence(linviz: Console, tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    linviz("trace", "--steps", "3", "--save", str(tmp_path / "good.linviz"))
    (tmp_path / "bad.linviz").write_text("a letter")
    (tmp_path / "folder.linviz").mkdir()
    done = linviz(*(word.replace("{}", str(tmp_path)) for word in words))
    assert said.replace("{}", str(tmp_path)) in done.complaint


def test_where_there_is_no_display_a_file_is_printed(
    linviz: Console, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = str(tmp_path / "run.linviz")
    linviz("trace", "--steps", "3", "--save", path)
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    done = linviz(path)
    assert done.out == linviz("trace", "--session", path).out
    assert done.err.startswith("linviz: there is no display")


def test_the_window_opens_on_the_file(linviz: Console, opened: list[tuple[Any, ...]], tmp_path: Path) -> None:
    path = tmp_path / "run.linviz"
    linviz("trace", "--steps", "3", "--save", str(path))
    linviz(str(path), "--theme", "dark")
    ((session, _settings, theme, given),) = opened
    assert (session.moment, theme, given) == (3, "dark", path)
