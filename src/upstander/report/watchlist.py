"""The watchlist: every place at once, for the terminal, as CSV, JSON and a page."""

from __future__ import annotations

import csv
import io
from typing import Any

from upstander.report import as_json, words
from upstander.report.situation import Line, Overview

# CSV column -> key of the JSON row; probabilities are shares from 0 to 1, deaths are persons.
COLUMNS = {
    "place_code": "place", "name": "name", "outlook_band": "outlook_band", "outlook_band_name": "outlook_band_name",
    "is_ongoing": "is_ongoing", "target": "target", "target_period": "target_period", "probability_0_to_1": "probability",
    "interval_90_low_0_to_1": "low", "interval_90_high_0_to_1": "high", "base_rate_0_to_1": "base_rate",
    "ratio_to_base_rate": "ratio", "rank": "rank", "rank_low": "rank_low", "rank_high": "rank_high",
    "places_ranked": "of", "total_25_probability_0_to_1": "total_25_probability",
    "total_100_probability_0_to_1": "total_100_probability", "total_1000_probability_0_to_1": "total_1000_probability",
    "total_1000_interval_90_low_0_to_1": "total_1000_low", "total_1000_interval_90_high_0_to_1": "total_1000_high",
    "total_1000_period": "total_1000_period", "hard_onset_probability_0_to_1": "hard_onset_probability",
    "one_sided_last_year_persons": "one_sided_last_year", "total_last_year_persons": "total_last_year",
    "last_year": "last_year", "basis": "basis", "trend": "trend", "note": "note", "as_of": "as_of",
    "ledger_id": "ledger_id",
}  # fmt: skip


def to_json(held: Overview) -> str:
    """The watchlist as JSON text."""
    return as_json.dumps(as_json.overview(held))


def to_csv(held: Overview) -> str:
    """The watchlist as CSV; lines that begin with # say what must be read with it."""
    out = io.StringIO()
    for text in (
        held.head.forecast_note,
        held.head.data_age,
        held.head.caveat,
        held.head.band_rule,
        *held.head.mandate,
    ):
        out.write(f"# {text}\n")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for line in held.lines:
        row = as_json.row(held, line)
        writer.writerow(["" if row[k] is None else row[k] for k in COLUMNS.values()])
    return out.getvalue()


def to_html(held: Overview) -> str:
    """One file with its style inside, to be opened without a server."""
    from upstander.report import pages

    return pages.today(held, alone=True)


def show(held: Overview, *, top: int | None = None) -> None:
    """Print the watchlist: first where to prevent, then where mass violence is ongoing."""
    from rich.console import Console

    console = Console()
    head = held.head
    console.print(f"\n[bold]Upstander watchlist, as of {words.day(head.as_of)}[/]")
    console.print(head.data_age, head.forecast_note)
    _print(console, "Where to prevent", held.prevention[:top])
    _print(console, "Mass violence ongoing", held.ongoing[:top])
    left = max(0, len(held.prevention) - (top or len(held.lines)))
    if left:
        console.print(f"{left} more places: none is immune; all of them with [bold]upstander watchlist[/].")
    for text in (head.band_rule, head.caveat, "Mandate: " + "; ".join(head.mandate) + "."):
        console.print(f"[dim]{text}[/]", highlight=False)


def _print(console: Any, title: str, lines: tuple[Line, ...]) -> None:
    from rich import box
    from rich.table import Table

    main = next((x.headline for x in lines if x.headline), None)
    wide = console.width >= 110
    table = Table(
        title=title, title_justify="left", title_style="bold", header_style="", box=box.SIMPLE_HEAD, pad_edge=False
    )
    table.add_column("place", min_width=14, max_width=26)
    table.add_column("outlook band", no_wrap=True)
    table.add_column(f"P(≥100 civilians\nkilled) {main.period if main else ''}", justify="right", no_wrap=True)
    table.add_column("90 %\ninterval", justify="right", no_wrap=True)
    table.add_column("ratio to\nbase rate", justify="right", no_wrap=True)
    table.add_column("rank\nrange", justify="right", no_wrap=True)
    if wide:
        other = next((x.total_1000 for x in lines if x.total_1000), None)
        table.add_column(f"P(≥1,000 deaths)\n{other.period if other else ''}", justify="right", no_wrap=True)
        table.add_column("main reason", ratio=1)
    for x in lines:
        c = x.headline
        cells = [
            x.name + (" *" if x.note else ""), f"{x.band.sign} {x.band.name}" if x.band else words.NOT_KNOWN,
            words.percent(c.probability) if c else words.NOT_KNOWN, words.interval(c.low, c.high) if c else "",
            words.times(c.ratio) if c else "", f"{c.rank_low}{words.DASH}{c.rank_high}" if c else "",
        ]  # fmt: skip
        if wide:
            t = x.total_1000
            cells += [words.percent(t.probability) if t else words.NOT_KNOWN, x.reasons[0].text if x.reasons else ""]
        table.add_row(*cells)
    console.print(table)
    if main:
        console.print(f"Base rate {words.percent(main.base_rate)}; ranks are out of {main.of}.", highlight=False)
    for x in (x for x in lines if x.note):
        console.print(f"* {x.name}: {x.note}", highlight=False)
