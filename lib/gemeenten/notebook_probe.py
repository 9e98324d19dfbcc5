"""Prove on altered copies that the checks on a notebook can fail."""

import json
import re
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path

from gemeenten import exhibit_index, paths
from gemeenten.notebook_book import PICTURE, joined
from gemeenten.notebook_lint import lint
from gemeenten.notebook_run import environment
from gemeenten.notebook_validate import nbval

MIMES = ("text/html", "text/markdown", "text/plain", "text/latex")
#: Digits that no reader sees: inside pictures, style sheets and tags.
HIDDEN = re.compile(rf"{PICTURE.pattern}|<style.*?</style>|<[^>]*>", re.DOTALL)


def probe(path):
    """Return the alterations of one notebook that its checks would miss; nothing when they catch all.

    In a temporary copy: a digit changed in each cell's output (nbval must see every one), outputs stripped
    (lint), each exhibit's files deleted and its embedded picture altered by a byte (exhibits.check).

    Parameters
    ----------
    path : path-like
        A notebook of the compendium, executed.

    Returns
    -------
    list of str
    """
    path = Path(path).resolve()
    with tempfile.TemporaryDirectory(prefix="gemeenten-") as folder:
        root = Path(folder, "copy")
        copy = _copy(path, root)
        sound = [f"before any change: {line}" for line in exhibit_index.check(root)]
        missed = sound + _digits_missed(copy, root) + _stripping_missed(copy) + _exhibits_missed(copy, root)
        return [f"{path.name}: {line}" for line in missed]


def _copy(path, root):
    """Make a compendium of one notebook and its exhibits under `root`; return the notebook's copy."""
    source = paths.root().resolve()
    copy = root / path.relative_to(source)
    copy.parent.mkdir(parents=True)
    shutil.copy(path, copy)
    shutil.copytree(source / "data", root / "data")
    (root / "figures").mkdir()
    for name, _, _ in exhibit_index.shown(root):
        for file in (source / "figures").glob(f"{name}.*"):
            shutil.copy(file, root / "figures")
    exhibit_index.write_index(root)
    return copy


@contextmanager
def _altered(path, content):
    """Put `content` (None: nothing) in the place of a file for a while."""
    original = path.read_bytes()
    path.unlink() if content is None else path.write_bytes(content)
    yield
    path.write_bytes(original)


def _digits_missed(copy, root):
    """Return the cells whose output nbval accepts with one digit changed."""
    notebook = json.loads(copy.read_bytes())
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    changed = {place for place, cell in enumerate(code, start=1) if change_a_digit(cell["outputs"], place)}
    if not changed:
        return ["no output shows a digit, so that none can be compared"]
    scratch = root.parent / "scratch"
    scratch.mkdir()
    with _altered(copy, json.dumps(notebook).encode()):
        outcome = nbval([copy], environment(scratch, scratch, root))
    seen = {place for (_, place), difference in outcome.items() if difference}
    missed = [f"a digit changed in the output of code cell {place} goes unseen" for place in changed - seen]
    return missed + [f"code cell {place} differs without any change" for place in seen - changed]


def change_a_digit(outputs, turn=0):
    """Change one visible digit in a cell's outputs, in place.

    Parameters
    ----------
    outputs : list of dict
        Outputs as a notebook stores them.
    turn : int
        Which output to try first.

    Returns
    -------
    bool
        Whether there was a digit to change.
    """
    for place in range(len(outputs)):
        output = outputs[(turn + place) % len(outputs)]
        texts = output if "text" in output else output.get("data", {})
        for kind in ("text", *MIMES):
            old = joined(texts.get(kind, ""))
            texts |= {kind: _other_digit(old)} if old else {}
            if old and texts[kind] != old:
                return True
    return False


def _other_digit(text):
    """Return `text` with the digit in the middle of the visible ones raised by one, nine to zero."""
    hidden = [found.span() for found in HIDDEN.finditer(text)]
    digits = [found.start() for found in re.finditer(r"[0-9]", text)]
    visible = [place for place in digits if not any(low <= place < high for low, high in hidden)]
    if not visible:
        return text
    place = visible[len(visible) // 2]
    return f"{text[:place]}{(int(text[place]) + 1) % 10}{text[place + 1 :]}"


def _stripping_missed(copy):
    """Return the ways of stripping outputs that lint accepts."""
    notebook, before = json.loads(copy.read_bytes()), set(lint(copy))
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    missed = []
    for what, emptied in (("outputs", {"outputs": []}), ("outputs and counts", {"execution_count": None})):
        for cell in code:
            cell |= emptied
        with _altered(copy, json.dumps(notebook).encode()):
            if set(lint(copy)) <= before:
                missed.append(f"stripping all {what} goes unseen")
    return missed


def _exhibits_missed(copy, root):
    """Return the files whose loss, and the pictures whose alteration, exhibits.check accepts."""
    missed = []
    for file in sorted((root / "figures").iterdir()):
        with _altered(file, None):
            if not exhibit_index.check(root):
                missed.append(f"deleting figures/{file.name} goes unseen")
    text = copy.read_text(encoding="utf-8")
    for picture in re.finditer(r"base64,[A-Za-z0-9+/]{200}", text):
        place = picture.end() - 1
        other = "A" if text[place] != "A" else "B"
        with _altered(copy, f"{text[:place]}{other}{text[place + 1 :]}".encode()):
            if not exhibit_index.check(root):
                missed.append("a byte changed in an embedded picture goes unseen")
    return missed
