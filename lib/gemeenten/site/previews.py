"""A table's preview: its first cells, as the notebook shows them."""

from html import escape

from lxml import html

ROWS, COLUMNS = 3, 3
#: Characters of a cell; the whole text stands in the notebook.
LONGEST = 40


def preview(exhibit):
    """Return the head of a table and its first three rows, three columns of them, as an HTML table.

    Parameters
    ----------
    exhibit : str
        HTML of the exhibit in its notebook.
    """
    table = html.fragment_fromstring(exhibit, create_parent="div").find(".//table") if exhibit else None
    if table is None:
        return '<p class="preview">table</p>'
    head = "".join(f'<th scope="col">{_text(cell)}</th>' for cell in _cells(table.find("thead/tr")))
    rows = (
        "".join(f"<td>{_text(cell)}</td>" for cell in _cells(row)) for row in table.findall("tbody/tr")[:ROWS]
    )
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    return f'<div class="preview"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _cells(row):
    return [cell for cell in row if cell.tag in ("th", "td")][:COLUMNS]


def _text(cell):
    words = " ".join(cell.text_content().split())
    return escape(words if len(words) <= LONGEST else f"{words[: LONGEST - 1]}…")
