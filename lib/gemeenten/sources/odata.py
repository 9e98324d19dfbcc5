"""Read tables of Statistics Netherlands (CBS) through its OData 3 feed: paged, retried, refused when odd."""

import httpx
from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_exponential

from gemeenten.errors import DataError

FEED = "https://opendata.cbs.nl/ODataFeed/odata"
TIMEOUT = 60.0  # seconds; the feed answers a page of 10,000 rows in a few
ATTEMPTS = 4
PASSING = (429, 500, 502, 503, 504)


class Feed:
    """A CBS OData feed.

    Parameters
    ----------
    root : str
        Address of the feed; another one in tests.
    wait : float
        Seconds before the first retry; doubled at each further one.
    """

    def __init__(self, root=FEED, wait=1.0):
        self.root = root.rstrip("/")
        self._retrying = Retrying(
            stop=stop_after_attempt(ATTEMPTS),
            wait=wait_exponential(wait),
            retry=retry_if_exception(_may_pass),
            reraise=True,
        )

    def rows(self, table, resource="TypedDataSet", **options):
        """Yield the rows of a resource of a table, following the links from page to page.

        Parameters
        ----------
        table : str
            CBS table id, such as 37259ned.
        resource : str
            Such as TypedDataSet (numbers are numbers, missing is None) or RegioS.
        **options
            ``filter``, ``select``: OData query options without their dollar sign.

        Raises
        ------
        DataError
            If the source cannot be reached, refuses, or answers with anything but a page of rows: one line
            with the address.
        """
        query = {"$format": "json", **{f"${name}": value for name, value in options.items()}}
        address = str(httpx.URL(f"{self.root}/{table}/{resource}", params=query))
        while address:
            page = self._page(address)
            yield from page["value"]
            address = page.get("odata.nextLink")  # it carries all options: nothing may be added

    def _page(self, address):
        try:
            answer = self._retrying(self._get, address)
            page = answer.json()
            if not isinstance(page.get("value"), list):
                raise ValueError("no list of rows")
        except httpx.HTTPStatusError as error:
            raise DataError(
                f"{address}: answered {error.response.status_code}; is the table id right?"
            ) from None
        except httpx.HTTPError as error:
            raise DataError(f"{address}: cannot be reached ({error}); try again later") from None
        except (ValueError, AttributeError):
            raise DataError(
                f"{address}: answered with something else than rows in JSON; look at it"
            ) from None
        return page

    @staticmethod
    def _get(address):
        answer = httpx.get(address, timeout=TIMEOUT, follow_redirects=True)
        answer.raise_for_status()
        return answer


def _may_pass(error):
    """Return whether an error may pass by itself: the connection, too many requests, the server."""
    if isinstance(error, httpx.HTTPStatusError):
        return error.response.status_code in PASSING
    return isinstance(error, httpx.TransportError)
