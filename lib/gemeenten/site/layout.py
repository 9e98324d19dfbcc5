"""Which page of the site stands for which file of the compendium."""

import posixpath
from dataclasses import dataclass
from pathlib import Path

from gemeenten import exhibit_index, notebooks, paths

#: Files of the compendium that are pages under another name.
RENAMED = {
    "README.md": "about.md",
    "CONTRIBUTING.md": "contributing.md",
    "data/README.md": "data/index.md",
    "data/LICENSE.md": "data/licences.md",
    "data/inbox/README.md": "data/inbox.md",
}
GALLERY, BOARD = "figures/index.md", "verdicts.md"


@dataclass(frozen=True)
class Layout:
    """The compendium's folder, its pages (path from the root -> path in the site), its exhibits by name."""

    root: Path
    pages: dict
    exhibits: dict

    def page(self, path):
        """Return the page that stands for `path`, or None.

        A folder's page is its README.md, or its first notebook; a module's page is its API reference.
        """
        if path.startswith("lib/gemeenten"):
            return _module(path) if (self.root / path).exists() else None
        first = next((page for page in self.notebooks if posixpath.dirname(page) == path), None)
        return self.pages.get(path) or self.pages.get(posixpath.join(path, "README.md")) or first

    def exhibit(self, path):
        """Return the name of the exhibit that the file `path` belongs to, or None."""
        folder, file = posixpath.split(path)
        name = file.rsplit(".", 1)[0]
        return name if folder == "figures" and name in self.exhibits else None

    @property
    def notebooks(self):
        """The notebooks in reading order, as paths from the root."""
        return [path for path in self.pages if path.endswith(".ipynb")]


def current():
    """Return the layout of the compendium as it is on disk.

    Returns
    -------
    Layout
    """
    root = paths.root()
    found = [*notebooks.find(), *sorted(paths.notebooks().rglob("*.md"))]
    books = [path.relative_to(root).as_posix() for path in found if ".ipynb_checkpoints" not in path.parts]
    renamed = {path: page for path, page in RENAMED.items() if (root / path).is_file()}
    pages = renamed | {"figures/README.md": GALLERY} | {path: path for path in books}
    return Layout(root, pages, {record["name"]: record for record in exhibit_index.records(root)})


def _module(path):
    """Return the page of the module in the file `path` of the library; the list of all for what is none."""
    if not path.endswith(".py"):
        return "api/index.md"
    return (
        "api/"
        + path.removeprefix("lib/").removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        + ".rst"
    )


def served(path):
    """Return where a file that is no page lies in the site; servers hide what begins with a dot."""
    return path.removeprefix(".")


def relative(target, page):
    """Return the link from `page` to `target`, both paths in the site."""
    return posixpath.relpath(target, posixpath.dirname(page) or ".")


def html(page):
    """Return the built file of a page: ``notebooks/01_a.ipynb`` becomes ``notebooks/01_a.html``."""
    return posixpath.splitext(page)[0] + ".html"
