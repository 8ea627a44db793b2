"""What is installed is complete, and found from wherever it runs."""

import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hatchling.build import build_wheel

from linviz import __version__
from linviz.resources import resource

ROOT = Path(__file__).parent.parent


def test_a_wheel_carries_every_resource_and_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    names = set(zipfile.ZipFile(tmp_path / build_wheel(str(tmp_path))).namelist())
    for file in (ROOT / "resources").rglob("*"):
        if file.is_file():
            assert f"linviz/_resources/{file.relative_to(ROOT / 'resources').as_posix()}" in names
    for module in (ROOT / "linviz").rglob("*.py"):
        assert module.relative_to(ROOT).as_posix() in names
    assert not [name for name in names if name.startswith("tests")]


def test_resources_are_found_from_an_unpacked_wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    with zipfile.ZipFile(tmp_path / build_wheel(str(tmp_path))) as wheel:
        wheel.extractall(tmp_path / "site")
    code = "import linviz.resources as r; print(r.__file__); print(r.resource('examples/notebook.json'))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path / "site")},
        capture_output=True,
        text=True,
        check=True,
    )
    module, found = done.stdout.split()
    assert Path(module).is_relative_to(tmp_path)
    assert Path(found) == tmp_path / "site" / "linviz" / "_resources" / "examples" / "notebook.json"


def test_resources_are_found_from_the_checkout() -> None:
    code = "from linviz.resources import resource; print(resource('fonts'))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert Path(done.stdout.strip()) == ROOT / "resources" / "fonts"


def test_a_missing_resource_is_said_by_name() -> None:
    with pytest.raises(FileNotFoundError, match=r"'icons/nothing.svg' is missing"):
        resource("icons/nothing.svg")


def test_the_installed_command_runs_from_any_folder(tmp_path: Path) -> None:
    command = Path(sys.executable).parent / "linviz"
    done = subprocess.run([command, "--version"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == f"linviz {__version__}"


def test_the_readme_has_the_two_commands_and_ci_runs_the_second() -> None:
    readme, ci = ((ROOT / name).read_text("utf-8") for name in ("README.md", ".ci/run"))
    assert "python3 -m venv .venv && .venv/bin/pip install . && .venv/bin/linviz\n" in readme
    tests = "python3 -m venv .venv && .venv/bin/pip install '.[test]' && .venv/bin/python -m pytest\n"
    assert tests in readme
    assert tests in ci


def test_the_broken_pyside6_can_not_be_installed_with_python_3_11() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    pyside = [line for line in project["dependencies"] if line.startswith("PySide6")]
    assert pyside == [
        "PySide6-Essentials>=6.10.1,<6.12; python_version<'3.12'",
        "PySide6-Essentials>=6.10.1; python_version>='3.12'",
    ]


def test_the_top_level_holds_what_was_agreed() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    top = {line.split("/")[0] for line in listed.stdout.splitlines()}
    assert {name for name in top if not name.startswith(".")} <= {
        "README.md",
        "pyproject.toml",
        "linviz",
        "resources",
        "tests",
    }


def test_a_wheel_tells_the_desktop_of_its_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    with zipfile.ZipFile(tmp_path / build_wheel(str(tmp_path))) as wheel:
        (folder,) = {name.split("/share/")[0] for name in wheel.namelist() if "/share/" in name}
        entry = wheel.read(f"{folder}/share/applications/linviz.desktop").decode()
        kind = ElementTree.fromstring(wheel.read(f"{folder}/share/mime/packages/linviz.xml"))  # noqa: S314  # our own
        assert f"{folder}/share/icons/hicolor/scalable/apps/linviz.svg" in wheel.namelist()
    fields = dict(line.split("=", 1) for line in entry.splitlines()[1:])
    (mime,) = kind.findall("{*}mime-type")
    (glob,) = mime.findall("{*}glob")
    assert fields["MimeType"] == f"{mime.get('type')};"
    assert fields["Exec"] == "linviz %f"
    assert glob.get("pattern") == "*.linviz"
