import contextlib
import io
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cli.console import Console, in_own_process
from linviz.cli import main, trace

RATE = "learning rate must be a positive finite number, got "
WHOLE = "must be a whole number from 1 to 2**63 - 1, got "
HUGE = "1" + "0" * 5000  # more digits than Python reads into an int
SIZE = "size must be a width x height from 800x560 to 16384x16384 pixels, such as 1440x900, got "

COMPLAINTS = [
    (("--lr", "-1"), f"{RATE}-1"),
    (("--lr=-1",), f"{RATE}-1"),
    (("trace", "--lr", "-1"), f"{RATE}-1"),
    (("trace", "--lr", "-1e-3"), f"{RATE}-1e-3"),
    (("trace", "--lr", "-inf"), f"{RATE}-inf"),
    (("trace", "--lr", "0"), f"{RATE}0"),
    (("trace", "--lr", "1e400"), f"{RATE}1e400"),
    (("trace", "--lr", "nan"), f"{RATE}nan"),
    (("trace", "--lr", "abc"), f"{RATE}abc"),
    (("trace", "--lr", ""), f"{RATE}nothing"),
    (("trace", "--lr", "a\nb\x1b[31m"), f"{RATE}a\\nb\\x1b[31m"),
    (("trace", "--lr", "1", "--steps", "2", "--lr", "1"), "--lr was given twice: leave out one"),
    (("--random", "5", "3", "2", "--random", "5", "3", "2"), "--random was given twice: leave out one"),
    (("trace", "--dtype", "float16"), "dtype must be float32 or float64, got float16"),
    (("--random", "0", "3", "2"), f"samples {WHOLE}0"),
    (("--random", "10", "-3", "2"), f"inputs {WHOLE}-3"),
    (("--random", "10", "3", "2.5"), f"outputs {WHOLE}2.5"),
    (("--random", HUGE, "3", "2"), f"samples {WHOLE}10000"),
    (("--random", str(2**63), "3", "2"), f"samples {WHOLE}9223372036854775808"),
    (("trace", "--random", "1000000000000", "3", "2"), "random 1000000000000 3 2 needs about 232,000.0 GB of memory"),
    (("trace", "--random", *[str(2**63 - 1)] * 3), "random 9223372036854775807 "),
    (("--random", "10", "3"), "argument --random: expected 3 arguments; see linviz --help"),
    (("trace", "--seed", "-1"), "seed must be a whole number from 0 to 2**63 - 1, got -1"),
    (("trace", "--seed", str(2**63)), "seed must be a whole number from 0 to 2**63 - 1, got 9223372036854775808"),
    (("--example", "iris"), "example must be notebook, linnerud or diabetes, got iris"),
    (("--example", "notebook", "--seed", "3"), "--seed 3 has nothing to draw"),
    (("--example", "notebook", "trace", "--random", "5", "3", "2"), "--example notebook and --random"),
    (("trace", "--steps", "0"), f"steps {WHOLE}0"),
    (("trace", "--steps", "1.5"), f"steps {WHOLE}1.5"),
    (("trace", "--steps", HUGE), f"steps {WHOLE}10000"),
    (
        ("trace", "--cells", "--random", "5", "3", "2"),
        "--cells runs the notebook's own cells, which leave no choice of",
    ),
    (("trace", "--cells", "--seed", "1"), "no choice of --seed: "),
    (("--lr", "1", "trace", "--cells"), "no choice of --lr: "),
    (("trace", "--cells", "--steps", "1"), "no choice of --steps: "),
    (("trace", "--cells", "--manual"), "no choice of --manual: "),
    (("trace", "--cells", "--example", "iris"), "example must be notebook, linnerud or diabetes, got iris"),
    (("--theme", "pink"), "theme must be light, dark or system, got pink"),
    (("--theme", "dark", "trace"), "--theme dark has nothing to colour"),
    (("trace", "--theme", "dark"), "unknown argument --theme; see linviz trace --help"),
    (("trace", "--frob"), "unknown argument --frob; see linviz trace --help"),
    (("trace", "--stepz", "3"), "unknown argument --stepz; see linviz trace --help"),
    (("--frob",), "unknown argument --frob; see linviz --help"),
    (("--manual", "trace"), "--manual can't stand before the word trace; see linviz trace --help"),
    (("trace", "--lr"), "argument --lr: expected one argument; see linviz trace --help"),
    (("draw",), "there is no command and no file draw; see linviz --help"),
    (("render",), "the following arguments are required: -o/--output; see linviz render --help"),
    (("render", "-o", "picture.jpg"), "the picture's file must end in .png, got picture.jpg"),
    (("render", "-o", ""), "the picture's file must end in .png, got nothing"),
    (("render", "-o", "nowhere/picture.png"), "can't write nowhere/picture.png: there is no folder nowhere"),
    (("render", "-o", "folder.png"), "can't write folder.png, which is a folder"),
    (("render", "-o", f"{'long' * 99}.png"), "can't write longlong"),
    (("render", "-o", "p.png", "--size", "1440"), f"{SIZE}1440"),
    (("render", "-o", "p.png", "--size", "319x900"), f"{SIZE}319x900"),
    (("render", "-o", "p.png", "--size", "900x16385"), f"{SIZE}900x16385"),
    (("render", "-o", "p.png", "--size", "-900x900"), f"{SIZE}-900x900"),
    (("render", "-o", "p.png", "--size", f"{HUGE}x900"), f"{SIZE}10000"),
    (("render", "-o", "p.png", "--scale", "3"), "scale must be 1 or 2, got 3"),
    (("render", "-o", "p.png", "--theme", "pink"), "theme must be light, dark or system, got pink"),
    (("render", "-o", "p.png", "--steps", "-1"), "steps must be a whole number from 0 to 10,000,000, got -1"),
    (("render", "-o", "p.png", "--steps", "10000001"), "from 0 to 10,000,000, got 10000001"),
    (("render", "-o", "p.png", "--phases", "5"), "phases must be a whole number from 0 to 4, got 5"),
]


@pytest.mark.parametrize(("words", "beginning"), COMPLAINTS, ids=lambda value: str(value)[:60])
def test_bad_input_gets_one_line_that_names_it(
    linviz: Console,
    opened: list[Any],
    rendered: list[Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    beginning: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    tmp_path.joinpath("folder.png").mkdir()
    complaint = linviz(*words).complaint
    assert beginning in complaint
    assert complaint.startswith(beginning) or beginning.startswith(("no choice", "from 0"))
    # However long the words were, the line is one to read.
    assert len(complaint) < 200 or "long" in complaint
    assert opened == []
    assert rendered == []


@pytest.mark.skipif(sys.platform == "win32", reason="permissions of folders are others there")
def test_a_file_that_may_not_be_written_is_refused(
    linviz: Console, rendered: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    # Asked for instead of forbidden: the tests may run as root, who may write everywhere.
    monkeypatch.setattr("os.access", lambda *_: False)
    assert linviz("render", "-o", "picture.png").complaint.startswith("can't write picture.png: it may not be written")
    assert rendered == []


@given(
    option=st.sampled_from(["--lr", "--seed", "--dtype", "--example", "--steps"]),
    value=st.text(st.characters(), max_size=60).filter(lambda text: not text.lstrip().startswith("-")),
)
@settings(deadline=None, derandomize=True)
def test_no_text_breaks_the_one_line(option: str, value: str) -> None:
    # No value of these options begins so, whatever follows.
    value = f"@{value}"
    with contextlib.redirect_stderr(io.StringIO()) as err, contextlib.redirect_stdout(io.StringIO()) as out:
        status = main(["trace", option, value])
    assert (status, out.getvalue()) == (2, "")
    assert len(err.getvalue().splitlines()) == 1
    assert "@" in err.getvalue()


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        RuntimeError("[enforce fail at alloc_cpu.cpp:124] DefaultCPUAllocator: can't allocate memory: 12 bytes"),
        RuntimeError("not enough memory: you tried to allocate 12 bytes"),
    ],
)
def test_memory_that_runs_out_all_the_same_gets_its_line_too(
    linviz: Console, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def out_of_memory(*_words: object, **_named: object) -> None:
        raise error

    monkeypatch.setattr(trace, "text_lines", out_of_memory)
    assert "not enough memory" in linviz("trace").complaint


def test_a_bug_is_not_taken_for_bad_input(linviz: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_words: object, **_named: object) -> None:
        raise RuntimeError("mat1 and mat2 shapes cannot be multiplied")

    monkeypatch.setattr(trace, "text_lines", broken)
    with pytest.raises(RuntimeError, match="mat1"):
        linviz("trace")


def test_a_person_at_the_console_sees_the_same_line(tmp_path: Path) -> None:
    done = in_own_process(tmp_path, "trace", "--lr", "-1")
    assert done.complaint == f"{RATE}-1"
