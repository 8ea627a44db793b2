"""Nothing that a settings file says is run: an audit hook watches while one is read."""

import sys
from pathlib import Path

import pytest

from linviz.gui.preferences import Preferences

SEEN: list[str] = []
"""Audit events while `WATCHING`; a hook can't be taken back."""
WATCHING: list[bool] = []


def _audit(event: str, _arguments: tuple[object, ...]) -> None:
    if WATCHING and event in ("pickle.find_class", "exec", "compile", "subprocess.Popen", "os.system"):
        SEEN.append(event)


sys.addaudithook(_audit)

PLANTED = [
    b"cos\nsystem\n(S'touch planted'\ntR.",
    b"\x80\x04\x95\x1d\x00\x00\x00\x00\x00\x00\x00\x8c\x05posix\x94\x8c\x06system\x94\x93\x94\x8c\x02id\x94\x85\x94R\x94.",
    b"[General]\nsize=\"@Variant(\\0\\0\\0\\x7f\\0\\0\\0\\xePyObject\\0cos\\nsystem\\n(S'id'\\ntR.)\"\n",
    b'{"theme": "__import__(\'os\').system(\'id\')", "size": "@ByteArray(cos\\nsystem\\n(S\'id\'\\ntR.)"}',
]


@pytest.mark.parametrize("content", PLANTED)
def test_nothing_that_a_file_says_is_unpickled_or_run(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_bytes(content)
    Preferences.load(path)  # whatever is imported only now
    SEEN.clear()
    WATCHING.append(True)
    try:
        loaded = Preferences.load(path)
    finally:
        WATCHING.clear()
    assert SEEN == []
    assert loaded == Preferences()


def test_the_audit_sees_what_it_should() -> None:
    import pickle

    SEEN.clear()
    WATCHING.append(True)
    try:
        pickle.loads(pickle.dumps(Path))  # noqa: S301  # our own
        eval("1")  # noqa: S307  # likewise
    finally:
        WATCHING.clear()
    assert {"pickle.find_class", "compile", "exec"} <= set(SEEN)
