"""Reading page by page, without a server."""

import pytest
from gql.transport.exceptions import TransportConnectionFailed, TransportProtocolError, TransportQueryError

from reporting.desk import Desk, Json, LimitExceededError, ReportError, connect, explained

URL = "http://127.0.0.1:8080/graphql"


class List:
    """A list of numbers that gives `most` at once."""

    def __init__(self, length: int, most: int) -> None:
        """Remembers what was asked for."""
        self.length = length
        self.most = most
        self.asked: list[tuple[int, str | None]] = []

    def __call__(self, document: str, /, **variables: object) -> Json:
        """One page."""
        first, after = variables["first"], variables["after"]
        assert isinstance(first, int)
        assert after is None or isinstance(after, str)
        self.asked.append((first, after))
        if first > self.most:
            raise LimitExceededError("too much")
        start = 0 if after is None else int(after) + 1
        nodes = list(range(start, min(start + first, self.length)))
        end = str(nodes[-1]) if nodes else None
        return {"list": {"nodes": nodes, "pageInfo": {"hasNextPage": start + first < self.length, "endCursor": end}}}


def read(desk: Desk, after: str | None = None) -> list[int]:
    """All entries of the list."""
    return [node for page in desk.pages("", "list", after=after) for node in page["nodes"]]


def test_the_page_size_is_constant() -> None:
    """Every page is asked for with the same size, and begins where the one before has ended."""
    numbers = List(7, most=100)
    assert read(Desk(numbers, 3)) == list(range(7))
    assert numbers.asked == [(3, None), (3, "2"), (3, "5")]


def test_reading_goes_on_from_a_cursor() -> None:
    """What comes before the cursor is not read again."""
    assert read(Desk(List(7, most=100), 3), after="4") == [5, 6]


def test_an_empty_list_is_one_page() -> None:
    """There is nothing to follow."""
    numbers = List(0, most=100)
    assert read(Desk(numbers, 3)) == []
    assert numbers.asked == [(3, None)]


def test_pages_that_cost_too_much_are_halved_for_good() -> None:
    """The page that was refused is asked for again, and all later lists begin with the smaller size."""
    numbers = List(5, most=2)
    desk = Desk(numbers, 10)
    assert read(desk) == list(range(5))
    assert numbers.asked == [(10, None), (5, None), (2, None), (2, "1"), (2, "3")]
    numbers.asked.clear()
    read(desk)
    assert numbers.asked[0] == (2, None)


def test_a_page_of_one_entry_is_not_halved() -> None:
    """Then the error is told."""
    with pytest.raises(LimitExceededError):
        read(Desk(List(5, most=0), 4))


def test_a_list_that_may_not_be_read_is_told() -> None:
    """A field that is null on the way to the list is no empty list."""
    desk = Desk(lambda _document, /, **_variables: {"customer": None}, 4)
    with pytest.raises(ReportError, match="customer"):
        list(desk.pages("", "customer", "customerUsers"))


@pytest.mark.parametrize("token", ["", None])
def test_a_token_is_needed(token: str | None) -> None:
    """Before anything is sent."""
    environment = {} if token is None else {"DESKGRAPH_TOKEN": token}
    with pytest.raises(ReportError, match="DESKGRAPH_TOKEN is not set"), connect(environment, 20):
        pass


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("UNAUTHENTICATED", "the token is not good"),
        ("FORBIDDEN", r"refused \(FORBIDDEN\): why"),
        ("GRAPHQL_VALIDATION_FAILED", r"refused \(GRAPHQL_VALIDATION_FAILED\): why"),
        ("SERVICE_UNAVAILABLE", r"cannot answer at the moment \(SERVICE_UNAVAILABLE\): why"),
        ("LIMIT_EXCEEDED", "no more at once: why"),
    ],
)
def test_codes_are_explained(code: str, expected: str) -> None:
    """By the code, with the message of the server where that says more."""
    error = explained(TransportQueryError("", errors=[{"message": "why", "extensions": {"code": code}}]), URL)
    with pytest.raises(ReportError, match=expected):
        raise error
    assert isinstance(error, LimitExceededError) == (code == "LIMIT_EXCEEDED")


def test_what_is_no_server_is_told() -> None:
    """With the address, which may be wrong."""
    assert "nobody answers at " + URL in str(explained(TransportConnectionFailed("refused"), URL))
    assert "is no Deskgraph" in str(explained(TransportProtocolError("not JSON"), URL))
