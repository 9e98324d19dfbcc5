"""The gallery: every exhibit with picture, caption, tier, n, years, source tables, files and notebook."""

from html import escape

from gemeenten import registry
from gemeenten.exhibit_index import index
from gemeenten.site import layout as places

HEAD = """# Exhibits

Every figure and table of the notebooks, in their order. A picture leads to the drawing that can be enlarged
(SVG); the name under it leads to the place in the notebook that made it. Every exhibit has the numbers behind
it as CSV.
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
    parts = [HEAD]
    for notebook in layout.notebooks:
        own = rows[rows["notebook"] == notebook]
        if len(own):
            cards = "\n".join(_card(row, layout) for row in own.itertuples())
            parts.append(f'## {titles[notebook]}\n\n<div class="gallery">\n{cards}\n</div>\n')
    return "\n".join(parts)


def _card(row, layout):
    """Return one exhibit as HTML, on lines without a gap: a blank line would end it in Markdown."""
    home = f"{places.relative(places.html(layout.page(row.notebook)), places.GALLERY)}#{row.name}"
    mark = "<strong>SIMULATED.</strong> " if row.tier == "simulated" else ""
    files = [("CSV", "csv"), *([("SVG", "svg"), ("PNG", "png")] if row.kind == "figure" else [])]
    downloads = ", ".join(f'<a href="{row.name}.{kind}">{label}</a>' for label, kind in files)
    facts = (
        ("tier", f'<span class="tier {row.tier}">{row.tier}</span>'),
        ("n", escape(f"{row.n:,} {row.unit}".strip())),
        ("years", escape(str(row.years))),
        ("sources", _sources(row.sources, layout)),
        ("files", downloads),
    )
    listed = "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in facts)
    return (
        f'<article class="exhibit-card" id="{row.name}">\n{_picture(row)}\n'
        f'<h3><a href="{home}">{row.name}</a></h3>\n'
        f"<p>{mark}{escape(row.caption)}</p>\n<dl>{listed}</dl>\n</article>"
    )


def _picture(row):
    """Return the thumbnail of a figure; a table has its kind in words."""
    if row.kind != "figure":
        return '<p class="no-picture">table</p>'
    image = f'<img src="{row.name}.png" loading="lazy" alt="{escape(row.alt)}">'
    return f'<a class="thumbnail" href="{row.name}.svg">{image}</a>'


def _sources(told, layout):
    """Return the source tables, each linked to its part of the codebook."""
    names = [name for name in told.split(", ") if name]
    codebook = layout.page("data/README.md")
    if not names or not codebook:
        return escape(told) or "generated"
    book = places.relative(places.html(codebook), places.GALLERY)
    known = registry.entries()
    return ", ".join(f'<a href="{book}#{name}">{name}</a>' if name in known else name for name in names)
