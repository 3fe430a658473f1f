"""A server of its own for the tests that need one."""

import os
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from reporting.desk import Json

START_SECONDS = 60


@dataclass(frozen=True)
class Server:
    """A running server and an API token of its administrator."""

    url: str
    token: str

    def ask(self, query: str) -> Json:
        """The data of one answer, read without any code of the reports."""
        return ask(self.url, self.token, query)


def ask(url: str, token: str, query: str) -> Json:
    """Runs a query."""
    answer = httpx.post(url, json={"query": query}, headers={"authorization": f"Bearer {token}"}, timeout=60).json()
    assert "errors" not in answer, answer
    data: Json = answer["data"]
    return data


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The program that `DESKGRAPH` names, over a demo database."""
    program = os.environ.get("DESKGRAPH")
    if not program:
        pytest.skip("DESKGRAPH does not name the program")
    program = str(Path(program).resolve())
    place = tmp_path_factory.mktemp("server")
    settings = {"DESKGRAPH_HTTP__LISTEN": "127.0.0.1:0", "DESKGRAPH_GROUPS__CUSTOMER_GROUP_SUPPORT": "true"}
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DESKGRAPH")} | settings
    with (place / "out").open("w") as out, (place / "log").open("w") as log:
        process = subprocess.Popen([program, "serve", "--demo"], cwd=place, env=environment, stdout=out, stderr=log)
    try:
        url = address(process, place)
        command = [program, "token", "root@localhost"]
        access = subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True, check=True)
        made = ask(url, access.stdout.strip(), 'mutation { apiTokenCreate(name: "reports") { secret } }')
        yield Server(url, made["apiTokenCreate"]["secret"])
    finally:
        process.terminate()
        process.wait(timeout=START_SECONDS)


def address(process: subprocess.Popen[bytes], place: Path) -> str:
    """Where the server answers, as soon as it does."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        for line in (place / "out").read_text().splitlines():
            if line.startswith("Deskgraph answers at "):
                return line.split()[-1]
        time.sleep(0.1)
    pytest.fail(f"the server did not start: {(place / 'log').read_text()}")
