"""Two machines agree: the same routines on every x86-64 processor, and few enough stored digits."""

import platform
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from gemeenten import exhibit_files, processor

ASK = (
    "import gemeenten, numpy as np, scipy.linalg\n"
    "from threadpoolctl import threadpool_info\n"
    "from numpy._core._multiarray_umath import __cpu_features__ as has\n"
    "print(sorted({pool['architecture'] for pool in threadpool_info()}), has['X86_V4'])"
)


@pytest.mark.skipif(platform.machine() != "x86_64", reason="only x86-64 processors have these routines")
def test_linear_algebra_takes_the_same_routines_on_every_machine():
    told = subprocess.run([sys.executable, "-c", ASK], env={}, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "['Haswell'] False", told.stderr


def test_a_choice_in_the_environment_is_kept(monkeypatch):
    monkeypatch.delitem(sys.modules, "numpy")
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Zen")
    monkeypatch.delenv("NPY_DISABLE_CPU_FEATURES")
    assert processor.settle()
    assert processor.os.environ["OPENBLAS_CORETYPE"] == "Zen"
    assert processor.os.environ["NPY_DISABLE_CPU_FEATURES"] == processor.ROUTINES["NPY_DISABLE_CPU_FEATURES"]


def test_make_asks_for_the_same_routines_where_numpy_loads_first():
    makefile = (Path(__file__).resolve().parents[1] / "Makefile").read_text(encoding="utf-8")
    for name, value in processor.ROUTINES.items():
        assert f"export {name} ?= {value}\n" in makefile


def test_settling_after_numpy_is_loaded_says_that_it_is_too_late():
    assert not processor.settle()


def test_last_digits_do_not_reach_a_stored_table():
    frame = pd.DataFrame({"share": [1 / 3, np.nan, 2e-10 / 3], "amount": [17_942_942.0, 678_234.5, -1.0]})
    nearby = frame.assign(share=frame["share"] * (1 + 1e-11))
    told = exhibit_files.csv_bytes(frame)
    assert told == exhibit_files.csv_bytes(nearby)
    assert told.decode().splitlines()[1:] == ["0.3333333,17942942", ",678234.5", "6.666667e-11,-1"]
