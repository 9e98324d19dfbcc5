"""A notebook without what differs from run to run: two runs give the same bytes."""

import hashlib
import json
import re
from collections import Counter

KERNEL = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
LANGUAGE = {
    "name": "python",
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
}
#: What an author chooses about a cell; the rest is the trace of a run or a front end.
KEPT_OF_A_CELL = ("tags", "jupyter")
WIDGETS = "application/vnd.jupyter.widget-state+json"
VIEW = "application/vnd.jupyter.widget-view+json"
PICTURE = re.compile(r"data:image/[a-z+]+;base64,[A-Za-z0-9+/=]+")


def clean(notebook, widgets=False):
    """Return an executed notebook with stable metadata, cell ids and, in the app, widget ids.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        Changed in place.
    widgets : bool
        Keep widget state, with ids in order of appearance instead of random ones.

    Returns
    -------
    nbformat.NotebookNode
    """
    state = notebook.metadata.get("widgets")
    notebook.metadata = type(notebook)(
        kernelspec=type(notebook)(KERNEL), language_info=type(notebook)(LANGUAGE)
    )
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    for cell in notebook.cells:
        kept = {key: cell.metadata[key] for key in KEPT_OF_A_CELL if key in cell.metadata}
        cell.metadata = type(notebook)(kept)
    _steady_ids(notebook.cells)
    if widgets and state:
        notebook.metadata["widgets"] = state
        _steady_widgets(notebook)
    return notebook


def _steady_ids(cells):
    """Give cells without an id of their own one that follows from their place and content."""
    counts = Counter(cell.get("id") for cell in cells)
    for place, cell in enumerate(cells):
        if not cell.get("id") or counts[cell["id"]] > 1:
            text = f"{place} {cell.cell_type} {cell.source}"
            cell["id"] = hashlib.sha256(text.encode()).hexdigest()[:8]


def _steady_widgets(notebook):
    """Give widgets numbers in order of appearance; drop those that nothing shows, and their pictures.

    A picture inside widget state is checked by nothing and differs between processors: its alt text stays.
    """
    import nbformat

    models = notebook.metadata["widgets"][WIDGETS]["state"]
    order = {}

    def visit(model):
        if model not in order and model in models:
            order[model] = f"{len(order) + 1:032x}"
            for child in re.findall(r"IPY_MODEL_([0-9a-f]{32})", json.dumps(models[model], sort_keys=True)):
                visit(child)

    for output in (output for cell in notebook.cells for output in cell.get("outputs", [])):
        visit(output.get("data", {}).get(VIEW, {}).get("model_id"))
    for unseen in set(models) - set(order):
        del models[unseen]
    text = PICTURE.sub("data:,", json.dumps(notebook.metadata["widgets"]))
    notebook.metadata["widgets"] = json.loads(text)
    text = re.sub(r"[0-9a-f]{32}", lambda id_: order.get(id_[0], id_[0]), json.dumps(notebook))
    notebook.update(nbformat.from_dict(json.loads(text)))
