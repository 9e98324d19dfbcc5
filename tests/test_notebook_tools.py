"""The checks on notebooks can fail: every rule on a notebook that breaks it, and altered outputs."""

import json
import subprocess
import sys

import pytest

from gemeenten import notebook_clean, notebook_probe, notebooks, paths

TITLE = "# A small notebook\n\nTime: 5 minutes.\n"
SECTIONS = "\n\n".join(f"## {title}\n\nWords." for title in (
    "Question", "What you will learn", "Inputs and outputs"))  # fmt: skip
CLOSING = "\n\n".join(f"## {title}\n\nWords." for title in ("What this cannot show", "Takeaways", "Next"))


def text(source):
    return {"cell_type": "markdown", "source": source, "metadata": {}}


def code(source, count, outputs=()):
    return {
        "cell_type": "code",
        "source": source,
        "metadata": {},
        "execution_count": count,
        "outputs": list(outputs),
    }


def shown(words):
    return {"output_type": "stream", "name": "stdout", "text": words}


def small():
    """Return a notebook that keeps every rule."""
    cells = [
        text(TITLE),
        text(SECTIONS),
        code("import math", 1),
        text("The root of two:"),
        code("print(math.sqrt(2))", 2, [shown("1.4142135623730951\n")]),
        text(CLOSING),
    ]
    for place, cell in enumerate(cells):
        cell["id"] = f"cell-{place}"
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": kernel}, "cells": cells}


def lint(tmp_path, notebook):
    path = tmp_path / "small.ipynb"
    path.write_text(json.dumps(notebook))
    return notebooks.lint(path)


def test_a_notebook_that_keeps_every_rule_has_no_problem(tmp_path):
    assert lint(tmp_path, small()) == []


def test_the_shipped_notebooks_keep_every_rule():
    assert notebooks.find(), "no notebook is shipped"
    assert notebooks.lint_all() == []


def test_stripping_the_outputs_of_a_shipped_notebook_is_found(tmp_path):
    shipped = json.loads((paths.notebooks() / "app" / "threshold_explorer.ipynb").read_text(encoding="utf-8"))
    for cell in shipped["cells"]:
        if cell["cell_type"] == "code":
            cell |= {"outputs": [], "execution_count": None}
    found = lint(tmp_path, shipped)
    assert any("execution count None, not 1; run the notebook from the top" in line for line in found)
    assert any("no cell has an output; run the notebook" in line for line in found)


def _set(place, key, value):
    def change(notebook):
        notebook["cells"][place][key] = value

    return change


def _kernel(notebook):
    notebook["metadata"]["kernelspec"]["name"] = "my-conda-env"


def _picture(notebook):
    data = {"text/html": '<img src="data:image/png;base64,AAAA">'}
    notebook["cells"][4]["outputs"] = [{"output_type": "display_data", "data": data, "metadata": {}}]


def _crowd(notebook):
    notebook["cells"][4:4] = [code("x = 1", k) | {"id": f"more-{k}"} for k in range(3, 6)]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (_set(0, "source", "No title"), "0 level-one headings"),
        (_set(1, "source", "## Question\n\nWords."), "no section 'What you will learn'"),
        (_set(0, "source", "# Title"), "does not state its time"),
        (_set(4, "execution_count", 7), "execution count 7, not 2"),
        (_set(4, "execution_count", None), "execution count None"),
        (_set(4, "outputs", []), "no cell has an output"),
        (_set(4, "source", "%matplotlib inline"), "not plain Python"),
        (_set(4, "source", "import os"), "imports belong in code cell 1"),
        (_set(4, "source", "\n".join(["x = 1"] * 30)), "30 lines; at most 25"),
        (_set(4, "source", "import warnings; warnings.filterwarnings('ignore')"), "'filterwarnings'"),
        (_set(4, "source", "print(1);"), "';' that hides output"),
        (_set(4, "source", "print(1)  # NBVAL_IGNORE_OUTPUT"), "NBVAL_"),
        (
            _set(4, "outputs", [{"output_type": "error", "ename": "E", "evalue": "", "traceback": []}]),
            "ends in an error",
        ),
        (_set(4, "outputs", [shown("x") | {"name": "stderr"}]), "writes to stderr"),
        (_set(4, "outputs", [shown("/ho" + "me/someone/data.csv")]), "belongs to one machine"),
        (_set(3, "source", "The mean is 7.25 points."), "typed number 7.25"),
        (_set(3, "source", "See [this](missing.ipynb)."), "which does not exist"),
        (_kernel, "kernel 'my-conda-env'; use 'python3'"),
        (_picture, "alt"),
        (_crowd, "no text before it"),
    ],
)
def test_each_rule_finds_a_notebook_that_breaks_it(tmp_path, change, message):
    notebook = small()
    change(notebook)
    assert any(message in problem for problem in lint(tmp_path, notebook)), lint(tmp_path, notebook)


def test_too_many_cells_and_too_many_bytes_are_found(tmp_path):
    notebook = small()
    pairs = [(text("Words."), code("x = 1", k)) for k in range(3, 24)]
    notebook["cells"][5:5] = [cell | {"id": f"m{i}"} for i, cell in enumerate(sum(pairs, ()))]
    assert any("23 code cells; at most 20" in line for line in lint(tmp_path, notebook))
    notebook = small()
    notebook["cells"][4]["outputs"] = [shown("x" * 1_100_000)]
    assert any("bytes; at most 1,000,000" in line for line in lint(tmp_path, notebook))


@pytest.mark.parametrize("content", ["", "<html>", "[]", '{"cells": 3}'])
def test_a_file_that_is_no_notebook_is_one_line(tmp_path, content):
    path = tmp_path / "broken.ipynb"
    path.write_text(content)
    with pytest.raises(notebooks.NotebookError, match="broken.ipynb: not a notebook"):
        notebooks.lint(path)


def test_cleaning_twice_is_cleaning_once():
    import nbformat

    once = notebook_clean.clean(nbformat.from_dict(small()))
    before = nbformat.writes(once)
    assert nbformat.writes(notebook_clean.clean(once)) == before


def test_a_changed_digit_is_one_digit_and_never_inside_a_picture():
    html = '<img src="data:image/png;base64,AAAA1111"><td style="width:5px">42</td>'
    outputs = [{"output_type": "display_data", "data": {"text/html": html}}]
    assert notebook_probe.change_a_digit(outputs)
    changed = outputs[0]["data"]["text/html"]
    assert sum(a != b for a, b in zip(html, changed, strict=True)) == 1
    assert changed.startswith('<img src="data:image/png;base64,AAAA1111"><td style="width:5px">')


@pytest.mark.notebook
def test_altered_digits_stripped_outputs_and_deleted_exhibits_are_all_noticed():
    """On a shipped notebook with figures, tables and sentences; about 10 seconds."""
    assert notebook_probe.probe(paths.notebooks() / "tutorials" / "T1_meet_the_municipalities.ipynb") == []


@pytest.mark.notebook
def test_a_failing_cell_is_told_with_notebook_and_cell_and_leaves_the_file(tmp_path):
    notebook = small()
    notebook["cells"][4]["source"] = "1 / 0"
    path = tmp_path / "failing.ipynb"
    path.write_text(json.dumps(notebook))
    before = path.read_bytes()
    with pytest.raises(notebooks.NotebookError, match="failing.ipynb, code cell 2: ZeroDivisionError"):
        notebooks.execute([path], progress=False)
    assert path.read_bytes() == before


@pytest.mark.notebook
def test_running_twice_and_side_by_side_gives_the_same_bytes(tmp_path):
    first, second = tmp_path / "first.ipynb", tmp_path / "second.ipynb"
    for path in (first, second):
        path.write_text(json.dumps(small()))
    notebooks.execute([first, second], jobs=2, progress=False)
    once = first.read_bytes()
    assert second.read_bytes() == once
    notebooks.execute([first], jobs=1, progress=False)
    assert first.read_bytes() == once


@pytest.mark.notebook
def test_strict_comparison_fails_on_one_altered_digit(tmp_path):
    notebook = small()
    notebook["cells"][4]["outputs"] = [shown("1.4142135623730950\n")]
    path = tmp_path / "altered.ipynb"
    path.write_text(json.dumps(notebook))
    sanitize = paths.root() / "tests" / "nbval_sanitize.cfg"
    options = [
        "--nbval",
        "--nbval-current-env",
        "--nbval-sanitize-with",
        str(sanitize),
        "-q",
        "-p",
        "no:cacheprovider",
    ]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", str(path), *options],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert done.returncode == 1, done.stdout
    assert "1 failed" in done.stdout
