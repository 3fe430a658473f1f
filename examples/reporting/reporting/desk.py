"""The server: asking it, reading lists page by page, and saying what went wrong."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol

from gql import Client, GraphQLRequest
from gql.transport.exceptions import TransportConnectionFailed, TransportError, TransportQueryError
from gql.transport.httpx import HTTPXTransport

DEFAULT_URL = "http://127.0.0.1:8080/graphql"
# A server gives itself 30 seconds for a request.
TIMEOUT_SECONDS = 40

Json = dict[str, Any]


class ReportError(Exception):
    """What kept a report from being made, in words for the person who wanted it."""


class LimitExceededError(ReportError):
    """More was asked for than the server gives at once."""


class Ask(Protocol):
    """Runs a document and gives the data of its answer."""

    def __call__(self, document: str, /, **variables: object) -> Json:
        """Raises `ReportError`, and `LimitExceededError` where smaller pages may help."""


class Desk:
    """Reads from a server in pages of one size."""

    def __init__(self, ask: Ask, page_size: int) -> None:
        """Begins with pages of `page_size` entries."""
        self.ask = ask
        self.page_size = page_size

    def pages(self, document: str, *path: str, after: str | None = None, **variables: object) -> Iterator[Json]:
        """Every page of the connection that stands at `path` of the answer, from `after` on.

        The document has the variables `$first` and `$after`. Where a page costs more than the server allows, this
        page and all later ones are half as large. Cursors do not depend on the size: nothing is read twice or left out.
        """
        while True:
            try:
                connection: Json = self.ask(document, first=self.page_size, after=after, **variables)
            except LimitExceededError:
                if self.page_size == 1:
                    raise
                self.page_size //= 2
                continue
            for key in path:
                if connection[key] is None:
                    raise ReportError(f"the account of the token may not read `{key}`, or it is gone")
                connection = connection[key]
            yield connection
            if not connection["pageInfo"]["hasNextPage"]:
                return
            after = connection["pageInfo"]["endCursor"]


@contextmanager
def connect(environment: Mapping[str, str], page_size: int) -> Iterator[Desk]:
    """The server that `DESKGRAPH_URL` names, read with the token `DESKGRAPH_TOKEN`."""
    url = environment.get("DESKGRAPH_URL") or DEFAULT_URL
    token = environment.get("DESKGRAPH_TOKEN")
    if not token:
        raise ReportError("DESKGRAPH_TOKEN is not set: README.md tells how to get a token")
    transport = HTTPXTransport(url, headers={"Authorization": f"Bearer {token}"}, timeout=TIMEOUT_SECONDS)
    try:
        with Client(transport=transport) as session:

            def ask(document: str, /, **variables: object) -> Json:
                try:
                    data: Json = session.execute(GraphQLRequest(document, variable_values=variables))
                except TransportError as error:
                    raise explained(error, url) from error
                return data

            yield Desk(ask, page_size)
    except UnicodeEncodeError as error:
        raise ReportError("DESKGRAPH_TOKEN is no token: it has characters that no token has") from error


def explained(error: TransportError, url: str) -> ReportError:
    """The same error, as the person can do something about it."""
    if isinstance(error, TransportQueryError) and error.errors:
        # The errors of one answer mostly have one cause, and the first one tells it.
        first = error.errors[0]
        message = first.get("message", "no message")
        match first.get("extensions", {}).get("code"):
            case "UNAUTHENTICATED":
                return ReportError("the token is not good: it has ended or was revoked, so make another one")
            case "LIMIT_EXCEEDED":
                return LimitExceededError(f"the server gives no more at once: {message}")
            case "SERVICE_UNAVAILABLE" | "REQUEST_TIMEOUT" as code:
                return ReportError(f"the server cannot answer at the moment ({code}): {message}")
            case code:
                return ReportError(f"the server refused ({code}): {message}")
    if isinstance(error, TransportConnectionFailed):
        return ReportError(f"nobody answers at {url}: {error}")
    return ReportError(f"what answers at {url} is no Deskgraph: {error}")
