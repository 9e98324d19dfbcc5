"""What a person does with a notebook in JupyterLab: open it, run it, read it, change a cell."""

import json
import re

from playwright.sync_api import expect

RUN = 120_000  # ms for all cells of one notebook; the slowest opened here takes about 15 s on two cores
ERRORS = '.jp-OutputArea-output[data-mime-type$="vnd.jupyter.error"], [data-mime-type$="vnd.jupyter.stderr"]'
#: No cell is yet to run and the kernel rests; a folded cell has no number to be seen.
FINISHED = """() => document.querySelector('.jp-Notebook-ExecutionIndicator[data-status="idle"]')
  && [...document.querySelectorAll('.jp-Notebook .jp-CodeCell .jp-InputPrompt')]
    .every(prompt => !['[ ]:', '[*]:'].includes(prompt.textContent.trim()))"""


class Lab:
    """A notebook opened in JupyterLab in the browser's `page`."""

    def __init__(self, page, address, path):
        self.page = page
        page.goto(f"{address}/lab/tree/{path}?reset")
        page.locator(".jp-StatusBar-Widget").get_by_text("Python 3 (ipykernel) | Idle").wait_for()
        self.code = page.locator(".jp-Notebook .jp-CodeCell")

    def run_all(self):
        """Choose Run > Run All Cells and wait until every code cell has run."""
        self.page.get_by_role("menuitem", name="Run", exact=True).click()
        self.page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        self.page.wait_for_function(FINISHED, timeout=RUN)

    def errors(self):
        """Return the text of every error and warning among the outputs."""
        return self.page.locator(ERRORS).all_inner_texts()

    def pictures(self):
        """Return (exhibit, alt text, width in pixels) of every picture that the notebook shows."""
        return self.page.eval_on_selector_all(
            ".jp-Notebook figure[data-exhibit] img",
            "found => found.map(i => [i.closest('figure').dataset.exhibit, i.alt, i.naturalWidth])",
        )

    def cell(self, text):
        """Return the code cell whose code holds `text`."""
        return self.code.filter(has=self.page.locator(".cm-content", has_text=text))

    def change_first_line(self, cell, line):
        """Type a new first line in a cell and run it."""
        cell.locator(".cm-content").click()
        for key in ("Control+Home", "Shift+End"):
            self.page.keyboard.press(key)
        self.page.keyboard.type(line)
        self.page.keyboard.press("Shift+Enter")


def figures_of(path):
    """Return the names of the figures that a committed notebook shows, in order."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    shown = "".join(json.dumps(cell.get("outputs", [])) for cell in cells)
    return re.findall(r'<figure data-exhibit=\\*"([^"\\]+)\\*"><img', shown)


def see(locator, text):
    """Wait until `text` is to be seen there."""
    expect(locator).to_contain_text(text, timeout=RUN)
