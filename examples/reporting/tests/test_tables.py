"""What the reports make of answers, without a server."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from reporting import permissions, tickets
from reporting.desk import Desk, Json
from reporting.permissions import Person, label, of_customers, of_people, parts, people
from reporting.picture import shortened
from reporting.tickets import MOST_ROWS, by_age, by_customer, by_month, by_queue

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def row(*keys: str, is_open: int = 0, closed: int = 0) -> Json:
    """A row of the statistics."""
    return {"keys": list(keys), "counts": {"open": is_open, "closed": closed}}


def test_months_without_tickets_are_shown() -> None:
    """Also over the end of a year."""
    table = by_month([row("2025-11", closed=4), row("2026-02", is_open=1, closed=2)])
    assert [str(month) for month in table.index] == ["2025-11", "2025-12", "2026-01", "2026-02"]
    assert table["closed"].tolist() == [4, 0, 0, 2]
    assert table["open"].tolist() == [0, 0, 0, 1]


def test_queues_count_for_the_one_at_the_top() -> None:
    """States in a fixed order, unknown ones last, the largest queue first."""
    rows = [
        row("Sales", "closed", closed=1),
        row("Support", "waiting", closed=2),
        row("Support::Mail", "new", is_open=3),
        row("Support::Mail::Spam", "new", is_open=1),
    ]
    table = by_queue(rows)
    assert table.index.tolist() == ["Support", "Sales"]
    assert table.columns.tolist() == ["new", "closed", "waiting"]
    assert list(table.loc["Support"]) == [4, 0, 2]


def test_the_smallest_customers_are_one_row() -> None:
    """Nothing is lost by it, and tickets without a customer have a name."""
    rows = [row(f"c{number:02}", closed=number) for number in range(1, MOST_ROWS + 3)]
    table = by_customer([row("", is_open=100), *rows])
    assert table.index[0] == "(no customer)"
    assert table.index[-1] == "other customers"
    assert len(table) == MOST_ROWS + 1
    assert list(table.loc["other customers"]) == [1 + 2 + 3, 0]
    assert table.to_numpy().sum() == 100 + sum(range(MOST_ROWS + 3))


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        (timedelta(hours=24), "1 day"),
        (timedelta(hours=24, seconds=1), "1 week"),
        (timedelta(days=90), "3 months"),
        (timedelta(days=365), "1 year"),
        (timedelta(days=366), "older"),
    ],
)
def test_ages_include_their_bound(age: timedelta, expected: str) -> None:
    """A ticket stands in one column only."""
    ticket = {"createdAt": (NOW - age).isoformat().replace("+00:00", "Z"), "priority": {"name": "3 normal"}}
    table = by_age([ticket], NOW)
    assert table["3 normal"][table["3 normal"] > 0].to_dict() == {expected: 1}


@pytest.mark.parametrize(
    ("permissions", "expected"),
    [([], ""), (["ro"], "ro"), (["ro", "note", "owner"], "ro+2"), (["ro", "note", "rw"], "rw")],
)
def test_labels_are_short(permissions: list[str], expected: str) -> None:
    """`rw` stands for all."""
    assert label(permissions) == expected


def test_the_matrices() -> None:
    """Somebody with two customers is one person, but counts for each of them."""
    ann = {"support": ["ro", "rw"]}
    found = [
        Person("acme", "ann", "acme", ann),
        Person("acme", "bob", "acme", {}),
        Person("globex", "ann", "acme", ann),
        Person("globex", "gus", "globex", {"sales": ["ro"]}),
    ]
    columns = ["sales", "support"]
    persons = of_people(found, columns)
    assert persons.index.tolist() == [("acme", "ann"), ("acme", "bob"), ("globex", "gus")]
    assert persons.to_numpy().tolist() == [["", "rw"], ["", ""], ["ro", ""]]
    customers = of_customers(found, columns)
    assert customers.to_dict("index") == {
        "acme": {"people": 2, "sales": 0, "support": 1},
        "globex": {"people": 2, "sales": 1, "support": 1},
    }


def test_people_of_large_customers_are_read_to_the_end() -> None:
    """The first page comes with the customer, the others on their own."""
    logins = ["a", "b", "c", "d", "e"]

    def page(first: int, start: int) -> Json:
        nodes = [{"login": login, "customerId": "acme", "effectivePermissions": []} for login in logins[start:][:first]]
        end = start + len(nodes)
        return {"nodes": nodes, "pageInfo": {"hasNextPage": end < len(logins), "endCursor": str(end)}}

    def ask(_document: str, /, **variables: object) -> Json:
        first, after = int(str(variables["first"])), variables["after"]
        if "customerId" in variables:
            return {"customer": {"customerUsers": page(first, int(str(after)))}}
        customer = {"customerId": "acme", "customerUsers": page(first, 0)}
        return {"customers": {"nodes": [customer], "pageInfo": {"hasNextPage": False, "endCursor": "1"}}}

    assert [person.login for person in people(Desk(ask, 2))] == logins


def test_permissions_that_may_not_be_seen_are_not_shown_as_none() -> None:
    """A person with no permissions is in the matrix, one with secret permissions is not."""
    nodes = [
        {"login": "ann", "customerId": "acme", "effectivePermissions": []},
        {"login": "bob", "customerId": "acme", "effectivePermissions": None},
    ]
    end = {"hasNextPage": False, "endCursor": "1"}
    customer = {"customerId": "acme", "customerUsers": {"nodes": nodes, "pageInfo": end}}
    answer = {"customers": {"nodes": [customer], "pageInfo": end}}
    assert [person.login for person in people(Desk(lambda _document, /, **_variables: answer, 2))] == ["ann"]


def test_an_empty_server_has_nothing_to_show(tmp_path: Path) -> None:
    """No picture is drawn of nothing."""
    page = {"nodes": [], "pageInfo": {"hasNextPage": False, "endCursor": None}}
    answer = {"ticketStatistics": [], "tickets": page, "groups": page, "customers": page}
    desk = Desk(lambda _document, /, **_variables: answer, 2)
    assert tickets.report(desk, tmp_path) + permissions.report(desk, tmp_path) == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("is_open", "state"), [(0, "closed"), (1, "new")])
def test_one_ticket_is_enough_for_a_picture(is_open: int, state: str, tmp_path: Path) -> None:
    """Also where nothing is in work, or nothing is settled."""
    counted = {"is_open": is_open, "closed": 1 - is_open}
    tickets.draw_months(by_month([row("2026-11", **counted)]), tmp_path)
    tickets.draw_queues(by_queue([row("Support", state, **counted)]), tmp_path)
    tickets.draw_customers(by_customer([row("acme", **counted)]), tmp_path)
    assert len(list(tmp_path.glob("*.png"))) == 3


def test_long_matrices_are_parted_evenly() -> None:
    """Rather than with a last picture of one row."""
    assert [len(part) for part in parts(pd.DataFrame({"a": range(51)}))] == [26, 25]
    assert parts(pd.DataFrame({"a": []})) == []


def test_long_labels_are_cut() -> None:
    """With a sign that there was more."""
    assert shortened("acme", 4) == "acme"
    assert shortened("acme holding", 6) == "acme…"
