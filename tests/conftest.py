"""Shared by all tests: a copy of the compendium's data that a test may spoil."""

import shutil
from pathlib import Path

import pytest

import gemeenten  # noqa: F401  settles NumPy's routines before a test module loads it

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def spoilable(tmp_path, monkeypatch):
    """Return the root of a copy of data/, to which the library points for the length of the test."""
    shutil.copytree(ROOT / "data", tmp_path / "data")
    for folder in ("figures", "notebooks"):
        (tmp_path / folder).mkdir()
    monkeypatch.setenv("GEMEENTEN_ROOT", str(tmp_path))
    return tmp_path
