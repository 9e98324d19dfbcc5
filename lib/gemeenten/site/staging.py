"""The folder from which Sphinx renders the site: pages with their links turned, files beside them."""

import shutil
from pathlib import Path

from gemeenten import notebook_book
from gemeenten.claims import ledger, titles
from gemeenten.errors import GemeentenError
from gemeenten.site import api_pages, board, front_page, gallery, notebook_pages
from gemeenten.site import layout as places
from gemeenten.site.links import Links

HERE = Path(__file__).parent


class SiteError(GemeentenError):
    """The site cannot be built: a line a problem, each naming the page."""


def stage(folder):
    """Write everything Sphinx needs into `folder`: conf.py, src/ (pages), extra/ (files served as they are).

    Parameters
    ----------
    folder : pathlib.Path
        Empty.

    Returns
    -------
    gemeenten.site.layout.Layout

    Raises
    ------
    SiteError
        If a notebook is broken, not run or ends in an error.
    """
    layout = places.current()
    names, claims = _titles(layout), titles().merge(ledger(), on="id", validate="one_to_one")
    links = Links(layout)
    texts = {
        page: _text(source, page, links) for source, page in layout.pages.items() if page != places.GALLERY
    }
    texts |= {
        "index.md": front_page.page(layout, links, claims),
        places.BOARD: board.page(layout, claims),
        places.GALLERY: gallery.page(layout, names),
    }
    texts |= api_pages.pages()
    for page, text in texts.items():
        _write(folder / "src" / page, text.encode())
    for file in sorted(links.files | _served(layout)):
        _write(folder / "extra" / places.served(file), (layout.root / file).read_bytes())
    for part in ("static", "templates"):
        shutil.copytree(HERE / part, folder / part)
    shutil.copy(HERE / "conf.py", folder / "conf.py")
    return layout


def _titles(layout):
    """Return the title of every notebook; refuse those that cannot be pages."""
    titles, problems = {}, []
    for source in layout.notebooks:
        path = layout.root / source
        try:
            problems += [f"{source}: {problem}" for problem in notebook_pages.problems(path)]
            titles[source] = next(
                (text for level, text, _ in notebook_book.read(path).headings if level == 1), source
            )
        except notebook_book.NotebookError as error:
            problems.append(f"{source}: {error}")
    if problems:
        raise SiteError("\n".join(problems))
    return titles


def _text(source, page, links):
    if source.endswith(".ipynb"):
        return notebook_pages.render(source, page, links)
    text = links.markdown((links.layout.root / source).read_text(encoding="utf-8"), source, page)
    return front_page.retitled(text) if source == "README.md" else text


def _served(layout):
    """Return the files served as they are: notebooks, and every file of every exhibit."""
    figures = [
        f"figures/{name}.{kind}"
        for name, record in layout.exhibits.items()
        for kind in record["sha256"]
        if kind != "html"
    ]
    missing = [file for file in figures if not (layout.root / file).is_file()]
    if missing:
        raise SiteError("\n".join(f"{file}: missing; run the notebook that makes it" for file in missing))
    return {*layout.notebooks, *figures}


def _write(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
