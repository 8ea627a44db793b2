"""What is no session gets one clear sentence."""

import json
import os
import pickle
import struct
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest
from safetensors.numpy import save
from sessions import changed, good, signed

from linviz.core.session_file import from_bytes, read_session
from linviz.errors import InputError

Change = Callable[[dict[str, Any], dict[str, Any]], object]


def complaint(path: Path) -> str:
    with pytest.raises(InputError) as raised:
        read_session(path)
    said = str(raised.value)
    assert str(path) in said
    assert "\n" not in said
    return said


def header_only(text: str) -> bytes:
    return struct.pack("<Q", len(text.encode())) + text.encode()


BAD = {
    "empty": (b"", "it is empty"),
    "text": (b"hello, this is a letter\n", "it is no session that linviz saved"),
    "magic": (good()[:8] + b"[" + good()[9:], "it is no session that linviz saved"),
    "cut in the header": (good()[:200], "it is cut short: it has 200 bytes"),
    "cut in the numbers": (good()[:-10], "it is damaged"),
    "longer": (good() + b"\0" * 8, "it is damaged"),
    "huge header": (b"\xff" * 7 + b"\x7f{" + good()[9:], "its header alone 9,223,372,036,854,775,807"),
    "one bit": (good()[:-1] + bytes([good()[-1] ^ 1]), "it is damaged: what is in it is not what was written"),
    "pickle": (pickle.dumps({"a": 1}), "it is a pickle, as old .pt files are; such files can run programs"),
    "old pickle": (pickle.dumps({"a": 1}, protocol=2), "it is a pickle"),
    "zip": (b"PK\x03\x04" + b"\0" * 100, "it is a zip archive, as .pt and .npz files are"),
    "safetensors": (save({"x": np.zeros(3)}), "it is no session that linviz saved"),
    "twice": (header_only('{"x": {}, "x": {}}'), "its header is damaged ('x' is there twice)"),
    "deep": (header_only("[" * 100_000 + "]" * 100_000), "it is no session that linviz saved"),
    "deep object": (header_only('{"a":' * 100_000 + "0" + "}" * 100_000), "its header is damaged"),
    "no number": (header_only('{"x": NaN}'), "its header is damaged (NaN is no number of JSON)"),
    "not UTF-8": (struct.pack("<Q", 5) + b'{"\xff"}', "its header is damaged"),
    "newer": (
        save({"x": np.zeros(3)}, {"format": "linviz session 5", "session": "{}"}),
        "it is of version 5 of the format and this linviz reads versions 1 to 4: open it with a newer linviz",
    ),
    "other kind": (save({"x": np.zeros(3)}, {"format": "another 1", "session": "{}"}), "it is no session"),
    "other dtype": (
        save({"x": np.zeros(3, np.int8)}, {"format": "linviz session 1", "session": "{}"}),
        "it holds numbers of the type I8, which no session has",
    ),
    "two to the forty": (
        header_only(
            '{"__metadata__":{"format":"linviz session 1","session":"{}"},'
            f'"x":{{"dtype":"F32","shape":[{2**40}],"data_offsets":[0,{2**42}]}}}}'
        ),
        "it is damaged",
    ),
    "overflowing": (
        header_only(
            '{"__metadata__":{"format":"linviz session 1","session":"{}"},'
            f'"x":{{"dtype":"F32","shape":[{2**40},{2**40}],"data_offsets":[0,0]}}}}'
        ),
        "it is damaged",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_bytes_that_are_no_session(name: str, tmp_path: Path) -> None:
    data, said = BAD[name]
    path = tmp_path / "bad.linviz"
    path.write_bytes(data)
    assert said in complaint(path)


def put(*where: Any) -> Change:
    """Put a value into the header: the keys on the way, and last the value."""

    def change(header: Any, arrays: dict[str, Any]) -> None:
        *keys, last, value = where
        for key in keys:
            header = header[key]
        header[last] = value

    return change


def array(name: str, make: Callable[[Any], Any]) -> Change:
    """Put another array in the place of one."""

    def change(header: Any, arrays: dict[str, Any]) -> None:
        arrays[name] = make(arrays[name].copy())

    return change


def spoiled(value: float) -> Callable[[Any], Any]:
    def make(old: Any) -> Any:
        old.flat[1] = value
        return old

    return make


CHANGES: dict[str, tuple[Change, str]] = {
    "NaN in x": (array("x", spoiled(np.nan)), "x[0, 1] must be a finite number, got nan"),
    "infinite weight": (array("weight", spoiled(np.inf)), "weight[0, 1] must be a finite number, got inf"),
    "short y": (array("y", lambda old: old[:-1]), "y must have the shape (10, 2) to fit x (10, 3), got (9, 2)"),
    "flat x": (array("x", np.ravel), "x must have 2 dimension(s)"),
    "no samples": (lambda _, arrays: arrays.update(x=np.zeros((0, 3)), y=np.zeros((0, 2))), "none of them 0"),
    "whole x": (array("x", lambda old: old.astype(np.int64)), "x is int64 of the shape (10, 3)"),
    "no y": (lambda _, arrays: arrays.pop("y"), "y is missing"),
    "one more": (lambda _, arrays: arrays.update(z=np.zeros(1)), "nothing is known of 'z'"),
    "few losses": (array("branch.1.losses", lambda old: old[:-2]), "has 40 steps and 39 losses"),
    "flat states": (array("branch.1.weight", np.ravel), "states, shaped"),
    "other states": (array("branch.1.bias", lambda old: old.astype(np.float64)), "are not float32"),
    "moments in disorder": (array("branch.2.moments", lambda old: old[::-1].copy()), "not in the order of its moments"),
    "moments beyond": (array("branch.2.moments", lambda old: old + 2**40), "not in the order of its moments"),
    "present": (array("present.weight", lambda old: old.T.copy()), "the present weight is float32 of the shape (3, 2)"),
    "negative": (put("branches", 0, "fork", -1), "its header is damaged"),
    "fork": (put("branches", 1, "fork", 10**6), "leaves Run 1 at moment 1000000, which it doesn't have"),
    "root at a fork": (put("branches", 0, "fork", 3), "doesn't begin at a start"),
    "own parent": (put("branches", 1, "parent", 2), "leaves branch 2, which doesn't come before it"),
    "numbers": (put("branches", 1, "number", 1), "nothing is known of 'branch.2.bias'"),
    "order": (lambda header, _: header["branches"].reverse(), "branch 1 is numbered 4"),
    "name": (put("branches", 1, "name", "a\nb"), "branch 2 can't be called 'a\\nb'"),
    "no name": (put("branches", 1, "name", ""), "a branch needs a name"),
    "problem's name": (put("problem", "name", "a\x1b[31m"), "the problem can't be called"),
    "no branches": (put("branches", []), "its header is damaged"),
    "place": (put("place", "moment", 10**9), "there is no moment 1000000000 of branch 4 to stand at"),
    "place on a deleted branch": (put("place", "branch", 3), "there is no moment"),
    "rate": (put("branches", 0, "settings", "learning_rate", -1.0), "learning rate must be a positive finite number"),
    "optimizer": (put("branches", 0, "settings", "optimizer", "__import__('os')"), "optimizer must be one of SGD"),
    "unknown key": (put("extra", 1), "its header is damaged"),
    "unknown command": (put("branches", 0, "done", [["exec", "rm"]]), "its header is damaged"),
    "no gradient": (put("branches", 0, "done", [["update_again", False]]), "there is no gradient"),
    "no steps": (put("branches", 0, "done", [["steps", 0, False]]), "0 times"),
    "many steps": (put("branches", 0, "done", [["steps", 2**52, False]]), "has 4503599627370496 steps and"),
    "too many steps": (put("branches", 0, "done", [["steps", 2**80, False]]), "its header is damaged"),
    "deep": (lambda *_: '{"a":' * 100_000 + "0" + "}" * 100_000, "its header is damaged"),
    "twice": (lambda *_: '{"version": 1, "version": 1}', "its header is damaged ('version' is there twice)"),
    "no object": (lambda *_: "[]", "its header is damaged"),
    "version": (put("version", 2), "its header is damaged"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_header_or_numbers_that_make_no_sense(name: str) -> None:
    change, said = CHANGES[name]
    with pytest.raises(InputError) as raised:
        from_bytes(changed(good(), change))
    assert said in str(raised.value)


def test_what_changed_nothing_is_a_session() -> None:
    assert len(from_bytes(changed(good(), lambda *_: None)).branches) == 4  # or the sum of these tests were wrong


def test_metadata_that_is_no_text_is_damage() -> None:
    outer = json.loads(good()[8 : 8 + struct.unpack_from("<Q", good())[0]])
    metadata: object
    for metadata in ({"format": 1}, [], None, "x"):
        with pytest.raises(InputError, match=r"its header is damaged|no session"):
            from_bytes(header_only(json.dumps({**outer, "__metadata__": metadata})))
    with pytest.raises(InputError, match="it is damaged"):
        from_bytes(signed({"format": "linviz session 1", "session": "{}"}, {"x": np.zeros(1)}) + b"0")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no FIFOs, devices or these permissions")
def test_places_that_are_no_files(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo.linviz")
    for path, said in (
        (tmp_path, "is a folder: name a file in it"),
        (tmp_path / "fifo.linviz", "is a pipe or a device: name a file"),
        (Path("/dev/zero"), "is a pipe or a device: name a file"),
        (tmp_path / "nothing.linviz", "can't read "),
        (tmp_path / "nothing.linviz" / "more", "can't read "),
        (Path("a\0b"), "null"),
    ):
        assert said in complaint(path)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    path = tmp_path / "run.linviz"
    path.write_bytes(good())
    path.chmod(0)
    assert "Permission denied" in complaint(path)


def test_what_is_said_of_a_file_is_one_line_of_it(tmp_path: Path) -> None:
    for change in (put("branches", 0, "settings", "dtype", "a\nb"), put("place", "a\nb\x1b[31m" * 300, 1)):
        path = tmp_path / "bad.linviz"
        path.write_bytes(changed(good(), change))
        assert len(complaint(path)) < 600


def test_a_file_that_does_not_fit_into_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Memory:
        available = 900

    monkeypatch.setattr(psutil, "virtual_memory", Memory)
    path = tmp_path / "run.linviz"
    path.write_bytes(good())
    assert complaint(path) == f"{path} has {len(good()):,} bytes, and at most 300 fit into memory here"
