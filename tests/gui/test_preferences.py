import json
import math
import os
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.parts import FEW
from linviz.gui.appearance import CHOICES, TEXT_SCALES
from linviz.gui.preferences import Preferences, default_path

DEFAULTS = Preferences()
KEPT = sorted(field.name for field in fields(Preferences) if field.compare)

CHOSEN = st.builds(
    Preferences,
    theme=st.sampled_from(CHOICES),
    text_scale=st.sampled_from(TEXT_SCALES),
    size=st.tuples(st.integers(200, 10_000), st.integers(200, 10_000)),
    maximized=st.booleans(),
    splitter=st.lists(st.integers(0, 10_000), max_size=5).map(tuple),
    below=st.lists(st.integers(0, 10_000), max_size=5).map(tuple),
    page=st.sampled_from(["landscape", "what_if", "spectrum"]),
    as_stored=st.booleans(),
    log_scale=st.booleans(),
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
ANY_JSON = st.recursive(
    SCALARS, lambda inside: st.lists(inside, max_size=4) | st.dictionaries(st.text(max_size=9), inside, max_size=4)
)
ALMOST = st.dictionaries(st.sampled_from([*KEPT, "path", "complaint", "other"]), ANY_JSON)


def file_of(folder: Path, content: bytes | str) -> Path:
    path = folder / "settings.json"
    path.write_bytes(content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content)
    return path


def check_sound(values: dict[str, Any]) -> None:
    """Assert that a window can be built from them, without the checks of the program."""
    assert values["theme"] in ("system", "light", "dark")
    assert type(values["text_scale"]) in (int, float)
    assert values["text_scale"] in TEXT_SCALES
    assert (type(values["size"]), type(values["splitter"])) == (tuple, tuple)
    assert [type(side) for side in values["size"]] == [int, int]
    assert {type(side) for side in values["splitter"]} <= {int}
    assert all(0 < side < 2**24 for side in values["size"])
    assert all(0 <= side < 2**24 for side in values["splitter"])
    assert {type(values[name]) for name in ("maximized", "as_stored", "log_scale")} == {bool}


@FEW
@given(chosen=CHOSEN)
def test_what_was_chosen_comes_back(chosen: Preferences, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("round") / "folders" / "that are not there" / "settings.json"
    chosen.path = path
    chosen.save()
    loaded = Preferences.load(path)
    assert loaded == chosen
    assert (loaded.path, loaded.complaint) == (path, "")
    chosen.path = None


def test_without_a_file_there_are_the_defaults_and_nothing_to_complain_of(tmp_path: Path) -> None:
    loaded = Preferences.load(tmp_path / "none.json")
    assert loaded == DEFAULTS
    assert loaded.complaint == ""
    assert not (tmp_path / "none.json").exists()


def test_without_a_path_they_are_kept_in_memory_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Preferences(theme="dark").save()
    assert [*tmp_path.iterdir()] == []


def test_by_default_they_are_the_persons_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    Preferences(theme="dark", path=default_path()).save()
    assert [path.name for path in tmp_path.rglob("*.json")] == ["settings.json"]
    assert Preferences.load().theme == "dark"
    assert Preferences.load().path == default_path()


def test_the_file_is_json_that_people_can_read(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    Preferences(theme="dark", size=(800, 600), path=path).save()
    written = json.loads(path.read_text("utf-8"))
    assert sorted(written) == KEPT
    assert (written["theme"], written["size"]) == ("dark", [800, 600])


# A file that can't be written


def refuse(preferences: Preferences) -> str:
    with pytest.raises(OSError, match=r"\S") as refusal:
        preferences.save()
    return str(refusal.value)


def test_a_folder_in_the_files_place_is_named_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.mkdir()
    (path / "inside").touch()
    assert str(path) in refuse(Preferences(path=path))
    assert [file.name for file in tmp_path.iterdir()] == ["settings.json"]
    assert (path / "inside").exists()


def test_a_file_in_the_folders_place_is_an_error_of_the_system(tmp_path: Path) -> None:
    (tmp_path / "linviz").touch()
    refuse(Preferences(path=tmp_path / "linviz" / "settings.json"))
    assert (tmp_path / "linviz").read_bytes() == b""


def test_in_a_read_only_folder_the_old_file_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    Preferences(theme="dark", path=path).save()
    tmp_path.chmod(0o500)
    if os.access(tmp_path, os.W_OK):
        pytest.skip("this user may write everywhere")
    try:
        refuse(Preferences(theme="light", path=path))
    finally:
        tmp_path.chmod(0o700)
    assert Preferences.load(path).theme == "dark"


def test_a_write_that_is_not_committed_leaves_the_old_file_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from linviz.gui import preferences

    class Unplugged(preferences.QSaveFile):  # type: ignore[misc,name-defined]  # a class all the same
        def commit(self) -> bool:
            self.cancelWriting()
            return bool(super().commit())

    path = tmp_path / "settings.json"
    Preferences(theme="dark", path=path).save()
    before = path.read_bytes()
    monkeypatch.setattr(preferences, "QSaveFile", Unplugged)
    assert str(path) in refuse(Preferences(theme="light", path=path))
    assert path.read_bytes() == before
    assert [*tmp_path.iterdir()] == [path]


# A file that makes no sense


@FEW
@given(content=st.binary(max_size=300))
def test_any_bytes_give_sound_preferences_and_one_sentence(
    content: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    loaded = Preferences.load(file_of(tmp_path_factory.getbasetemp(), content))
    assert loaded == DEFAULTS
    assert loaded.complaint.startswith("The settings in ")
    assert loaded.complaint.endswith("; the defaults are used.")
    assert "\n" not in loaded.complaint


@FEW
@given(content=ANY_JSON | ALMOST)
def test_any_json_gives_sound_preferences(content: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = file_of(tmp_path_factory.getbasetemp(), json.dumps(content))
    loaded = Preferences.load(path)
    check_sound(asdict(loaded))
    assert loaded.path == path
    assert "\n" not in loaded.complaint
    if not isinstance(content, dict):
        assert loaded.complaint


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[" * 100_000, "recursion"),
        ('{"a":' * 100_000, "recursion"),
        ("", "Expecting value"),
        ("[]", "list"),
        ("null", "NoneType"),
        ('"text"', "str"),
        ("9" * 5000, "digits"),
        (b"\xff\xfe{\x00}\x00"[:3], "decode"),
        (b" " * (1 << 20) + b"{}", "larger than 1 MB"),
        ('{"size": "' + "9" * (1 << 20), "larger than 1 MB"),
    ],
    ids=lambda value: repr(value)[:12],
)
def test_a_damaged_file_is_told_why_it_was_not_used(content: str | bytes, said: str, tmp_path: Path) -> None:
    path = file_of(tmp_path, content)
    loaded = Preferences.load(path)
    assert loaded == DEFAULTS
    assert said in loaded.complaint
    assert str(path) in loaded.complaint


@pytest.mark.parametrize(
    "wrong",
    [
        {"theme": "blue"},
        {"theme": ["dark"]},
        {"theme": None},
        {"text_scale": 1.01},
        {"text_scale": math.nan},
        {"text_scale": math.inf},
        {"text_scale": True},
        {"text_scale": "1"},
        {"text_scale": 10**400},
        {"size": [1440]},
        {"size": [1440, 900, 1]},
        {"size": [0, 0]},
        {"size": [-5, 900]},
        {"size": [1440.5, 900]},
        {"size": [2**31, 900]},
        {"size": [True, 900]},
        {"size": "1440"},
        {"size": {"0": 1440, "1": 900}},
        {"maximized": 1},
        {"maximized": "no"},
        {"splitter": [-1, 5]},
        {"splitter": [2**40]},
        {"splitter": [True, 500]},
        {"splitter": [[1]]},
        {"splitter": list(range(1000))},
        {"as_stored": None},
        {"log_scale": []},
    ],
    ids=lambda wrong: repr(wrong)[:30],
)
def test_a_value_that_can_not_be_has_its_default_and_the_others_stand(wrong: dict[str, Any], tmp_path: Path) -> None:
    (name,) = wrong
    right = {"theme": "dark", "as_stored": True, "log_scale": True, "size": [900, 700]}
    loaded = Preferences.load(file_of(tmp_path, json.dumps({**right, **wrong})))
    assert getattr(loaded, name) == getattr(DEFAULTS, name)
    assert name in loaded.complaint
    for other in right.keys() - {name}:
        expected = right[other]
        assert getattr(loaded, other) == (tuple(expected) if isinstance(expected, list) else expected)


def test_unknown_names_are_for_other_versions_and_no_problem(tmp_path: Path) -> None:
    content = {"theme": "dark", "from_the_future": [1, 2], "path": "/etc/passwd", "complaint": "none", "__class__": "x"}
    path = file_of(tmp_path, json.dumps(content))
    loaded = Preferences.load(path)
    assert (loaded.theme, loaded.path, loaded.complaint) == ("dark", path, "")


def test_a_folder_in_the_files_place_gives_the_defaults(tmp_path: Path) -> None:
    loaded = Preferences.load(tmp_path)
    assert loaded == DEFAULTS
    assert str(tmp_path) in loaded.complaint


def test_a_file_that_may_not_be_read_gives_the_defaults(tmp_path: Path) -> None:
    path = file_of(tmp_path, "{}")
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this user may read everything")
    loaded = Preferences.load(path)
    assert loaded == DEFAULTS
    assert str(path) in loaded.complaint


def test_the_complaint_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    loaded = Preferences.load(file_of(tmp_path, "{"))
    assert [record.getMessage() for record in caplog.records] == [loaded.complaint]
