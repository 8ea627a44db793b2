"""A process that is killed while it saves never loses the file from before."""

import random
import subprocess
import sys
from pathlib import Path

import pytest
from sessions import Recorded

from linviz.core.command import Run
from linviz.core.history import History
from linviz.core.session_file import read_session, write_session

KILLS = 200

NURSERY = """
import os, signal, sys, time
from dataclasses import replace
from pathlib import Path
import numpy as np
from linviz.core.session_file import read_session, write_session

# A process of its own, with no threads, begins each of those that are killed: importing numpy takes longer than saving.
path = Path(sys.argv[1])
session = read_session(path)
large = replace(session, window={"padding": "x" * 300_000})
begun = time.perf_counter()
for each in (large, session) * 3:
    write_session(each, path)
whole = (time.perf_counter() - begun) / 3
begin, began = os.pipe()
for line in sys.stdin:
    child = os.fork()
    if not child:
        while True:
            write_session(large, path)
            os.write(began, b".")
            write_session(session, path)
    os.read(begin, 1)
    time.sleep(float(line) * whole)
    os.kill(child, signal.SIGKILL)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    os.set_blocking(begin, False)
    try:
        os.read(begin, 1000)  # what it told since
    except BlockingIOError:
        pass
    os.set_blocking(begin, True)
    os.write(1, b"killed\\n")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no fork")
def test_the_file_survives_every_kill(tmp_path: Path) -> None:
    path = tmp_path / "run.linviz"
    write_session(Recorded(commands=[Run(2000)]).session(), path)
    draw, sizes, left = random.Random(0), set[int](), 0
    with subprocess.Popen(
        [sys.executable, "-c", NURSERY, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as nursery:
        assert nursery.stdin is not None
        assert nursery.stdout is not None
        for _ in range(KILLS):
            nursery.stdin.write(f"{2 * draw.random()}\n")
            nursery.stdin.flush()
            assert nursery.stdout.readline() == "killed\n"
            sizes.add(path.stat().st_size // 100_000)
            assert read_session(path).moment == 2000
            beside = [each for each in tmp_path.iterdir() if each != path]
            left += len(beside)
            for each in beside:
                each.unlink()
        nursery.stdin.close()
    assert History.of(read_session(path)).place().step == 2000
    assert len(sizes) == 2  # both files were there at some time
    assert left > KILLS / 20  # and many were killed in the middle of writing
    assert [each.name for each in tmp_path.iterdir()] == ["run.linviz"]
