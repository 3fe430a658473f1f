"""What all pictures have in common."""

from io import BytesIO
from pathlib import Path

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image

# Colours that people with any kind of colour vision can tell apart (Okabe and Ito).
ORANGE, SKY, GREEN, BLUE, VERMILION, PURPLE = "#E69F00", "#56B4E9", "#009E73", "#0072B2", "#D55E00", "#CC79A7"
GREY, PALE, TEXT = "#999999", "#DDDDDD", "#444444"

mpl.rc("figure", dpi=100)
mpl.rc("font", size=9)
mpl.rc("axes", axisbelow=True, grid=True, titlelocation="left", titlesize=11, titlepad=10)
mpl.rc("axes.spines", right=False, top=False)
mpl.rc("grid", color=PALE)
mpl.rc("legend", frameon=False)


def new_figure(width: float, height: float) -> Figure:
    """An empty picture, in inches of 100 dots."""
    return Figure(figsize=(width, height), layout="constrained")


def note(axes: Axes, text: str, place: tuple[float | str, float | str], above: bool) -> None:
    """Writes a number above the end of a bar, or to its right."""
    offset, horizontal, vertical = ((0, 3), "center", "bottom") if above else ((3, 0), "left", "center_baseline")
    axes.annotate(text, place, offset, textcoords="offset points", ha=horizontal, va=vertical, color=TEXT)


def save(folder: Path, name: str, figure: Figure, table: pd.DataFrame) -> Path:
    """Writes the picture, and beside it the numbers that it shows."""
    table.to_csv(folder / f"{name}.csv")
    path = folder / f"{name}.png"
    drawn = BytesIO()
    figure.savefig(drawn)
    # Diagrams have few colours, and take a third of the bytes with a palette of them.
    Image.open(drawn).convert("RGB").quantize(128).save(path, optimize=True)
    return path


def shortened(text: str, length: int) -> str:
    """The text, or its beginning where it is longer than a label may be."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"
