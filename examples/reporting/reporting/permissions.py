"""Who may do what in which group: read from the customers over their people to what is in effect for each of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil
from pathlib import Path

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import ListedColormap, Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import PercentFormatter

from reporting.desk import Desk
from reporting.picture import BLUE, PALE, SKY, new_figure, save, shortened

GROUPS = """
query Groups($first: Int!, $after: String) {
  groups(first: $first, after: $after) { nodes { name } pageInfo { hasNextPage endCursor } }
}
"""

PEOPLE = """
fragment People on CustomerUserConnection {
  nodes { login customerId effectivePermissions { group { name } permissions } }
  pageInfo { hasNextPage endCursor }
}
"""

# Customers with the first page of their people.
CUSTOMERS = (
    PEOPLE
    + """
query CustomersAndPeople($first: Int!, $after: String) {
  customers(first: $first, after: $after) {
    nodes { customerId customerUsers(first: $first) { ...People } }
    pageInfo { hasNextPage endCursor }
  }
}
"""
)

# The further pages of the people of one customer.
PEOPLE_OF_CUSTOMER = (
    PEOPLE
    + """
query PeopleOfCustomer($customerId: String!, $first: Int!, $after: String) {
  customer(customerId: $customerId) { customerUsers(first: $first, after: $after) { ...People } }
}
"""
)

# A permission that includes all others.
ALL = "rw"
ROWS_OF_PICTURE = 50
MOST_PICTURES = 10
# Above it the colour is too dark for black letters.
DARK_SHARE = 0.6


@dataclass(frozen=True)
class Person:
    """Someone at a customer, their own one or an additional one, and what they may do."""

    customer: str
    login: str
    own_customer: str
    permissions: dict[str, list[str]]


def groups(desk: Desk) -> list[str]:
    """The names of all valid groups."""
    return [group["name"] for page in desk.pages(GROUPS, "groups") for group in page["nodes"]]


def people(desk: Desk) -> Iterator[Person]:
    """The valid people of all valid customers, as far as the owner of the token may see what they may do.

    Who is at several customers comes once for each.
    """
    for customers in desk.pages(CUSTOMERS, "customers"):
        for customer in customers["nodes"]:
            customer_id, page = customer["customerId"], customer["customerUsers"]
            pages = [page]
            if page["pageInfo"]["hasNextPage"]:
                after = page["pageInfo"]["endCursor"]
                pages += desk.pages(
                    PEOPLE_OF_CUSTOMER, "customer", "customerUsers", after=after, customerId=customer_id
                )
            for user in (user for page in pages for user in page["nodes"]):
                # What the owner of the token may not see is null, which is not the same as nothing.
                if user["effectivePermissions"] is not None:
                    held = {row["group"]["name"]: row["permissions"] for row in user["effectivePermissions"]}
                    yield Person(customer_id, user["login"], user["customerId"], held)


def label(permissions: list[str]) -> str:
    """What stands in a field of the matrix: nothing, `rw`, or the first permission and how many more there are."""
    if ALL in permissions:
        return ALL
    first, *others = permissions or [""]
    return f"{first}+{len(others)}" if others else first


def of_people(found: list[Person], columns: list[str]) -> pd.DataFrame:
    """The matrix of people by groups, each person once, people of one customer together."""
    rows = {
        (person.own_customer, person.login): [label(person.permissions.get(group, [])) for group in columns]
        for person in found
    }
    index = pd.MultiIndex.from_tuples(rows, names=["customer", "login"])
    return pd.DataFrame(list(rows.values()), index=index, columns=columns).sort_index()


def of_customers(found: list[Person], columns: list[str]) -> pd.DataFrame:
    """How many people of each customer hold something in each group; `people` is how many there are."""
    rows: dict[str, dict[str, int]] = {}
    for person in found:
        row = rows.setdefault(person.customer, dict.fromkeys(["people", *columns], 0))
        row["people"] += 1
        for group in columns:
            row[group] += bool(person.permissions.get(group))
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["people", *columns])
    return table.rename_axis("customer").sort_index()


def grid(rows: list[str], columns: list[str]) -> tuple[Figure, Axes]:
    """An empty matrix with labels: groups above, rows at the left."""
    figure = new_figure(3.4 + 0.42 * len(columns), 1.9 + 0.2 * len(rows))
    axes = figure.add_subplot()
    axes.set_xticks(range(len(columns)), [shortened(name, 20) for name in columns], rotation=60, ha="left", va="bottom")
    axes.set_yticks(range(len(rows)), rows)
    axes.tick_params(length=0, top=False, labeltop=True, bottom=False, labelbottom=False, pad=1)
    axes.set_xticks([column - 0.5 for column in range(1, len(columns))], minor=True)
    axes.set_yticks([row - 0.5 for row in range(1, len(rows))], minor=True)
    axes.tick_params(which="minor", length=0)
    axes.grid(visible=False, which="major")
    axes.grid(visible=True, which="minor", color=PALE, linewidth=0.8)
    axes.set_axisbelow(False)
    return figure, axes


def write(axes: Axes, texts: pd.DataFrame, dark: pd.DataFrame) -> None:
    """Writes into the fields, in white where they are dark."""
    for row in range(len(texts)):
        for column in range(len(texts.columns)):
            colour = "white" if dark.iat[row, column] else "black"
            axes.text(column, row, str(texts.iat[row, column]), ha="center", va="center", color=colour, fontsize=7)


def draw_customers(table: pd.DataFrame, folder: Path, name: str) -> Path:
    """The matrix of customers by groups: how many people, and by colour which part of them."""
    counts = table.drop(columns="people")
    share = counts.div(table["people"], axis="index")
    rows = [f"{shortened(str(customer), 30)} ({people})" for customer, people in table["people"].items()]
    figure, axes = grid(rows, [str(group) for group in counts])
    scale = Normalize(0, 1)
    axes.imshow(share, cmap="Blues", norm=scale, aspect="auto")
    write(axes, counts.astype(str).where(counts > 0, ""), share > DARK_SHARE)
    axes.set(title="People with a permission, by customer and group", ylabel="customer (people)")
    bar = figure.colorbar(ScalarMappable(scale, "Blues"), ax=axes, shrink=min(1, 18 / len(rows)), anchor=(0, 1))
    bar.ax.yaxis.set_major_formatter(PercentFormatter(1))
    bar.set_label("part of the customer's people")
    return save(folder, name, figure, table)


def draw_people(table: pd.DataFrame, folder: Path, name: str) -> Path:
    """The matrix of people by groups."""
    rows = [f"{shortened(login, 28)} · {shortened(customer, 24)}" for customer, login in table.index]
    figure, axes = grid(rows, [str(group) for group in table])
    levels = (table != "").astype(int) + (table == ALL).astype(int)
    axes.imshow(levels, cmap=ListedColormap(["white", SKY, BLUE]), vmin=0, vmax=2, aspect="auto")
    write(axes, table, table == ALL)
    axes.set(title="What people may do in which group", ylabel="person · own customer")
    meanings = {SKY: "some permissions", BLUE: f"all ({ALL})"}
    patches = [Patch(facecolor=colour, label=meaning) for colour, meaning in meanings.items()]
    patches.append(Patch(facecolor="white", edgecolor=PALE, label="none"))
    figure.legend(handles=patches, loc="outside lower right", ncols=3)
    return save(folder, name, figure, table)


def parts(table: pd.DataFrame) -> list[pd.DataFrame]:
    """The table in parts that a picture has room for, of about the same length, and not more than are looked at."""
    count = ceil(len(table) / ROWS_OF_PICTURE)
    length = ceil(len(table) / max(count, 1))
    return [table.iloc[start : start + length] for start in range(0, len(table), max(length, 1))][:MOST_PICTURES]


def report(desk: Desk, folder: Path) -> list[Path]:
    """Reads who may do what, and draws it by customer and by person."""
    columns = groups(desk)
    found = list(people(desk))
    if not found:
        return []
    customers = enumerate(parts(of_customers(found, columns)), 1)
    persons = enumerate(parts(of_people(found, columns)), 1)
    return [
        *(draw_customers(part, folder, f"permissions_of_customers_{number}") for number, part in customers),
        *(draw_people(part, folder, f"permissions_of_people_{number}") for number, part in persons),
    ]
