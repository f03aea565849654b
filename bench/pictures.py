"""Pictures of a run: turn times under load, a long conversation, memory over many turns."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.figures import Figures, Run

NAMES = ("turns", "conversation", "memory")
INK, QUIET, PAPER = "#1d2730", "#d7dcdf", "#fbfaf7"
#: Ours, and the default's.
COLOURS = {"chat": "#0b5563", "default": "#c08a4a"}
_STYLE = {
    "svg.fonttype": "none",
    # The same figures give the same file.
    "svg.hashsalt": "bench",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "Arial", "Helvetica"],
    "font.size": 10,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": QUIET,
    "axes.facecolor": PAPER,
    "figure.facecolor": PAPER,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "grid.color": QUIET,
    "axes.axisbelow": True,
    "legend.frameon": False,
}


def draw(run: Run, folder: Path) -> None:
    """Writes the pictures, `bench-*.svg`."""
    both = {"chat": run.chat, "default": run.default}
    folder.mkdir(parents=True, exist_ok=True)
    for name, picture in zip(NAMES, (_turns, _conversation, _memory)):
        picture(both, folder / f"bench-{name}.svg")


@contextmanager
def _axes(path: Path, parts: int = 1) -> Iterator[Sequence[Any]]:
    """Yields as many axes side by side, and saves them."""
    with warnings.catch_warnings():
        # It warns of its own use of another package.
        warnings.simplefilter("ignore", DeprecationWarning)
        # Only here: it takes a second, and who wants the table alone should not wait.
        import matplotlib as mpl  # type: ignore[import-untyped]

        mpl.use("svg")
        from matplotlib import pyplot

        with mpl.rc_context(_STYLE):
            figure, axes = pyplot.subplots(1, parts, figsize=(8, 3.2), squeeze=False)
            yield axes[0]
            figure.tight_layout()
            figure.savefig(path, metadata={"Date": None, "Creator": None})
            pyplot.close(figure)


def _turns(both: dict[str, Figures], path: Path) -> None:
    """A dot at the median and a line to the 95th percentile; dots, as the scale has no zero."""
    kinds = list(both["chat"].loads)
    with _axes(path, len(kinds)) as axes:
        for place, kind in zip(axes, kinds):
            for side, (name, figures) in enumerate(both.items()):
                loads = figures.loads[kind].values()
                at = [number + 0.2 * (side - 0.5) for number in range(len(loads))]
                more = [load.p95 - load.median for load in loads]
                place.errorbar(
                    at,
                    [load.median for load in loads],
                    yerr=[[0] * len(more), more],
                    color=COLOURS[name],
                    marker="o",
                    linestyle="none",
                    capsize=4,
                    label=name,
                )
            clients = list(both["chat"].loads[kind])
            place.set_yscale("log")
            place.set_ylim(bottom=1)
            place.yaxis.set_major_formatter("{x:g}")
            place.set_xticks(range(len(clients)), clients)
            place.set_xlim(-0.5, len(clients) - 0.5)
            place.set_xlabel("clients at a time")
            place.set_title(f"{kind} turns", fontsize=11)
        # The same scale, to be compared across.
        top = max(place.get_ylim()[1] for place in axes)
        for place in axes:
            place.set_ylim(top=1.5 * top)
        axes[0].set_ylabel("ms: median, to the 95th percentile")
        axes[0].legend(loc="upper left")


def _conversation(both: dict[str, Figures], path: Path) -> None:
    with _axes(path) as (axes,):
        for name, figures in both.items():
            turns = range(1, len(figures.conversation) + 1)
            axes.plot(turns, figures.conversation, color=COLOURS[name], label=name, linewidth=1.2)
        axes.set_ylim(bottom=0)
        axes.set_xlabel("turn of one conversation")
        axes.set_ylabel("ms")
        axes.legend(loc="upper left")


def _memory(both: dict[str, Figures], path: Path) -> None:
    with _axes(path) as (axes,):
        for name, figures in both.items():
            turns, megabytes = zip(*figures.memory)
            axes.plot(turns, megabytes, color=COLOURS[name], label=name, marker="o", markersize=3)
        axes.set_ylim(bottom=0)
        axes.xaxis.set_major_formatter("{x:,.0f}")
        axes.set_xlabel("turns, of conversations of ten")
        axes.set_ylabel("resident memory, MB")
        axes.legend(loc="lower left")
