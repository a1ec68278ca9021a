"""The country brief: HTML, and PDF of at most two A4 pages by Typst."""

from __future__ import annotations

import tempfile
from importlib.resources import files
from pathlib import Path
from typing import Any

from upstander.report import as_json, charts, pages, words
from upstander.report.situation import Situation

MAIN = ("one_sided_25", "one_sided_100", "one_sided_1000", "total_25", "total_100", "total_1000", "hard_onset", "surge")


def html(held: Situation) -> str:
    """The brief as one HTML file with its style inside."""
    return pages.brief(held)


def pdf(held: Situation) -> bytes:
    """The brief as PDF."""
    return _compile(held, "pdf")[0]


def pictures(held: Situation) -> list[bytes]:
    """The brief's pages as PNG, one each."""
    return _compile(held, "png")


def _compile(held: Situation, format: str) -> list[bytes]:
    import typst

    with tempfile.TemporaryDirectory() as folder:
        at = Path(folder)
        (at / "brief.typ").write_bytes(files("upstander.report").joinpath("templates/brief.typ").read_bytes())
        (at / "data.json").write_text(as_json.dumps(content(held)), encoding="utf-8")
        if held.months:
            (at / "fan.svg").write_text(charts.fan_chart(held.months, held.fan, held.place.name), encoding="utf-8")
        if held.years:
            (at / "years.svg").write_text(charts.years_chart(held.years, held.place.name), encoding="utf-8")
        made = typst.compile(str(at / "brief.typ"), root=str(at), format=format, ppi=110)
    return made if isinstance(made, list) else [made]


def content(held: Situation) -> dict[str, Any]:
    """Every text of the PDF, so that the template only lays out."""
    line, main = held.line, held.line.headline
    by_target = {c.target: c for c in held.chances}
    rows = [by_target[t] for t in MAIN if t in by_target]
    return {
        "name": held.place.name,
        "region": f"{held.place.subregion or held.place.region}",
        "as_of": words.day(held.head.as_of),
        "notes": [x for x in dict.fromkeys((held.place.note, main.note if main else "")) if x],
        "band": f"{line.band.sign} {line.band.number} {line.band.name}" if line.band else words.NOT_KNOWN,
        "probability": words.percent(main.probability) if main else words.NOT_KNOWN,
        "headline": main.label + ", " + main.period if main else held.head.forecast_note,
        "facts": [
            ("90 % interval", words.interval(main.low, main.high)), ("Base rate", words.percent(main.base_rate)),
            ("Ratio to base rate", words.times(main.ratio)), ("Rank range", words.ranks(main.rank_low, main.rank_high, main.of)),
        ] if main else [],
        "trend": line.trend.sentence,
        "chances": [(c.label, c.period, words.percent(c.probability), words.interval(c.low, c.high),
                     words.percent(c.base_rate), words.times(c.ratio), f"{c.rank_low}{words.DASH}{c.rank_high}") for c in rows],
        "reasons": [(r.family, f"{r.contribution:+.1f}", r.text) for r in line.reasons],
        "cases": [(c.place, str(c.year), words.count(c.one_sided_next), words.count(c.total_next)) for c in held.cases[:5]],
        "years": [(str(y.year), words.count(y.one_sided), words.count(y.total), y.definition) for y in held.years[-3:]],
        "drivers": [(d.label, f"{words.amount(d.value)}", d.unit, str(d.year), f"{d.rank} of {d.of}") for d in held.drivers[:8]],
        "has_fan": bool(held.months), "has_years": bool(held.years),
        "missing": held.missing, "data_age": held.head.data_age, "forecast_note": held.head.forecast_note,
        "band_rule": held.head.band_rule, "caveat": held.head.caveat, "mandate": held.head.mandate,
        "sources": [f"{a.title}, release {a.release}: to {words.day(a.last) if a.last < held.head.as_of else 'the present'} ({a.licence})" for a in held.ages],
        "definitions": sorted({m.definition for m in held.months[-36:]} | {y.definition for y in held.years}),
    }  # fmt: skip
