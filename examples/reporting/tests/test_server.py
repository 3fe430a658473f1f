"""The whole example, run against a server as the README says."""

import os
import re
import socket
import struct
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from reporting.permissions import label
from tests.conftest import Server

HERE = Path(__file__).parent.parent
PICTURES = {
    "open_tickets_by_age",
    "permissions_of_customers_1",
    "permissions_of_people_1",
    "permissions_of_people_2",
    "permissions_of_people_3",
    "tickets_by_customer",
    "tickets_by_month",
    "tickets_by_queue",
}


def run(command: str, place: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs one command of the README in an empty folder."""
    others = {name: value for name, value in os.environ.items() if not name.startswith("DESKGRAPH")}
    program, *arguments = command.split()
    assert program == "python"
    variables = others | environment | {"PYTHONPATH": str(HERE)}
    return subprocess.run(
        [sys.executable, *arguments], cwd=place, env=variables, capture_output=True, text=True, check=False
    )


def command_of_the_readme() -> str:
    """What stands there to run the example."""
    [command] = re.findall(r"^python -m reporting.*$", (HERE / "README.md").read_text(), re.MULTILINE)
    return str(command)


@pytest.fixture(scope="module")
def output(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with everything that the example has made."""
    place = tmp_path_factory.mktemp("example")
    done = run(command_of_the_readme(), place, DESKGRAPH_URL=server.url, DESKGRAPH_TOKEN=server.token)
    assert done.returncode == 0, done.stderr
    assert {Path(line).stem for line in done.stdout.splitlines()} == PICTURES
    return place / "output"


def table(output: Path, name: str, labels: int = 1) -> pd.DataFrame:
    """The numbers of a picture."""
    return pd.read_csv(output / f"{name}.csv", index_col=list(range(labels)), keep_default_na=False)


def test_every_picture_is_drawn(output: Path) -> None:
    """As a PNG of a useful size that is not empty."""
    assert {path.stem for path in output.glob("*.png")} == PICTURES
    for path in output.glob("*.png"):
        content = path.read_bytes()
        assert content.startswith(b"\x89PNG\r\n\x1a\n"), path
        width, height = struct.unpack(">II", content[16:24])
        assert 600 <= width <= 2000, path
        assert 300 <= height <= 2000, path
        assert 5_000 < len(content) < 100_000, path


def test_the_pictures_of_the_readme_are_there() -> None:
    """Each less than 100 kB, and one of those that the example makes."""
    named = re.findall(r"\]\((pictures/\w+\.png)\)", (HERE / "README.md").read_text())
    assert named
    for name in named:
        assert Path(name).stem in PICTURES
        assert (HERE / name).stat().st_size < 100_000


def test_ticket_numbers(server: Server, output: Path) -> None:
    """The tables add up to what the lists of tickets count."""
    counted = server.ask(
        "{ all: tickets { totalCount } open: tickets(view: OPEN) { totalCount } "
        'support: tickets(filter: { queues: ["Support", "Support::Mail", "Support::Desktop", '
        '"Support::Desktop::Printers"] }) { totalCount } '
        'november: tickets(filter: { createdAt: { since: "2025-11-01T00:00:00Z", before: "2025-12-01T00:00:00Z" } })'
        " { totalCount } }"
    )
    months, queues = table(output, "tickets_by_month"), table(output, "tickets_by_queue")
    customers, ages = table(output, "tickets_by_customer"), table(output, "open_tickets_by_age")
    total, is_open = counted["all"]["totalCount"], counted["open"]["totalCount"]
    assert total > 0
    assert [frame.to_numpy().sum() for frame in (months, queues, customers)] == [total] * 3
    assert [months["open"].sum(), customers["open"].sum(), ages.to_numpy().sum()] == [is_open] * 3
    assert queues.loc["Support"].sum() == counted["support"]["totalCount"]
    assert months.loc["2025-11"].sum() == counted["november"]["totalCount"]
    large = server.ask('{ customer(customerId: "K-00001") { ticketCounts { open closed } } }')["customer"]
    assert customers.loc["K-00001"].to_dict() == large["ticketCounts"]


def test_permissions(server: Server, output: Path) -> None:
    """Each person's row is what the permission matrix of the server has for them."""
    found = pd.concat([table(output, f"permissions_of_people_{number}", labels=2) for number in (1, 2, 3)])
    matrix = server.ask(
        "{ permissionMatrix(first: 200) { groups { name } rows { customerUser { login } cells } "
        "pageInfo { hasNextPage } } }"
    )["permissionMatrix"]
    assert not matrix["pageInfo"]["hasNextPage"]
    assert found.columns.tolist() == [group["name"] for group in matrix["groups"]]
    direct = {row["customerUser"]["login"]: [label(cell) for cell in row["cells"]] for row in matrix["rows"]}
    ours = {index[1]: row for index, row in zip(found.index, found.to_numpy().tolist(), strict=True)}
    # Who belongs to no valid customer is in the matrix of the server only.
    reached = server.ask("{ customerUsers(first: 500) { nodes { login customers(first: 9) { nodes { validity } } } } }")
    expected = {
        user["login"]
        for user in reached["customerUsers"]["nodes"]
        if any(customer["validity"] == "VALID" for customer in user["customers"]["nodes"])
    }
    assert ours.keys() == expected
    assert ours == {login: direct[login] for login in ours}
    assert sum(cell != "" for row in ours.values() for cell in row) > len(ours)


def test_permissions_by_customer(server: Server, output: Path) -> None:
    """The counts of one customer, over its people."""
    people = server.ask(
        '{ customer(customerId: "acme") { customerUsers { totalCount nodes '
        "{ effectivePermissions { group { name } } } } } }"
    )["customer"]["customerUsers"]
    row = table(output, "permissions_of_customers_1").loc["acme"]
    assert row["people"] == people["totalCount"]
    for group in row.index.drop("people"):
        holders = [
            user
            for user in people["nodes"]
            if group in [held["group"]["name"] for held in user["effectivePermissions"]]
        ]
        assert row[group] == len(holders), group


def test_pages_that_are_too_expensive_change_nothing(server: Server, output: Path, tmp_path: Path) -> None:
    """The server refuses 500 customers with 500 people each; three are many pages."""
    for size in ("500", "3"):
        command = f"python -m reporting permissions --page-size {size} --output {tmp_path / size}"
        done = run(command, tmp_path, DESKGRAPH_URL=server.url, DESKGRAPH_TOKEN=server.token)
        assert done.returncode == 0, done.stderr
        for path in (tmp_path / size).iterdir():
            assert path.read_bytes() == (output / path.name).read_bytes(), path


def test_what_goes_wrong_is_one_line(server: Server, tmp_path: Path) -> None:
    """And the exit code is 1."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        away = f"http://127.0.0.1:{unused.getsockname()[1]}/graphql"
        cases = [
            ({"DESKGRAPH_URL": server.url}, "DESKGRAPH_TOKEN is not set"),
            ({"DESKGRAPH_URL": server.url, "DESKGRAPH_TOKEN": "dgt_none"}, "the token is not good"),
            ({"DESKGRAPH_URL": server.url, "DESKGRAPH_TOKEN": "dgt_ä"}, "is no token"),
            ({"DESKGRAPH_URL": away, "DESKGRAPH_TOKEN": server.token}, "nobody answers at"),
            ({"DESKGRAPH_URL": server.url + "/x", "DESKGRAPH_TOKEN": server.token}, "refused (BAD_USER_INPUT)"),
        ]
        for environment, expected in cases:
            done = run("python -m reporting", tmp_path, **environment)
            assert done.returncode == 1
            assert expected in done.stderr
            assert done.stderr.count("\n") == 1, done.stderr
