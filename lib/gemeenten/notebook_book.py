"""A notebook as its checks see it, and the register of rules."""

import ast
import json
import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from gemeenten.errors import GemeentenError

#: Every rule: a function that takes a `Book` and yields problems, one line each.
RULES = []

FENCE = re.compile(r"^(```|~~~).*?^\1[^\n]*$", re.MULTILINE | re.DOTALL)
PICTURE = re.compile(r"data:image/[a-z+]+;base64,[A-Za-z0-9+/=\s]+")


class NotebookError(GemeentenError, ValueError):
    """A notebook that cannot be read or does not run."""


def rule(check):
    """Add `check` to the rules; the decorator is all it takes."""
    RULES.append(check)
    return check


@dataclass(frozen=True)
class Cell:
    """One cell: ``name`` is what a problem calls it ('code cell 3': the third code cell)."""

    name: str
    kind: str
    source: str
    count: int | None = None
    outputs: list = field(default_factory=list)
    id: str = ""
    tags: tuple = ()

    @cached_property
    def tree(self):
        """The cell's syntax tree, or None when it is not plain Python."""
        try:
            return ast.parse(self.source)
        except SyntaxError:
            return None

    @cached_property
    def shown(self):
        """All text the cell shows, pictures left out: a list of (MIME type or stream name, text)."""
        texts = []
        for output in self.outputs:
            texts += [(output.get("name", ""), joined(output["text"]))] if "text" in output else []
            texts += [(mime, joined(value)) for mime, value in output.get("data", {}).items()]
        return [(mime, PICTURE.sub("data:image", text)) for mime, text in texts if not _is_picture(mime)]


def _is_picture(mime):
    return mime.startswith("image/") and mime != "image/svg+xml"


def joined(value):
    """Return the text of a source or output, which files store as a string or as lines."""
    if isinstance(value, str):
        return value
    return "".join(value) if isinstance(value, list) else json.dumps(value)


@dataclass(frozen=True)
class Book:
    """A notebook file: its path, metadata, size in bytes and cells."""

    path: Path
    metadata: dict
    format: tuple
    size: int
    cells: list

    @property
    def code(self):
        """The code cells."""
        return [cell for cell in self.cells if cell.kind == "code"]

    @property
    def text(self):
        """The Markdown cells."""
        return [cell for cell in self.cells if cell.kind == "markdown"]

    @cached_property
    def headings(self):
        """All headings: a list of (level, text, cell)."""
        found = []
        for cell in self.text:
            for marks, title in re.findall(r"^(#{1,6})[ \t]+(.+?)[ \t#]*$", FENCE.sub("", cell.source), re.M):
                found.append((len(marks), title, cell))
        return found


def read(path):
    """Return the notebook at `path` as a `Book`.

    Raises
    ------
    NotebookError
        If it is missing or is not a notebook.
    """
    path = Path(path)
    try:
        content = path.read_bytes()
        notebook = json.loads(content)
        cells = [_cell(raw, notebook["cells"][: place + 1]) for place, raw in enumerate(notebook["cells"])]
        version = notebook["nbformat"], notebook["nbformat_minor"]
    except FileNotFoundError:
        raise NotebookError(f"{path.name}: no such notebook") from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise NotebookError(f"{path.name}: not a notebook ({error}); restore it") from None
    return Book(path, notebook.get("metadata", {}), version, len(content), cells)


def _cell(raw, so_far):
    """Return one stored cell as a `Cell`, named by its place among those of its kind."""
    kind = raw["cell_type"]
    place = sum(cell["cell_type"] == kind for cell in so_far)
    word = {"markdown": "text"}.get(kind, kind)
    return Cell(
        name=f"{word} cell {place}",
        kind=kind,
        source=joined(raw["source"]),
        count=raw.get("execution_count"),
        outputs=raw.get("outputs", []),
        id=raw.get("id", ""),
        tags=tuple(raw.get("metadata", {}).get("tags", ())),
    )
