"""What a built site must be: titles, alt text on pictures, links that lead somewhere, nothing remote."""

import re
from functools import cached_property
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lxml import html

#: Elements that make a browser fetch something, and the attribute that says what.
FETCHED = (
    ("script", "src"),
    ("img", "src"),
    ("iframe", "src"),
    ("source", "src"),
    ("link", "href"),
    ("object", "data"),
)
SHOWN = re.compile(r"\.(png|svg|jpe?g|gif|webp)$", re.IGNORECASE)
REMOTE = re.compile(r"\s*(?:[a-z]+:)?//", re.IGNORECASE)
REMOTE_STYLE = re.compile(r"""(?:url\(|@import)\s*["']?\s*((?:https?:)?//[^"')\s]+)""", re.IGNORECASE)


class Page:
    """One built page.

    Parameters
    ----------
    path : pathlib.Path
    """

    def __init__(self, path):
        self.path = path
        self.tree = html.fromstring(path.read_bytes())

    @cached_property
    def anchors(self):
        """Every place on the page that a link can lead to."""
        return {*self.tree.xpath("//@id"), *self.tree.xpath("//a/@name"), ""}

    @property
    def links(self):
        """The targets of all links and of all that is fetched."""
        return [*self.tree.xpath("//a/@href"), *(target for _, target in self.fetched)]

    @property
    def fetched(self):
        """(element, target) of all that the browser fetches by itself."""
        return [
            (tag, target) for tag, attribute in FETCHED for target in self.tree.xpath(f"//{tag}/@{attribute}")
        ]


def problems(folder):
    """Return what is wrong with a built site, one line each naming the page; nothing when all is well.

    Parameters
    ----------
    folder : pathlib.Path
        Holds index.html.

    Returns
    -------
    list of str
    """
    folder = Path(folder).resolve()
    pages = {path: Page(path) for path in sorted(folder.rglob("*.html")) if "_static" not in path.parts}
    found = []
    for path, page in pages.items():
        name = path.relative_to(folder).as_posix()
        found += [
            f"{name}: {line}" for line in (*_title(page), *_pictures(page), *_links(page, pages, folder))
        ]
    return found + list(_styles(folder))


def _title(page):
    titles = page.tree.xpath("//h1")
    if len(titles) != 1:
        yield f"{len(titles)} titles of level one; have exactly one"
    elif not titles[0].text_content().strip():
        yield "the title is empty"


def _pictures(page):
    for picture in page.tree.xpath("//img"):
        source = picture.get("src", "")
        if not source.startswith("data:image/") and not SHOWN.search(source):
            yield f"{source} is no picture"
        if not (picture.get("alt") or "").strip():
            yield f"a picture without alt text: {source[:60]}"


def _links(page, pages, folder):
    """Yield a line for every link that leads nowhere, and for everything fetched from elsewhere."""
    yield from (
        f"fetches {target} from elsewhere; keep it in the site"
        for _, target in page.fetched
        if REMOTE.match(target)
    )
    for target in dict.fromkeys(page.links):
        broken = _broken(target, page, pages, folder)
        if broken:
            yield f"the link {target} leads nowhere: {broken}"


def _broken(target, page, pages, folder):
    """Return why an internal link is broken, or nothing."""
    if target.startswith("data:"):
        return None
    parts = urlsplit(target)
    if parts.scheme or parts.netloc:
        return None
    path = (page.path.parent / unquote(parts.path)).resolve() if parts.path else page.path
    if not path.is_relative_to(folder) or not path.is_file():
        return "no such file in the site"
    anchor = unquote(parts.fragment)
    if path in pages and anchor not in pages[path].anchors:
        return f"no place {anchor!r} on that page"
    return None


def _styles(folder):
    """Yield a line for everything that a style sheet fetches from elsewhere."""
    for path in sorted(folder.rglob("*.css")):
        for target in REMOTE_STYLE.findall(path.read_text(encoding="utf-8")):
            name = path.relative_to(folder).as_posix()
            yield f"{name}: fetches {target} from elsewhere; keep it in the site"
