"""Thousands of damaged files: each a session or one clear error, quickly, in little memory, and nothing is run.

``pytest -m soak tests/core/test_session_fuzz.py`` tries 100,000.
"""

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

FUZZING = Path(__file__).parent / "session_fuzzing.py"


def fuzz(count: int, seed: int, folder: Path) -> None:
    words = [sys.executable, str(FUZZING), str(count), str(seed), str(folder / "run.linviz")]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"seed {seed}\n{done.stdout}{done.stderr}"
    sessions, errors, slowest, most, seen = json.loads(done.stdout)
    assert seen == [], f"seed {seed}: {seen}"
    assert sessions > count / 100  # or nothing but the outside was tried
    assert errors > 10
    assert slowest < 0.2, f"seed {seed}: {slowest} s of computing"
    assert most < 64 << 20, f"seed {seed}: {most} bytes"


def test_five_thousand_damaged_files(tmp_path: Path) -> None:
    fuzz(5_000, 1, tmp_path)


@pytest.mark.soak
def test_a_hundred_thousand_damaged_files(tmp_path: Path) -> None:
    for seed in random.sample(range(10**6), 20):
        fuzz(5_000, seed, tmp_path)
