"""What a notebook's words and pictures must be: traceable numbers, alt text, links that lead somewhere."""

import re
import socket
from functools import cache
from urllib.parse import unquote

from gemeenten.notebook_book import FENCE, rule

#: A folder of someone's machine; not the end of a web address or of 'yes/no'.
FOLDERS = re.compile(
    r"(?<![\w./~:<-])/(?:home|root|Users|tmp|work|opt|mnt|private|var)\b(?:/[\w.-]+)*|\b[A-Z]:\\\w+"
)
ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{6,}\b")
IMAGE = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
ALT = re.compile(r"""\balt=(?:"\s*[^"\s][^"]*"|'\s*[^'\s][^']*')""", re.IGNORECASE)
LINK = re.compile(r"(!?)\[([^\]]*)\]\(\s*<?([^)\s>]+)>?[^)]*\)")
REFERENCE = re.compile(r"""\b(?:href|src)=["']([^"']+)["']""")

#: What may hold a number that nobody computed: code, links, mathematics, quotations, tags, headings, lists.
NOT_PROSE = [
    FENCE,
    re.compile(r"\$\$.*?\$\$|(?<!\\)\$[^$\n]+\$", re.DOTALL),
    re.compile(r"`[^`\n]+`"),
    LINK,
    re.compile(r"<[^>\n]+>|https?://\S+"),
    re.compile(r"[“\"][^”\"\n]{1,300}[”\"]"),
    re.compile(r"^\s*(?:>|#).*$", re.MULTILINE),
    re.compile(r"^\s*\d+[.)]\s", re.MULTILINE),
    re.compile(r"\b(?:pp?\.|art\.|article|eq\.|equation|section|doi:?)\s*[\d.,–/-]*\d", re.IGNORECASE),
]
NUMBER = re.compile(r"(?<![\w.,-])[−-]?\d[\d,.]*(?:\s?%|\b(?!\w))")
YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
ROUND_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:,000)+")
#: Conventions rather than results: levels of intervals and tests.
LEVELS = {"5%", "90%", "95%", "99%", "0.05", "0.10", "0.95"}


@rule
def no_machine_traces(book):
    """Nothing of one machine: folders, host name, memory addresses."""
    for cell in book.cells:
        for text in (cell.source, *(text for _, text in cell.shown)):
            found = FOLDERS.search(text) or ADDRESS.search(text) or _host(text)
            if found:
                yield f"{cell.name}: {found[0]!r} belongs to one machine or one run"
                break


@cache
def _host_pattern():
    """Return a pattern of this machine's name, when it is no ordinary word."""
    name = socket.gethostname()
    telling = len(name) > 5 and re.search(r"[\d-]", name)
    return re.compile(rf"\b{re.escape(name)}\b" if telling else r"(?!)")


def _host(text):
    return _host_pattern().search(text)


@rule
def pictures_have_alt_text(book):
    """Alt text that every front end shows."""
    for cell in book.cells:
        texts = [text for mime, text in cell.shown if mime in ("text/html", "text/markdown")]
        texts += [cell.source] if cell.kind == "markdown" else []
        if any(not ALT.search(tag) for text in texts for tag in IMAGE.findall(text)):
            yield f"{cell.name}: a picture without alt text"
        if any(mark and not alt.strip() for text in texts for mark, alt, _ in LINK.findall(text)):
            yield f"{cell.name}: a picture without alt text"
        if any(mime.startswith("image/") for output in cell.outputs for mime in output.get("data", {})):
            yield f"{cell.name}: a bare picture, which has no alt text; show it with sheet.figure"


@rule
def numbers_are_computed(book):
    """No result is typed: decimals, percentages and counts come from `sheet.say`."""
    for cell in book.text:
        typed = [number for number in _numbers(cell.source) if not _is_convention(number)]
        if typed:
            told = ", ".join(dict.fromkeys(typed))
            yield f"{cell.name}: typed number {told}; compute it and use sheet.say"


def _numbers(source):
    """Return the numbers in the prose of a Markdown cell."""
    for pattern in NOT_PROSE:
        source = pattern.sub(" ", source)
    return [found.rstrip(".,") for found in NUMBER.findall(source)]


def _is_convention(number):
    """Tell whether a number is small, a year, a level, or a round threshold such as 100,000."""
    plain = number.replace(" ", "")
    small = re.fullmatch(r"\d{1,2}", plain)
    return bool(small or plain in LEVELS or YEAR.fullmatch(plain) or ROUND_THOUSANDS.fullmatch(plain))


@rule
def sheet_is_named_after_the_file(book):
    """Exhibits are traced to their notebook by its name."""
    for cell in book.code:
        for _, name in re.findall(r"""\bSheet\(\s*(["'])(.*?)\1""", cell.source):
            if name != book.path.stem:
                yield f"{cell.name}: Sheet({name!r}); name it {book.path.stem!r}"


@rule
def links_resolve(book):
    """Links to files of the compendium lead somewhere."""
    for cell in book.text:
        source = re.sub(r"`[^`\n]+`", " ", FENCE.sub(" ", cell.source))
        targets = [target for _, _, target in LINK.findall(source)] + REFERENCE.findall(source)
        for target in targets:
            file = unquote(target.split("#")[0].split("?")[0])
            if re.match(r"[a-z][a-z0-9+.-]*:", target) or not file:
                continue
            if not (book.path.parent / file).exists():
                yield f"{cell.name}: link to {target}, which does not exist"


@rule
def widgets_only_in_the_app(book):
    """Widget state is large and changes on every run."""
    if book.path.parent.name == "app":
        return
    if "widgets" in book.metadata or any("widget" in mime for cell in book.code for mime, _ in cell.shown):
        yield "widgets; they belong in notebooks/app"
