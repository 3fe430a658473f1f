"""The client that ariadne-codegen makes of schema and documents: each document is run once against the server."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

import pytest
from desk import PATIENCE, SOCKET_URL, URL, authorization
from desk_client import Client, GraphQLClientGraphQLMultiError
from desk_client.enums import TicketGrouping, TicketView, UserErrorCode
from desk_client.input_types import CustomerFilter, StringFilter, TicketCreateInput, TicketReplyInput

T = TypeVar("T")


def run(what: Callable[[Client], Awaitable[T]]) -> T:
    """Runs something with a client that has signed in."""

    async def connected() -> T:
        headers = authorization()
        async with Client(URL, headers=headers, ws_url=SOCKET_URL, ws_connection_init_payload=headers) as client:
            return await what(client)

    return asyncio.run(connected())


# Each document that reads, and a place in its answer.
READING: dict[str, tuple[dict[str, Any], Callable[[Any], Any]]] = {
    "company_tickets": ({"view": TicketView.ALL}, lambda answer: answer.customers.nodes[0].tickets.nodes),
    "customer_detail": ({"customer_id": "acme"}, lambda answer: answer.customer.customer_users.nodes),
    "customer_information": ({"customer_id": "acme"}, lambda answer: answer.customer.name),
    "customer_list": ({"first": 5, "search": "acme"}, lambda answer: answer.customers.nodes),
    "customer_lookup": ({"customer_id": "acme"}, lambda answer: answer.customer.id),
    "customer_people": ({"customer_id": "acme"}, lambda answer: answer.customer.customer_users.nodes),
    "customer_tickets": ({"customer_id": "acme"}, lambda answer: answer.customer.all.nodes),
    "customer_user_detail": ({"login": "ann"}, lambda answer: answer.customer_user.effective_permissions),
    "customer_user_list": ({"first": 500}, lambda answer: answer.customer_users.nodes),
    "customer_user_tickets": ({"login": "ann"}, lambda answer: answer.customer_user.open.nodes),
    "group_members": ({"name": "support"}, lambda answer: answer.group.effective.edges),
    "my_tickets": ({}, lambda answer: answer.viewer.role),
    "permission_matrix": ({"first": 100}, lambda answer: answer.permission_matrix.rows),
    "settings": ({}, lambda answer: answer.settings.customer_permission_keys),
    "statistics": ({"group_by": [TicketGrouping.QUEUE]}, lambda answer: answer.ticket_statistics),
    "ticket_list": ({"view": TicketView.ALL, "first": 500}, lambda answer: answer.tickets.nodes),
}
# Those that the other tests below run.
OTHERS = {"answer_ticket", "nodes", "open_ticket", "ticket_changed", "ticket_detail"}


@pytest.mark.parametrize("name", READING)
def test_the_answer_is_of_the_generated_type(name: str) -> None:
    variables, place = READING[name]
    assert place(run(lambda client: getattr(client, name)(**variables)))


def test_no_document_is_left_out() -> None:
    made = {name for name in vars(Client) if not name.startswith("_")}
    assert made == READING.keys() | OTHERS


def test_filters_are_typed() -> None:
    chosen = CustomerFilter(name=StringFilter(contains="corporation"))
    customers = run(lambda client: client.customer_list(filter_=chosen)).customers
    assert [customer.customer_id for customer in customers.nodes] == ["acme"]


def test_a_ticket_is_opened_answered_and_told_of() -> None:
    async def ticket(client: Client) -> None:
        opening = TicketCreateInput(customerUserLogin="bob", queue="Support", title="Printer", body="It burns.")
        wrong = (await client.open_ticket(opening.model_copy(update={"queue": "Nowhere"}))).ticket_create
        assert wrong.ticket is None
        assert [(error.code, error.path) for error in wrong.user_errors] == [
            (UserErrorCode.NOT_FOUND, ["input", "queue"])
        ]
        opened = (await client.open_ticket(opening)).ticket_create
        assert opened.user_errors == []
        assert opened.ticket
        number = opened.ticket.number

        async def answer() -> None:
            """Goes on until the subscriber has heard of it, who is not told when the subscription has begun."""
            for _ in range(100):
                await client.answer_ticket(number, TicketReplyInput(body="Still.", isVisibleForCustomer=True))
                await asyncio.sleep(0.6)

        answering = asyncio.create_task(answer())
        try:
            async with asyncio.timeout(PATIENCE):
                async for event in client.ticket_changed():
                    changed = event.ticket_changed.ticket
                    if changed.number == number and changed.articles.nodes[0].body == "Still.":
                        break
        finally:
            answering.cancel()
        found = (await client.ticket_detail(number)).ticket
        assert found
        assert [article.body for article in found.articles.nodes][:2] == ["It burns.", "Still."]
        assert abs((datetime.now(UTC) - found.created_at).total_seconds()) < 60

    run(ticket)


def test_records_are_found_by_id() -> None:
    async def found(client: Client) -> list[Any]:
        customer = (await client.customer_lookup("acme")).customer
        assert customer
        return list((await client.nodes([customer.id, "nothing"])).nodes)

    acme, nothing = run(found)
    assert (acme.typename__, acme.customer_id) == ("Customer", "acme")
    assert nothing is None


def test_errors_have_codes() -> None:
    with pytest.raises(GraphQLClientGraphQLMultiError) as error:
        run(lambda client: client.customer_list(first=100_000))
    assert [each.extensions["code"] for each in error.value.errors] == ["LIMIT_EXCEEDED"]
