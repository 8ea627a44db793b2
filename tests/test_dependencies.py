"""Dependencies point one way: ``cli → gui → core → torch``, and nobody loads what they don't need."""

import importlib.util
import json
import os
import pkgutil
import subprocess
import sys

import pytest

QT = ("PySide6", "shiboken6", "pyqtgraph")

# A fresh interpreter imports the modules one by one and says which of the forbidden packages came in with which.
CULPRITS = """
import importlib, json, sys
modules, forbidden = json.loads(sys.argv[1])
found = []
for module in modules:
    importlib.import_module(module)
    for package in forbidden:
        if package in sys.modules:
            found.append(f"{module} imports {package}")
            forbidden = [other for other in forbidden if other != package]
print(json.dumps(found))
"""


def modules_of(package: str) -> list[str]:
    """Name a package and all modules below it, so that a new one is held to the rules from its first day."""
    spec = importlib.util.find_spec(package)
    assert spec is not None
    assert spec.submodule_search_locations
    below = pkgutil.walk_packages(spec.submodule_search_locations, f"{package}.")
    return [package, *sorted(module.name for module in below if not module.name.endswith("__main__"))]


def culprits(modules: list[str], forbidden: tuple[str, ...]) -> list[str]:
    """Import the modules in this order in an interpreter of their own."""
    done = subprocess.run(
        [sys.executable, "-c", CULPRITS, json.dumps([modules, forbidden])],
        capture_output=True,
        text=True,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: list[str] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_the_test_finds_a_culprit() -> None:
    assert culprits(["json", "linviz.core.trainer"], ("torch", *QT)) == ["linviz.core.trainer imports torch"]


def test_the_core_imports_no_qt() -> None:
    modules = modules_of("linviz.core")
    assert len(modules) > 8
    assert culprits(modules, QT) == []


@pytest.mark.parametrize(
    "module",
    [
        "linviz",
        "linviz.errors",
        "linviz.resources",
        "linviz.cli",
        "linviz.core",
        "linviz.core.problem",
        "linviz.core.settings",
        "linviz.core.snapshot",
        "linviz.core.command",
        "linviz.core.loss_record",
        "linviz.core.code",
        "linviz.core.comparison",
        "linviz.core.movement",
        "linviz.core.notebook",
        "linviz.core.remarks",
    ],
)
def test_values_and_the_command_line_import_neither_torch_nor_qt(module: str) -> None:
    assert culprits([module], ("torch", *QT)) == []


def test_the_window_imports_no_torch() -> None:
    modules = modules_of("linviz.gui")
    assert len(modules) > 1
    assert culprits(modules, ("torch",)) == []


def test_polars_is_loaded_with_the_first_table() -> None:
    assert (
        culprits([*modules_of("linviz.gui"), *modules_of("linviz.core"), *modules_of("linviz.cli")], ("polars",)) == []
    )


# A window is built as it is before its first picture, with a start that torch draws.
PREVIEW = """
import sys
from linviz.core.settings import Settings
from linviz.gui.app import application
from linviz.gui.main_window import MainWindow
from linviz.gui.preferences import Preferences
application()
chosen = {"init": "xavier", "test_share": 0.2, "batch": 4, "loss": "L1", "schedule": "cosine"}
window = MainWindow(None, Settings.of(training=chosen), Preferences(ask=False))
print("torch" in sys.modules)
window.close()
"""


def test_a_window_whose_start_torch_draws_does_not_wait_for_it() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PREVIEW],
        capture_output=True,
        text=True,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        check=False,
    )
    assert (done.returncode, done.stdout.split()) == (0, ["False"]), done.stderr


@pytest.mark.parametrize("package", ["linviz.core", "linviz.gui"])
def test_nobody_imports_what_stands_above(package: str) -> None:
    above = {"linviz.core": ("linviz.gui", "linviz.cli"), "linviz.gui": ("linviz.cli",)}[package]
    assert culprits(modules_of(package), above) == []
