"""The landing page: what the compendium is, where readers start, the verdicts so far, the map."""

import re

from gemeenten.site import board
from gemeenten.site import layout as places

#: Where readers start: a question, then pages by their path in the compendium (those not there are left out).
DOORS = (
    (
        "Read the story",
        "One question a notebook, from the chapter's claims to the verdicts.",
        ("notebooks/00_start_here.ipynb", "notebooks/analysis/01_chapter_and_claims.ipynb"),
    ),
    (
        "Check a claim",
        "Every claim with its verdict, what it rests on, and the notebook that gave it.",
        (places.BOARD, places.GALLERY),
    ),
    (
        "Learn or teach",
        "Tutorials on the same real data, with exercises that check themselves.",
        ("TUTORIALS", "TEACHING", "GLOSSARY"),
    ),
    (
        "Reproduce or extend",
        "Two commands rebuild and test everything; every table has its codebook.",
        ("README.md", "data/README.md", "api/index.md"),
    ),
)
NAMES = {
    "notebooks/00_start_here.ipynb": "Start here",
    "notebooks/analysis/01_chapter_and_claims.ipynb": "The claims",
    places.BOARD: "Verdict board",
    places.GALLERY: "Exhibits",
    "README.md": "About and how to run",
    "data/README.md": "Codebook",
    "api/index.md": "API reference",
    "TUTORIALS": "Tutorials",
    "TEACHING": "For teachers",
    "GLOSSARY": "Glossary",
}


#: The README's section that says what came out.
FOUND = "## What was found"
#: Badges tell the visitor of a repository what the page around them tells here.
BADGES = re.compile(r"<!-- badges: generated -->.*?<!-- badges: end -->\n?", re.DOTALL)


def retitled(readme):
    """Return the README's text under a title of its own; the landing page has the compendium's."""
    return re.sub(r"^# .*$", "# About this compendium", readme, count=1, flags=re.MULTILINE)


def page(layout, links, claims):
    """Return the landing page as Markdown; its introduction is the README's.

    Parameters
    ----------
    layout : gemeenten.site.layout.Layout
    links : gemeenten.site.links.Links
    claims : pandas.DataFrame
        The ledger, with the `theme` and `title` of every claim.
    """
    readme = layout.root / "README.md"
    text = readme.read_text(encoding="utf-8") if readme.is_file() else "# Does 100,000 matter?\n"
    parts = re.split(r"^(?=## )", links.markdown(text, "README.md", "index.md"), flags=re.MULTILINE)
    opening = re.sub(BADGES, "", parts[0])
    found = next((part.removeprefix(FOUND) for part in parts if part.startswith(FOUND)), "")
    verdicts = board.tally(claims, places.html(places.BOARD)) + board.short(claims)
    return f"{opening.strip()}\n\n{_doors(layout)}\n{FOUND}\n\n{verdicts}\n{found}\n{_trees(layout)}"


def _doors(layout):
    """Return the ways in, as cards."""
    cards = []
    for title, told, targets in DOORS:
        found = [(NAMES[target], _find(layout, target)) for target in targets]
        listed = " · ".join(f'<a href="{places.html(target)}">{name}</a>' for name, target in found if target)
        cards.append(f'<section class="door"><h2>{title}</h2><p>{told}</p><p>{listed}</p></section>')
    return '<div class="doors">\n' + "\n".join(cards) + "\n</div>\n"


def _find(layout, target):
    """Return the page of a door's target, or None; names in capitals are looked up among the tutorials."""
    if target == "TUTORIALS":
        return next((layout.pages[path] for path in _room(layout, "tutorials")), None)
    if target.isupper():
        return _guide(layout, target)
    if target in (places.BOARD, places.GALLERY, "api/index.md"):
        return target
    return layout.page(target)


def _guide(layout, name):
    """Return the page of a Markdown file of the notebooks called `name`, in capitals or not."""
    return next(
        (page for page in layout.pages.values() if page.lower().endswith(f"/{name.lower()}.md")), None
    )


def _room(layout, room):
    return [path for path in layout.notebooks if path.split("/")[1:-1] == ([room] if room else [])]


def _trees(layout):
    """Return the map of the site: every page in one hidden list under its heading."""
    rooms = {name: _room(layout, room) for name, room in ROOMS.items()}
    guides = [path for path in layout.pages if path.startswith("notebooks/") and path.endswith(".md")]
    other = [page for source, page in layout.pages.items() if source not in {*guides, *layout.notebooks}]
    groups = {name: [layout.pages[path] for path in found] for name, found in rooms.items()}
    groups["Results"] = [places.BOARD, places.GALLERY]
    groups["Reference"] = [
        *[page for page in other if page != places.GALLERY],
        *[layout.pages[path] for path in guides],
        "api/index.md",
    ]
    order = ("Start", "Results", "Analysis", "Tutorials", "App", "Reference")
    return "\n".join(_tree(name, groups[name]) for name in order if groups[name])


ROOMS = {"Start": "", "Analysis": "analysis", "Tutorials": "tutorials", "App": "app"}


def _tree(caption, pages):
    listed = "\n".join(pages)
    return f"```{{toctree}}\n:caption: {caption}\n:hidden:\n\n{listed}\n```\n"
