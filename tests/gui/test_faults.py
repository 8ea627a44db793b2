import faulthandler
import io
import logging
import re
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QThread
from pytestqt.qtbot import QtBot

from gui.parts import settle
from linviz import __version__
from linviz.errors import InputError
from linviz.gui.faults import Faults, diagnostics, log_path, start_log


class Reports:
    """Notes what is reported, and whether that came in the window's thread."""

    def __init__(self, of: Faults) -> None:
        self.said: list[tuple[str, str]] = []
        self.threads: set[QThread] = set()
        of.reported.connect(self._on_reported)

    def _on_reported(self, sentence: str, details: str) -> None:
        self.said.append((sentence, details))
        self.threads.add(QThread.currentThread())


@pytest.fixture
def caught() -> Iterator[Faults]:
    made = Faults()
    yield made
    made.uninstall()


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[logging.Logger]:
    """Give the program's log as it is before the program starts."""
    logger = logging.getLogger("linviz")
    before = logger.handlers[:]
    logger.handlers.clear()
    monkeypatch.setattr(faulthandler, "enable", lambda: None)  # pytest has enabled its own
    yield logger
    for handler in logger.handlers:
        handler.close()
    logger.handlers[:] = before


def hooks() -> tuple[object, ...]:
    return sys.excepthook, threading.excepthook, sys.unraisablehook


def fail(error: BaseException) -> None:
    raise error


def on_another_thread(task: Callable[[], None]) -> None:
    thread = threading.Thread(target=task, name="another")
    thread.start()
    thread.join()


def test_what_nobody_caught_on_another_thread_is_reported_once_in_the_windows(
    caught: Faults, log: logging.Logger, qtbot: QtBot
) -> None:
    start_log()
    caught.install()
    reports = Reports(caught)
    on_another_thread(lambda: fail(ZeroDivisionError("division by zero")))
    assert reports.said == []  # it comes when the window has time for it
    qtbot.waitUntil(lambda: len(reports.said) == 1)
    settle()
    ((sentence, details),) = reports.said
    assert reports.threads == {QThread.currentThread()}
    assert sentence.startswith("Something went wrong: ZeroDivisionError: division by zero. ")
    assert "Traceback (most recent call last)" in details
    assert "in fail" in details
    assert str(log_path()) in details
    assert diagnostics() in details
    assert len(log.handlers) == 1
    written = log_path().read_text("utf-8")
    assert written.count("ZeroDivisionError: division by zero") == 1
    assert "in fail" in written


def test_what_a_slot_raises_is_reported_and_the_loop_goes_on(caught: Faults, log: logging.Logger, qtbot: QtBot) -> None:
    del log
    start_log()
    caught.install()
    reports = Reports(caught)
    sys.excepthook(KeyError, KeyError("key"), None)
    qtbot.waitUntil(lambda: len(reports.said) == 1)
    assert "KeyError: 'key'" in reports.said[0][0]


def test_what_is_raised_where_nobody_can_catch_it_is_reported(caught: Faults, qtbot: QtBot) -> None:
    caught.install()
    reports = Reports(caught)

    class Unwilling:
        def __del__(self) -> None:
            raise OSError("while it was deleted")

    Unwilling()
    qtbot.waitUntil(lambda: len(reports.said) == 1)
    assert "OSError: while it was deleted" in reports.said[0][0]


def test_an_input_error_speaks_for_itself(caught: Faults, log: logging.Logger, qtbot: QtBot) -> None:
    start_log()
    reports = Reports(caught)
    on_another_thread(lambda: caught.report(InputError("learning rate must be positive, got -1")))
    qtbot.waitUntil(lambda: len(reports.said) == 1)
    assert reports.said == [("Learning rate must be positive, got -1.", "")]
    assert log.handlers
    assert log_path().read_text("utf-8") == ""


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (RuntimeError("first line\nsecond line"), "Something went wrong: RuntimeError: first line. Please"),
        (ValueError(), "Something went wrong: ValueError. Please"),
        (RuntimeError("\n"), "Something went wrong: RuntimeError. Please"),
        (MemoryError(), "Something went wrong: MemoryError. Please"),
    ],
)
def test_a_report_is_one_line_and_says_what_to_do(
    error: Exception, sentence: str, caught: Faults, qtbot: QtBot
) -> None:
    reports = Reports(caught)
    caught.report(error)
    qtbot.waitUntil(lambda: len(reports.said) == 1)
    said = reports.said[0][0]
    assert said.startswith(sentence)
    assert "\n" not in said


def test_of_a_very_long_error_the_end_is_told_and_all_of_it_copied(caught: Faults, qtbot: QtBot) -> None:
    reports = Reports(caught)
    caught.report(RuntimeError("outside " * 200 + "the cause"))
    qtbot.waitUntil(lambda: len(reports.said) == 1)
    sentence, details = reports.said[0]
    assert len(sentence) < 400
    assert "the cause. Please" in sentence
    assert "outside " * 200 in details


def test_what_goes_wrong_again_and_again_is_told_ever_more_seldom(
    caught: Faults, log: logging.Logger, qtbot: QtBot
) -> None:
    start_log()
    reports = Reports(caught)
    for _ in range(1000):
        try:
            fail(ValueError("while painting"))
        except ValueError as error:
            caught.report(error)
    caught.report(KeyError("another"))
    qtbot.waitUntil(lambda: any("another" in sentence for sentence, _details in reports.said))
    assert 2 < len(reports.said) < 15
    assert log_path().read_text("utf-8").count("ValueError: while painting") == len(reports.said) - 1
    assert log.handlers


def test_reports_keep_their_order(caught: Faults, qtbot: QtBot) -> None:
    reports = Reports(caught)
    for number in range(20):
        caught.report(InputError(f"number {number}"))
    qtbot.waitUntil(lambda: len(reports.said) == 20)
    assert [sentence for sentence, _details in reports.said] == [f"Number {number}." for number in range(20)]


def test_the_hooks_are_taken_and_given_back_to_those_who_had_them(caught: Faults) -> None:
    before = hooks()
    caught.install()
    assert not set(hooks()) & set(before)
    caught.uninstall()
    assert hooks() == before


def test_installed_twice_is_uninstalled_at_once(caught: Faults) -> None:
    before = hooks()
    caught.install()
    caught.install()
    caught.uninstall()
    assert hooks() == before


def test_uninstalled_without_having_been_installed_it_takes_nothing_from_others(
    caught: Faults, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "excepthook", print)
    before = hooks()
    caught.uninstall()
    assert hooks() == before


def test_ctrl_c_interrupts_and_is_no_fault(caught: Faults, qtbot: QtBot) -> None:
    caught.install()
    reports = Reports(caught)
    with qtbot.waitSignal(caught.interrupted):
        sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    caught.report(InputError("the next one"))
    qtbot.waitUntil(lambda: bool(reports.said))
    assert [sentence for sentence, _details in reports.said] == ["The next one."]


def test_the_log_is_started_once(log: logging.Logger) -> None:
    start_log()
    handlers = log.handlers[:]
    start_log()
    assert log.handlers == handlers
    assert len(handlers) == 1


def test_a_log_that_cannot_be_written_goes_to_standard_error(
    log: logging.Logger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stderr = io.StringIO()
    (tmp_path / "a file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "a file"))
    monkeypatch.setattr(sys, "stderr", stderr)
    start_log()
    log.warning("of no use to a person")
    log.error("heard all the same")
    assert "ERROR linviz: heard all the same" in stderr.getvalue()
    assert "of no use" not in stderr.getvalue()


def test_a_log_does_not_grow_for_ever(log: logging.Logger) -> None:
    start_log()
    for _ in range(400):
        log.warning("%s", "x" * 10_000)
    files = sorted(log_path().parent.iterdir())
    assert 1 < len(files) <= 4
    assert all(file.stat().st_size < 600_000 for file in files)


def test_a_program_without_standard_error_starts_its_log(log: logging.Logger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    monkeypatch.setattr(faulthandler, "enable", lambda: fail(RuntimeError("sys.stderr is None")))
    start_log()
    assert log.handlers


def test_diagnostics_name_the_versions_that_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    import numpy as np
    import PySide6

    monkeypatch.setitem(sys.modules, "torch", SimpleNamespace(__version__="2.99"))
    said = diagnostics()
    for version in (f"linviz {__version__}", f"PySide6 {PySide6.__version__}", f"numpy {np.__version__}", "torch 2.99"):
        assert version in said
    monkeypatch.delitem(sys.modules, "torch")
    assert re.search(r"torch not loaded", diagnostics())
