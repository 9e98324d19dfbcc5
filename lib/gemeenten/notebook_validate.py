"""Compare every stored output and exhibit with a fresh run."""

import re
import subprocess
import sys
import tempfile
from pathlib import Path
from xml.etree import ElementTree

from gemeenten import exhibit_index
from gemeenten.notebook_book import NotebookError
from gemeenten.notebook_run import LONGEST_CELL, environment

SANITIZE = Path(__file__).resolve().parents[2] / "tests" / "nbval_sanitize.cfg"


def validate(notebooks=None, jobs=2, root=None):
    """Run notebooks beside their stored outputs and return every difference, one line each.

    The notebooks, with nbval in strict mode; the exhibits they make, against figures/. Nothing is written.

    Parameters
    ----------
    notebooks : list of path-like, optional
        By default all of them.
    jobs : int
        How many to run at a time.
    root : pathlib.Path, optional
        Another copy of the compendium.
    """
    from gemeenten.notebooks import find

    chosen = find() if notebooks is None else [Path(path) for path in notebooks]
    with tempfile.TemporaryDirectory(prefix="gemeenten-") as scratch:
        figures, own = Path(scratch, "figures"), Path(scratch, "ipython")
        figures.mkdir()
        own.mkdir()
        cells = nbval(chosen, environment(own, figures, root), jobs)
        differ = [
            f"{name}, code cell {cell}: {message}" for (name, cell), message in cells.items() if message
        ]
        return differ + exhibit_index.differences(figures, root)


def nbval(notebooks, env, jobs=1):
    """Return the outcome of nbval's strict comparison for every code cell.

    Parameters
    ----------
    notebooks : list of pathlib.Path
    env : dict
        Environment variables of the kernels.
    jobs : int

    Returns
    -------
    dict of (str, int) to str
        (file name, number of the code cell) -> what differs; empty when nothing does.

    Raises
    ------
    NotebookError
        If nbval compared nothing.
    """
    with tempfile.TemporaryDirectory(prefix="gemeenten-") as folder:
        report = Path(folder, "report.xml")
        command = [sys.executable, "-m", "pytest", *_options(report, jobs), *map(str, notebooks)]
        done = subprocess.run(command, env=env, cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode not in (0, 1) or not report.is_file():
            last = (done.stderr or done.stdout).strip().splitlines()[-1:]
            raise NotebookError(f"nbval compared nothing: {''.join(last)}")
        cases = ElementTree.parse(report).iter("testcase")
        return dict(_outcome(case) for case in cases)


def _options(report, jobs):
    """Return pytest's options: strict, this interpreter, cells in order, no setting from elsewhere."""
    parallel = ["-n", str(jobs), "--dist", "loadscope"] if jobs > 1 else []
    checks = ["--nbval", "--nbval-current-env", "--nbval-sanitize-with", str(SANITIZE)]
    bare = ["-q", "--color=no", "-p", "no:cacheprovider", "-c", "/dev/null", "--rootdir", "/"]
    return [*checks, "--nbval-cell-timeout", str(LONGEST_CELL), *bare, f"--junitxml={report}", *parallel]


def _outcome(case):
    """Return ((file name, code cell), what differs) of one testcase of the report."""
    name = case.get("classname").removesuffix(".ipynb").split(".")[-1] + ".ipynb"
    cell = int(case.get("name").split()[-1]) + 1
    failure = next((part for tag in ("failure", "error") for part in case.iter(tag)), None)
    return (name, cell), "" if failure is None else _reason(failure)


def _reason(failure):
    """Return the telling line of nbval's report on one cell."""
    text = failure.text or failure.get("message") or "fails"
    for pattern in (
        r"mismatch '([^']+)'",
        r"(?:Missing|Unexpected) output fields[^\n]*",
        r"^\w*Error: [^\n]*",
    ):
        found = re.search(pattern, text, re.MULTILINE)
        if found:
            return f"{found[1]} differs" if found.groups() else found[0]
    return "outputs differ" if "differ" in text else "fails: " + " ".join(text.split())[:200]
