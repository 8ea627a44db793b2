import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cli.console import environment, in_own_process, strictly
from cli.loop import Loop
from linviz.cli import main

QT = """
import sys
from linviz.cli import main
status = main(["trace", "--steps", "2"]) or main(["trace", "--cells", "--json"])
print(sorted({name.partition(".")[0] for name in sys.modules} & {"PySide6", "shiboken6", "pyqtgraph"}), file=sys.stderr)
sys.exit(status)
"""

LIGHT = """
import sys
from linviz.cli import main
main(["--help"])
print([name for name in ("torch", "numpy", "PySide6") if name in sys.modules], file=sys.stderr)
"""


def test_trace_imports_no_qt(tmp_path: Path) -> None:
    done = in_own_process(tmp_path, command=("-W", "error", "-c", QT))
    assert (done.status, done.err) == (0, "[]\n")


def test_help_waits_for_nothing_heavy(tmp_path: Path) -> None:
    done = in_own_process(tmp_path, command=("-c", LIGHT))
    assert (done.status, done.err) == (0, "[]\n")


def test_python_m_linviz_is_the_command(tmp_path: Path) -> None:
    done = in_own_process(tmp_path, "trace", "--json", "--steps", "3", "--manual")
    assert (done.status, done.err) == (0, "")
    assert done.records == list(Loop(by_hand=True).from_notebook().records(3))
    assert list(tmp_path.iterdir()) == []


def endless(folder: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "linviz", "trace", "--json", "--steps", str(10**12)],
        cwd=folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_reader_that_has_seen_enough_ends_it_quietly(tmp_path: Path) -> None:
    with endless(tmp_path) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert strictly(process.stdout.readline())["step"] == 1
        process.stdout.close()
        assert process.wait(60) == 0
        assert process.stderr.read() == ""


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C can't be sent to one process there")
def test_ctrl_c_ends_it_without_a_traceback(tmp_path: Path) -> None:
    with endless(tmp_path) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert strictly(process.stdout.readline())["step"] == 1
        process.send_signal(signal.SIGINT)
        # What was printed before is whole lines.
        for line in process.stdout:
            strictly(line)
        assert process.wait(60) == 130
        assert process.stderr.read() == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a full disk to try")
def test_a_full_disk_gets_one_line(tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "linviz", "trace"],
            cwd=tmp_path,
            env=environment(),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert line.startswith("linviz: can't write to standard output: No space left on device; ")


@pytest.mark.skipif(sys.platform == "win32", reason="a shell's >&- is needed")
@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_closed_streams_are_survived(tmp_path: Path, closed: str) -> None:
    shell = ("-c", f'exec "$0" -m linviz trace --lr abc {closed}', sys.executable)
    done = subprocess.run(
        ["/bin/sh", *shell], cwd=tmp_path, env=environment(), capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == ("2" not in closed)


def test_nowhere_to_print_is_said(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as closed:
        closed.setattr(sys, "stdout", None)
        assert main(["trace"]) == 2
    assert capsys.readouterr().err.startswith("linviz: there is no standard output to write to; ")
