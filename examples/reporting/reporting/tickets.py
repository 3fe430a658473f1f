"""How many tickets there are: by month, queue and customer, and how old the open ones are."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from reporting.desk import Desk, Json
from reporting.picture import BLUE, GREEN, GREY, ORANGE, PURPLE, SKY, VERMILION, new_figure, note, save, shortened

STATISTICS = """
query TicketStatistics($groupBy: [TicketGrouping!]!) {
  ticketStatistics(groupBy: $groupBy) { keys counts { open closed } }
}
"""

OPEN_TICKETS = """
query OpenTickets($first: Int!, $after: String) {
  tickets(view: OPEN, first: $first, after: $after, orderBy: { field: CREATED_AT, direction: ASC }) {
    nodes { number createdAt priority { name } }
    pageInfo { hasNextPage endCursor }
  }
}
"""

# Rows that a diagram has room for. The rest is one more row.
MOST_ROWS = 20
# Months that have a label.
MOST_MONTHS = 13
# Upper bounds in days.
AGES = {"1 day": 1, "1 week": 7, "1 month": 30, "3 months": 90, "1 year": 365}
OLDER = "older"
OPEN_AND_CLOSED = {"closed": SKY, "open": VERMILION}
STATE_COLOURS = {
    "new": SKY,
    "open": BLUE,
    "pending reminder": ORANGE,
    "pending auto": PURPLE,
    "closed": GREY,
    "merged": GREEN,
    "removed": VERMILION,
}
UNKNOWN_COLOUR = "black"
SETTLED = ["closed", "merged", "removed"]


def by_month(rows: Iterable[Json]) -> pd.DataFrame:
    """Open and closed tickets by the month they were made, months without any included."""
    table = pd.DataFrame(
        {row["keys"][0]: {"closed": row["counts"]["closed"], "open": row["counts"]["open"]} for row in rows},
        index=["closed", "open"],
    ).T.astype(int)
    if table.empty:
        return table
    table.index = pd.PeriodIndex(table.index, freq="M", name="month")
    months = pd.period_range(table.index.min(), table.index.max(), freq="M", name="month")
    return table.reindex(months, fill_value=0)


def by_queue(rows: Iterable[Json]) -> pd.DataFrame:
    """Tickets by queue and type of state; queues count for the one at the top of their path."""
    counts = [
        (queue.split("::")[0], state, row["counts"]["open"] + row["counts"]["closed"])
        for row in rows
        for queue, state in [row["keys"]]
    ]
    table = pd.DataFrame(counts, columns=["queue", "state", "tickets"]).pivot_table(
        index="queue", columns="state", values="tickets", aggfunc="sum", fill_value=0
    )
    known = [state for state in STATE_COLOURS if state in table]
    return largest(table[known + [state for state in table if state not in known]].astype(int), "other queues")


def by_customer(rows: Iterable[Json]) -> pd.DataFrame:
    """Open and closed tickets by CustomerID."""
    table = pd.DataFrame(
        {
            row["keys"][0] or "(no customer)": {"closed": row["counts"]["closed"], "open": row["counts"]["open"]}
            for row in rows
        },
        index=["closed", "open"],
    ).T.astype(int)
    return largest(table.rename_axis("customer"), "other customers")


def largest(table: pd.DataFrame, rest: str) -> pd.DataFrame:
    """The rows with the most tickets, the largest first, and one row more for all others."""
    ordered = table.loc[table.sum(axis="columns").sort_values(ascending=False, kind="stable").index]
    if len(ordered) <= MOST_ROWS:
        return ordered
    others = ordered.iloc[MOST_ROWS:].sum().to_frame(rest).T
    return pd.concat([ordered.iloc[:MOST_ROWS], others]).rename_axis(str(table.index.name))


def by_age(tickets: Iterable[Json], now: datetime) -> pd.DataFrame:
    """Tickets by their age and priority."""
    ages = [*AGES, OLDER]
    counts: dict[str, dict[str, int]] = {}
    for ticket in tickets:
        days = (now - datetime.fromisoformat(ticket["createdAt"])).total_seconds() / 86_400
        age = next((name for name, bound in AGES.items() if days <= bound), OLDER)
        priority = counts.setdefault(ticket["priority"]["name"], dict.fromkeys(ages, 0))
        priority[age] += 1
    return pd.DataFrame(dict(sorted(counts.items())), index=pd.Index(ages, name="age"))


def stack(axes: Axes, table: pd.DataFrame, colours: dict[str, str]) -> None:
    """Horizontal bars of the columns, one behind the other, the first row on top."""
    start = pd.Series(0, index=table.index)
    labels = [shortened(str(label), 32) for label in table.index]
    for column, counts in table.items():
        axes.barh(labels, counts, left=start, label=str(column), color=colours.get(str(column), UNKNOWN_COLOUR))
        start = start + counts
    for label, total in zip(labels, start, strict=True):
        note(axes, f"{total:,}", (total, label), above=False)
    axes.set_xlabel("tickets")
    axes.set_xlim(0, max(start.max(), 1) * 1.12)
    axes.margins(y=0.02)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
    axes.grid(visible=False, axis="y")
    axes.tick_params(axis="y", length=0)


def draw_months(table: pd.DataFrame, folder: Path) -> Path:
    """How many tickets each month brought."""
    figure = new_figure(8, 3.6)
    axes = figure.add_subplot()
    places = range(len(table))
    start = pd.Series(0, index=table.index)
    for column, colour in OPEN_AND_CLOSED.items():
        axes.bar(places, table[column], bottom=start, label=column, color=colour)
        start = start + table[column]
    step = len(table) // MOST_MONTHS + 1
    axes.set_xticks(places[::step], [f"{month:%b\n%Y}" for month in table.index[::step]])
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.grid(visible=False, axis="x")
    axes.set(title="Tickets by the month they were made", ylabel="tickets")
    figure.legend(loc="outside upper right", ncols=2)
    return save(folder, "tickets_by_month", figure, table)


def draw_queues(table: pd.DataFrame, folder: Path) -> Path:
    """How many tickets each queue has, and what kind of work goes on there."""
    figure = new_figure(9, 1.5 + 0.26 * len(table))
    everything, in_work = figure.subplots(ncols=2, sharey=True)
    settled = [column for column in table if column in SETTLED]
    work = table.drop(columns=settled)
    both = pd.DataFrame({"settled": table[settled].sum(axis="columns"), "in work": work.sum(axis="columns")})
    stack(everything, both, {"settled": SKY, "in work": VERMILION})
    everything.invert_yaxis()
    everything.set(title="All tickets by queue", ylabel="queue, those below it included")
    stack(in_work, work, STATE_COLOURS)
    in_work.set_title("Tickets in work by type of state")
    figure.legend(handles=everything.get_legend_handles_labels()[0], loc="outside lower left", ncols=2)
    figure.legend(handles=in_work.get_legend_handles_labels()[0], loc="outside lower right", ncols=len(work.columns))
    return save(folder, "tickets_by_queue", figure, table)


def draw_customers(table: pd.DataFrame, folder: Path) -> Path:
    """Which customers write the most tickets."""
    figure = new_figure(8, 1.4 + 0.24 * len(table))
    axes = figure.add_subplot()
    stack(axes, table, OPEN_AND_CLOSED)
    axes.invert_yaxis()
    axes.set(title="Tickets by customer", ylabel="CustomerID")
    figure.legend(loc="outside upper right", ncols=2)
    return save(folder, "tickets_by_customer", figure, table)


def draw_ages(table: pd.DataFrame, folder: Path) -> Path:
    """How long the open tickets have been waiting."""
    figure = new_figure(8, 3.6)
    axes = figure.add_subplot()
    # Light to dark in the order of the priorities, readable in grey too.
    shades = mpl.colormaps["cividis_r"].resampled(max(len(table.columns), 2))
    start = pd.Series(0, index=table.index)
    for number, (priority, counts) in enumerate(table.items()):
        axes.bar(table.index, counts, bottom=start, label=str(priority), color=shades(number), edgecolor="white")
        start = start + counts
    for age, total in start.items():
        note(axes, f"{total:,}", (str(age), total), above=True)
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_ylim(0, max(start.max(), 1) * 1.12)
    axes.grid(visible=False, axis="x")
    axes.set(title="Open tickets by age", xlabel="age, up to", ylabel="tickets")
    figure.legend(title="priority", loc="outside right upper", reverse=True)
    return save(folder, "open_tickets_by_age", figure, table)


def report(desk: Desk, folder: Path) -> list[Path]:
    """Reads the statistics and the open tickets, and draws them."""

    def statistics(*group_by: str) -> list[Json]:
        rows: list[Json] = desk.ask(STATISTICS, groupBy=group_by)["ticketStatistics"]
        return rows

    open_tickets = (ticket for page in desk.pages(OPEN_TICKETS, "tickets") for ticket in page["nodes"])
    drawings = {
        draw_months: by_month(statistics("CREATED_MONTH")),
        draw_queues: by_queue(statistics("QUEUE", "STATE_TYPE")),
        draw_customers: by_customer(statistics("CUSTOMER")),
        draw_ages: by_age(open_tickets, datetime.now(UTC)),
    }
    return [draw(table, folder) for draw, table in drawings.items() if not table.empty]
