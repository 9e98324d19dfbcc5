"""A committed notebook as a page: outputs as they are, pictures as files, code folded in essays."""

import base64
import json
import re
from html import escape

from gemeenten import notebook_book
from gemeenten.exhibit_files import sha256
from gemeenten.notebook_book import joined
from gemeenten.site import layout as places

WIDGET = "application/vnd.jupyter.widget-view+json"
WITHOUT_WIDGET = "*An interactive control stands here. It works in JupyterLab: run this notebook there.*"
FIGURE = re.compile(r'<figure data-exhibit="([^"]+)">')
DATA = re.compile(r"(?<= Data: )figures/([A-Za-z0-9_]+)\.csv(?=\.</small>)")
PICTURE = re.compile(r'(<img\b[^>]*?\bsrc=")data:image/png;base64,([A-Za-z0-9+/=\s]+)"')
#: Rooms in which the code is the lesson; elsewhere it folds away and the reader opens it.
CODE_SHOWN = ("notebooks/tutorials/", "notebooks/app/")
#: What the reader presses to see the answer of an exercise; other folded cells say "Show the code".
SOLUTION = {"code_prompt_show": "Show the solution", "code_prompt_hide": "Hide the solution"}


def problems(path):
    """Return why the notebook at `path` cannot be a page, one line each; nothing when it can.

    Raises
    ------
    NotebookError
        If it is missing or not a notebook.
    """
    book = notebook_book.read(path)
    kinds = [
        (cell, {output.get("output_type") for output in cell.outputs}, cell.count is None)
        for cell in book.code
    ]
    failed = [
        f"{cell.name} ends in an error; mend and run it" for cell, shown, _ in kinds if "error" in shown
    ]
    empty = [cell.name for cell, _, unrun in kinds if unrun and cell.source.strip()]
    return failed + ([f"{', '.join(empty)} not run; run `gemeenten execute` first"] if empty else [])


def render(source, page, links):
    """Return the notebook `source` as the JSON text that Sphinx renders as `page`.

    Parameters
    ----------
    source, page : str
        Path of the notebook from the root, and of the page in the site.
    links : gemeenten.site.links.Links
    """
    book = json.loads((links.layout.root / source).read_text(encoding="utf-8"))
    folded = not source.startswith(CODE_SHOWN)
    for cell in book["cells"]:
        if cell["cell_type"] == "markdown":
            cell["source"] = links.markdown(joined(cell["source"]), source, page)
        elif cell["cell_type"] == "code":
            cell["outputs"] = [_output(output, source, page, links) for output in cell["outputs"]]
            tags = cell["metadata"].setdefault("tags", [])
            tags += ["hide-input"] if folded and "hide-input" not in tags else []
            cell["metadata"] |= {"mystnb": SOLUTION} if "solution" in tags else {}
    book["metadata"].pop("widgets", None)
    book["metadata"].setdefault("language_info", {"name": "python", "pygments_lexer": "ipython3"})
    _offer_file(book, source)
    return json.dumps(book, indent=1, sort_keys=True, ensure_ascii=False)


def _offer_file(book, source):
    """Put a link to the notebook file under the title."""
    file = escape(source.rsplit("/", 1)[-1])
    offer = f'\n\n<p class="notebook-file"><a href="{file}" download>Notebook file: {file}</a></p>\n'
    for cell in book["cells"][:1]:
        cell["source"] = re.sub(r"\A\s*# [^\n]*", lambda title: title[0] + offer, joined(cell["source"]))


def _output(output, source, page, links):
    """Return one output with its links turned, pictures of saved exhibits as files, and no live widget."""
    data = {mime: value for mime, value in output.get("data", {}).items() if mime != WIDGET}
    if "data" not in output:
        return output
    if WIDGET in output["data"] and not {"text/html", "text/markdown"} & {*data}:
        data = {"text/markdown": WITHOUT_WIDGET}
    if "text/html" in data:
        data["text/html"] = _exhibit(links.html(joined(data["text/html"]), source, page), page, links.layout)
    if "text/markdown" in data:
        data["text/markdown"] = links.markdown(joined(data["text/markdown"]), source, page)
    return {**output, "data": data}


def _exhibit(html, page, layout):
    """Return an exhibit's HTML with an anchor, its data linked, its picture from figures/ when the same."""
    found = FIGURE.match(html)
    if not found:
        return html
    name = found[1]
    digest = layout.exhibits.get(name, {}).get("sha256", {}).get("png")
    file = places.relative(f"figures/{name}.png", page)

    def picture(match):
        same = sha256(base64.b64decode(match[2])) == digest
        return f'{match[1]}{file}" loading="lazy"' if same else match[0]

    anchored = f'<figure id="{name}" class="exhibit" data-exhibit="{name}">'
    linked = DATA.sub(rf'<a href="{places.relative("figures", page)}/\1.csv">\g<0></a>', html[found.end() :])
    return PICTURE.sub(picture, anchored + linked)
