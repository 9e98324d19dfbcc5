"""The gallery: every exhibit with a preview, caption, tier, n, years, source tables, files and notebook."""

from html import escape

from gemeenten import registry
from gemeenten.exhibit_index import index, shown
from gemeenten.site import layout as places
from gemeenten.site.previews import preview

HEAD = """# Exhibits

Every figure and table of the notebooks, in their order. A picture leads to the drawing that can be enlarged
(SVG); of a table the first rows are shown. The name leads to the place in the notebook that made it. Every
exhibit has the numbers behind it as CSV.
"""


def page(layout, titles):
    """Return the gallery as Markdown.

    Parameters
    ----------
    layout : gemeenten.site.layout.Layout
    titles : dict
        Title of every notebook, by its path from the root.
    """
    rows = index(layout.root)
    groups = {path: rows[rows["notebook"] == path] for path in layout.notebooks}
    groups = {path: own for path, own in groups.items() if len(own)}
    looks = {name: html for name, _, html in shown(layout.root)}
    contents = "\n".join(f"- [{titles[path]}](#{_anchor(path)}) ({len(own)})" for path, own in groups.items())
    parts = [HEAD, f'<div class="gallery-contents">\n\n{contents}\n\n</div>\n']
    for path, own in groups.items():
        cards = "\n".join(_card(row, looks.get(row.name, ""), layout) for row in own.itertuples())
        heading = f"({_anchor(path)})=\n## {titles[path]}"
        parts.append(f'{heading}\n\n<div class="gallery">\n{cards}\n</div>\n')
    return "\n".join(parts)


def _stem(path):
    return path.rsplit("/", 1)[-1].removesuffix(".ipynb")


def _anchor(path):
    """Return the name of a notebook's part of the gallery."""
    return f"exhibits-{_stem(path)}".lower().replace("_", "-")


def _number(row):
    """Return what opens the names of a notebook and of its exhibits."""
    return _stem(row.notebook).split("_")[0]


def _title(row):
    """Return an exhibit's name in words; what opens it only says of which notebook it is."""
    words = row.name.removeprefix(f"{_number(row)}_").replace("_", " ")
    return f"{words[:1].upper()}{words[1:]}"


def _card(row, html, layout):
    """Return one exhibit as HTML, on lines without a gap: a blank line would end it in Markdown."""
    home = f"{places.relative(places.html(layout.page(row.notebook)), places.GALLERY)}#{row.name}"
    mark = "<strong>SIMULATED.</strong> " if row.tier == "simulated" else ""
    number = escape(f"{row.n:,} {row.unit}".strip())
    facts = f'<span class="tier {row.tier}">{row.tier}</span> · n = {number} · {escape(str(row.years))}'
    return (
        f'<article class="exhibit-card" id="{row.name}">\n{_look(row, html)}\n'
        f'<h3><a href="{home}">{escape(_title(row))}</a> <small>{_number(row)}</small></h3>\n'
        f'<p class="caption">{mark}{escape(row.caption)}</p>\n<p class="facts">{facts}</p>\n'
        f"<details><summary>Caption and files</summary>\n"
        f"<dl><dt>sources</dt><dd>{_sources(row.sources, layout)}</dd>"
        f"<dt>files</dt><dd>{_files(row)}</dd></dl></details>\n</article>"
    )


def _look(row, html):
    """Return the thumbnail of a figure, or the first rows of a table."""
    if row.kind != "figure":
        return preview(html)
    image = f'<img src="{row.name}.png" loading="lazy" alt="{escape(row.alt)}">'
    return f'<a class="thumbnail" href="{row.name}.svg">{image}</a>'


def _files(row):
    """Return the links to an exhibit's files."""
    kinds = [("CSV", "csv"), *([("SVG", "svg"), ("PNG", "png")] if row.kind == "figure" else [])]
    return ", ".join(f'<a href="{row.name}.{kind}">{label}</a>' for label, kind in kinds)


def _sources(told, layout):
    """Return the source tables, each linked to its part of the codebook."""
    names = [name for name in told.split(", ") if name]
    codebook = layout.page("data/README.md")
    if not names or not codebook:
        return escape(told) or "generated"
    book = places.relative(places.html(codebook), places.GALLERY)
    known = registry.entries()
    return ", ".join(f'<a href="{book}#{name}">{name}</a>' if name in known else name for name in names)
