"""Links of the compendium's texts, turned to where their targets are in the site."""

import posixpath
import re
from html import escape
from urllib.parse import unquote

from gemeenten.notebook_book import FENCE
from gemeenten.site import layout as places

#: What is code in Markdown, and therefore holds no links: fenced blocks and `spans`.
CODE = re.compile(FENCE.pattern + r"|(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`)", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(?<!!)\[([^\]]*)\]\(\s*<?([^)\s>]+)>?[^)]*\)")
PICTURE = re.compile(r"!\[([^\]]*)\]\(\s*<?([^)\s>]+)>?[^)]*\)")
REFERENCE = re.compile(r"""\b(href|src)=(["'])([^"']+)\2""")
#: Targets that no file of the compendium answers to: a scheme, a place on the same page, the server's root.
ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|#|/", re.IGNORECASE)


class Links:
    """Rewrites links and remembers which files, not being pages, must be put beside the pages.

    Parameters
    ----------
    layout : gemeenten.site.layout.Layout
    """

    def __init__(self, layout):
        self.layout = layout
        self.files = set()

    def markdown(self, text, source, page):
        """Return Markdown `text` of the file `source` as it must read in `page`; code stays as it is.

        A link that leads nowhere is left alone: the build then names it.
        """
        parts, last = [], 0
        for code in CODE.finditer(text):
            parts += [self._prose(text[last : code.start()], source, page), code[0]]
            last = code.end()
        return "".join(parts) + self._prose(text[last:], source, page)

    def _prose(self, text, source, page):
        """Return Markdown without code; pictures come before links, for a link may hold one."""

        def picture(match):
            kind, place = self._place(match[2], source, page, shown=True)
            return f'<img src="{escape(place)}" alt="{escape(match[1])}">' if kind == "file" else match[0]

        def link(match):
            label, target = match.groups()
            kind, place = self._place(target, source, page)
            if kind == "page" and not self._is_raw(target, source):
                return f"[{label}]({place})"
            return (
                f'<a href="{escape(_built(place) if kind == "page" else place)}">{label}</a>'
                if kind
                else match[0]
            )

        return LINK.sub(link, PICTURE.sub(picture, self.html(text, source, page)))

    def html(self, text, source, page):
        """Return HTML `text` of the file `source` with its `href` and `src` as they must read in `page`."""

        def reference(match):
            kind, place = self._place(match[3], source, page, shown=match[1] == "src")
            if kind == "page":
                place = _built(place)
            return f"{match[1]}={match[2]}{escape(place)}{match[2]}" if kind else match[0]

        return REFERENCE.sub(reference, text)

    def _is_raw(self, target, source):
        """Tell whether a link leads to an HTML id inside a page, which Sphinx does not know of."""
        path, _, part = target.partition("#")
        if not part:
            return False
        file = self.layout.root / _from_root(path, source)
        text = file.read_text(encoding="utf-8") if file.is_file() else ""
        return re.search(rf"""\bid=\\?["']{re.escape(unquote(part))}\\?["']""", text) is not None

    def _place(self, target, source, page, shown=False):
        """Return the kind of a target ('page', 'file', or None where it stays) and the link to it.

        A link to a file of an exhibit leads to its place in the gallery, unless the file itself is `shown`.
        """
        path, mark, part = target.partition("#")
        if ELSEWHERE.match(target):
            return None, target
        path = _from_root(path, source)
        exhibit, found = self.layout.exhibit(path), self.layout.page(path)
        if exhibit and not shown:
            return "file", f"{places.relative(places.html(places.GALLERY), page)}#{exhibit}"
        if found:
            return "page", places.relative(found, page) + mark + part
        if path.startswith("..") or not (self.layout.root / path).is_file():
            return None, target
        self.files.add(path)
        return "file", places.relative(places.served(path), page) + mark + part


def _from_root(path, source):
    """Return the path from the root that `path`, written in the file `source`, means."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(source), unquote(path)))


def _built(place):
    """Return a link to a page as a link to its built file."""
    path, mark, part = place.partition("#")
    return places.html(path) + mark + part
