"""The command line: `python -m reporting --help`."""

import os
import sys
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path

from reporting import permissions, tickets
from reporting.desk import Desk, ReportError, connect

# A report reads from the server, writes into the folder, and gives the files that are to be looked at. There are none
# where there is nothing to show.
REPORTS: dict[str, Callable[[Desk, Path], list[Path]]] = {
    "tickets": tickets.report,
    "permissions": permissions.report,
}


def page_size(text: str) -> int:
    """A page size from the command line."""
    size = int(text)
    if size < 1:
        raise ValueError
    return size


def main() -> int:
    """Makes the reports that were named; the exit code is 1 where one could not be made."""
    parser = ArgumentParser("reporting", description="Draws reports about the customers and tickets of a server.")
    parser.add_argument("reports", nargs="*", metavar="REPORT", help=f"{' or '.join(REPORTS)}; all where none is named")
    parser.add_argument("--output", type=Path, default=Path("output"), help="folder for the pictures (%(default)s)")
    parser.add_argument("--page-size", type=page_size, default=20, help="entries on a page (%(default)s)")
    arguments = parser.parse_args()
    names = arguments.reports or list(REPORTS)
    for name in names:
        if name not in REPORTS:
            parser.error(f"there is no report {name}: choose from {', '.join(REPORTS)}")
    try:
        arguments.output.mkdir(parents=True, exist_ok=True)
        with connect(os.environ, arguments.page_size) as desk:
            for name in names:
                paths = [str(path) for path in REPORTS[name](desk, arguments.output)]
                print(*paths or [f"nothing to show: {name}"], sep="\n")
    except (ReportError, OSError) as error:
        print(f"reporting: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
