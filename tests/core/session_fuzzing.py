"""Damages good files and reads them, in a process of its own that notes what reading them does; run by its test."""

import copy
import json
import random
import sys
import time
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
from sessions import changed, good

from linviz.core.history import History
from linviz.core.session_file import read_session
from linviz.errors import InputError

FORBIDDEN = (
    "pickle.", "exec", "compile", "import", "os.system", "os.exec", "os.posix_spawn", "os.fork", "subprocess.",
    "socket.", "ctypes.", "marshal.", "code.__new__", "urllib.", "shutil.", "os.remove", "os.rename", "os.chmod",
)  # fmt: skip
"""What nothing that only reads has to do."""
VALUES: tuple[Any, ...] = (
    0, 1, -1, 2**31, 2**52, 2**63, 2**80, 1e308, 5e-324, None, True, "", "x" * 300, "NaN", "a\nb", [], [[]], {},
    {"a": 1}, ["steps", 7, False], ["next_phase"], ["run_to", "update", True], ["update_again", True],
    ["learning_rate", 0.5],
)  # fmt: skip


class Watch:
    """Notes the events of Python's audit hook that must not happen."""

    def __init__(self) -> None:
        self.seen: set[str] = set()
        self.on = False
        sys.addaudithook(self._note)

    def _note(self, event: str, _args: object) -> None:
        if self.on and event.startswith(FORBIDDEN):
            self.seen.add(f"{event} {_args!r:.90}")


def damaged(draw: random.Random, data: bytes) -> bytes:
    """Cut, flip, put in, take out, double or overwrite some bytes; or, with a sum that fits, what they say."""
    kind = draw.randrange(8)
    if kind == 0:
        return data[: draw.randrange(len(data))]
    if kind <= 3:
        return resigned(draw, data)
    out = bytearray(data)
    for _ in range(draw.choice((1, 1, 2, 5, 50))):
        at = min(int(draw.random() ** draw.choice((1, 3)) * len(out)), len(out) - 1)
        match draw.randrange(5):
            case 0:
                out[at] ^= 1 << draw.randrange(8)
            case 1:
                out[at] = draw.choice(b'\x00\xff{}[]",:0919-eN')
            case 2:
                out[at:at] = draw.randbytes(draw.randrange(9))
            case 3:
                del out[at : at + draw.randrange(9)]
            case 4:
                out[at:at] = out[at : at + draw.randrange(99)]
    return bytes(out)


def resigned(draw: random.Random, data: bytes) -> bytes:
    """Change some arrays and values of the header."""

    def change(header: dict[str, Any], arrays: dict[str, Any]) -> None:
        for _ in range(draw.choice((1, 1, 2, 4))):
            if draw.random() < 0.3:
                change_array(draw, arrays)
            else:
                change_header(draw, header)

    return changed(data, change)


def change_array(draw: random.Random, arrays: dict[str, Any]) -> None:
    name = draw.choice(sorted(arrays))
    old = arrays[name]
    match draw.randrange(5):
        case 0:
            arrays[name] = old[: draw.randrange(len(old) + 1)].copy()
        case 1:
            arrays[name] = old.T.copy()
        case 2:
            arrays[name] = np.concatenate([old, old])
        case 3:
            del arrays[name]
        case 4 if old.size:
            arrays[name] = old.copy()
            spoilt = (0, -1, 2**40) if old.dtype.kind == "i" else (np.nan, np.inf, 1e38, 0)
            arrays[name].flat[draw.randrange(old.size)] = draw.choice(spoilt)


def change_header(draw: random.Random, header: dict[str, Any]) -> None:
    place: Any = header
    while place:
        key = draw.choice(sorted(place) if isinstance(place, dict) else range(len(place)))
        if isinstance(place[key], dict | list) and place[key] and draw.random() < 0.8:
            place = place[key]
        elif draw.random() < 0.2:
            del place[key]
            return
        else:
            place[key] = copy.deepcopy(draw.choice(VALUES))
            return


def main(count: int, seed: int, path: Path) -> None:
    """Try so many files; print how many were sessions, kinds of errors, the most time and memory, and what was seen."""
    base, draw, watch = good(), random.Random(seed), Watch()
    sessions, slowest, most = 0, 0.0, 0
    errors: set[str] = set()
    path.write_bytes(base)
    History.of(read_session(path))  # what that imports is imported now
    tracemalloc.start()
    for _ in range(count):
        path.write_bytes(damaged(draw, base))
        tracemalloc.reset_peak()
        before, start = tracemalloc.get_traced_memory()[0], time.thread_time()
        watch.on = True
        try:
            with np.errstate(all="ignore"):
                History.of(read_session(path))
            sessions += 1
        except InputError as error:
            text = str(error)
            assert text
            assert "\n" not in text
            assert len(text) < 600, text
            errors.add(text.split(": ", 1)[1][:24])
        finally:
            watch.on = False
        slowest = max(slowest, time.thread_time() - start)
        most = max(most, tracemalloc.get_traced_memory()[1] - before)
    print(json.dumps([sessions, len(errors), slowest, most, sorted(watch.seen)]))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
