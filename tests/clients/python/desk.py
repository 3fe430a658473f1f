"""The server that `run` has started."""

import os
from functools import cache

import httpx

URL = os.environ["DESKGRAPH_URL"]
SOCKET_URL = URL.replace("http", "ws", 1)
SIGN_IN = """
mutation { login(realm: AGENT, login: "root@localhost", password: "deskgraph-demo") { accessToken } }
"""
# How long an event may take, in seconds. Changes are looked for twice a second.
PATIENCE = 10


@cache
def authorization() -> dict[str, str]:
    """Signs in, and gives the header that goes with every request, and into the first message of a socket."""
    answer = httpx.post(URL, json={"query": SIGN_IN}).json()
    return {"Authorization": f"Bearer {answer['data']['login']['accessToken']}"}
