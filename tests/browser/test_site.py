"""The book in a browser: its search finds a claim, and the verdict board leads to its notebook."""

import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import expect

LONGEST = 180  # s to build the site on two busy cores


class Silent(SimpleHTTPRequestHandler):
    """A server of files that writes no log."""

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture(scope="module")
def book(site_in_the_making):
    """Return the address of the site, built anew."""
    pytest.importorskip("sphinx", reason="the tools for the book are not installed")
    folder, process = site_in_the_making
    told, _ = process.communicate(timeout=LONGEST)
    assert process.returncode == 0, told[-1000:]
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Silent, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_the_search_of_the_book_finds_a_claim(page, book, picture):
    page.goto(f"{book}/index.html")
    picture(page, "book")
    page.goto(f"{book}/search.html?q=C11")
    results = page.locator("#search-results li a")
    expect(results.first).to_be_visible()
    addresses = [link.get_attribute("href") for link in results.all()]
    assert addresses
    results.first.click()
    expect(page.locator("main")).to_contain_text("C11")
