"""The tables of a study in draws: models against baselines, and where they are good and where not."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from upstander.core.thresholds import VIOLENT_YEAR
from upstander.forecast.scoreboard.board import Column, Table, gain
from upstander.forecast.scoreboard.cell_scores import (
    INTENSITIES,
    THRESHOLDS,
    Mask,
    Study,
    compare,
    largest,
)
from upstander.forecast.scoreboard.reliability import BINS, PIT_BINS, pit, reliability

INTERVAL = "Brackets: 90 % interval of a paired bootstrap over countries and {blocks}."
NEUTRAL = (
    "A ratio below 1 is better than the baseline; “not distinguishable” where the interval holds 1."
)


def _table(
    study: Study,
    name: str,
    title: str,
    columns: tuple[Column, ...],
    rows: Iterable[dict[str, Any]],
    notes: tuple[str, ...] = (),
    **more: Any,
) -> Table:
    kept = {"ships": study.ships, **more}
    return Table(
        f"{study.task}.{name}",
        study.task,
        study.kind,
        title,
        study.what,
        columns,
        tuple(rows),
        notes,
        **kept,
    )


def _blocks(study: Study) -> str:
    apart = len(set(study.blocks)) == len(study.origins)
    return INTERVAL.format(
        blocks="windows" if apart else f"{len(set(study.blocks))} blocks of origins"
    )


def models(study: Study) -> Table:
    """Every model: mean scores, and its CRPS over the reference's with interval, with and without the largest."""
    most, first = largest(study, 3), largest(study, 1)
    named = {u: study.names[study.units.index(u)] for u in most}
    some = study.outcome > 0
    rows = []
    for m in study.models:
        wins = study.per_window(m, "crps").mean(axis=0) < study.per_window(
            study.reference, "crps"
        ).mean(axis=0)
        own = m == study.reference
        rows.append(
            {
                "model": m,
                "role": "baseline" if m in study.baselines else "model",
                "crps": study.mean(m, "crps"),
                "crps_log": study.mean(m, "crps_log"),
                "ign": study.mean(m, "ign"),
                "mis": study.mean(m, "mis"),
                "coverage": study.mean(m, "covered", some),
                "ratio": None if own else gain(compare(study, m, study.reference, "crps")),
                "ratio_1": None
                if own
                else gain(compare(study.without(first), m, study.reference, "crps")),
                "ratio_3": None
                if own
                else gain(compare(study.without(most), m, study.reference, "crps")),
                "won": None if own else f"{int(wins.sum())} of {len(study.origins)}",
            }
        )
    columns = (
        Column("model", "Model", "text"),
        Column("ratio", f"CRPS ratio to {study.reference}", "gain"),
        Column("ratio_1", f"without {named[first[0]]}", "gain"),
        Column("ratio_3", f"without {', '.join(named.values())}", "gain"),
        Column("crps", "CRPS", digits=2),
        Column("ign", "IGN, bits"),
        Column("coverage", "90 % coverage where deaths > 0"),
        Column("crps_log", "CRPS of log(1+y)"),
        Column("mis", "MIS", digits=0),
        Column("won", "origins won", "text"),
        Column("role", "Role", "text"),
    )
    told = (
        "the geometric mean of the windows' ratios"
        if study.combine == "geometric"
        else "the ratio of mean CRPS"
    )
    notes = (
        f"The CRPS ratio is {told}. {NEUTRAL}",
        _blocks(study),
        "CRPS and MIS in persons killed per month; IGN over 11 bins of 1,000 draws; lower is better.",
    )
    return _table(study, "models", "models and baselines", columns, rows, notes)


def pairs(study: Study) -> Table:
    """Every model against every baseline on CRPS, IGN and the CRPS of logs."""
    rows = [
        {
            "model": m,
            "baseline": b,
            "crps": gain(compare(study, m, b, "crps")),
            "ign": gain(compare(study, m, b, "ign", "difference")),
            "crps_log": gain(compare(study, m, b, "crps_log", "ratio")),
        }
        for m in study.models
        for b in study.baselines
        if m != b and m not in study.baselines
    ]
    columns = (
        Column("model", "Model", "text"),
        Column("baseline", "Baseline", "text"),
        Column("crps", "CRPS ratio", "gain"),
        Column("ign", "IGN difference, bits", "gain"),
        Column("crps_log", "log-scale CRPS ratio", "gain"),
    )
    return _table(
        study,
        "pairs",
        "every model against every baseline",
        columns,
        rows,
        (NEUTRAL, _blocks(study)),
    )


def windows(study: Study) -> Table:
    """CRPS over the reference's, origin by origin."""
    top = {m: study.per_window(m, "crps").mean(axis=0) for m in study.models}
    rows = [
        {
            "model": m,
            **{o: top[m][n] / top[study.reference][n] for n, o in enumerate(study.origins)},
        }
        for m in study.models
    ]
    columns = (Column("model", "Model", "text"), *(Column(o, o) for o in study.origins))
    return _table(study, "windows", f"CRPS ratio to {study.reference} by origin", columns, rows)


def coverage(study: Study) -> Table:
    """How often the 90 % interval held what came, by how much came, and for the sums over all months."""
    inside = {_named(a, b): (study.outcome >= a) & (study.outcome <= b) for a, b in INTENSITIES}
    counted = study.judged.all(axis=1)
    total = study.outcome.sum(axis=1)
    rows = [
        {
            "model": "cases",
            **{k: study.count(v) for k, v in inside.items()},
            "total": int((counted & (total > 0)).sum()),
        }
    ]
    for m in study.models:
        sums = study.marks[m]["total_covered"][counted & (total > 0)]
        rows.append(
            {
                "model": m,
                **{k: study.mean(m, "covered", v) for k, v in inside.items()},
                "total": float(sums.mean()) if sums.size else None,
            }
        )
    columns = (
        Column("model", "Model", "text"),
        *(Column(k, f"{k} deaths") for k in inside),
        Column("total", "sum of the months, where > 0"),
    )
    return _table(
        study,
        "coverage",
        "coverage of the 90 % interval by deaths in the month",
        columns,
        rows,
        (
            "Where most months have none, an interval that holds 0 covers more than 90 % by being whole numbers.",
        ),
    )


def _named(low: int, high: int) -> str:
    return "0" if high == 0 else f"{low:,}+" if high == 10**9 else f"{low}–{high}"


def pits(study: Study, chosen: tuple[str, ...]) -> Table:
    """Where outcomes fell in the forecast: flat is calibrated, a hump too wide, a bowl too narrow."""
    keep = study.judged & (study.outcome > 0)
    rows = [
        {
            "model": m,
            **dict(
                zip(
                    _bins(),
                    pit(study.marks[m]["pit_low"][keep], study.marks[m]["pit_high"][keep]),
                    strict=True,
                )
            ),
        }
        for m in chosen
    ]
    columns = (Column("model", "Model", "text"), *(Column(b, b) for b in _bins()))
    return _table(
        study,
        "pit",
        "PIT: share of outcomes in each tenth of the forecast, where deaths > 0",
        columns,
        rows,
        (
            "Non-randomised PIT for counts (Czado, Gneiting and Held 2009). Calibrated: .10 in every tenth.",
        ),
        chart="pit",
    )


def _bins() -> tuple[str, ...]:
    return tuple(f"{n / PIT_BINS:.1f}–{(n + 1) / PIT_BINS:.1f}" for n in range(PIT_BINS))


def reliabilities(study: Study, chosen: tuple[str, ...]) -> Table:
    """Said and seen: probabilities of reaching each threshold in a month, and how often it was reached."""
    rows = []
    for m in chosen:
        for n, threshold in enumerate(THRESHOLDS):
            said = study.marks[m]["exceed"][:, :, n][study.judged]
            seen = (study.outcome >= threshold)[study.judged].astype(float)
            rows += [
                {"model": m, "event": f"{threshold:,} or more deaths in a month", **r}
                for r in reliability(said, seen)
            ]
    return _table(
        study,
        "reliability",
        "reliability of monthly probabilities",
        RELIABLE,
        rows,
        (BINS,),
        chart="reliability",
    )


RELIABLE = (
    Column("model", "Model", "text"),
    Column("event", "Event", "text"),
    Column("bin", "Said", "text"),
    Column("cases", "Cases", "count"),
    Column("said", "Mean said", "percent"),
    Column("seen", "Seen", "percent"),
    Column("low", "Seen, 90 % low", "percent"),
    Column("high", "high", "percent"),
)


def horizons(study: Study, chosen: tuple[str, ...]) -> Table:
    """How the scores change with the distance: CRPS ratio, IGN and coverage by months ahead."""
    rows = []
    for m in chosen:
        for n, h in enumerate(study.horizons):
            at = np.zeros_like(study.judged)
            at[:, n] = True
            rows.append(
                {
                    "model": m,
                    "horizon": h,
                    "ratio": study.mean(m, "crps", at) / study.mean(study.reference, "crps", at),
                    "ign": study.mean(m, "ign", at),
                    "coverage": study.mean(m, "covered", at & (study.outcome > 0)),
                }
            )
    columns = (
        Column("model", "Model", "text"),
        Column("horizon", "Months ahead", "count"),
        Column("ratio", f"CRPS ratio to {study.reference}"),
        Column("ign", "IGN, bits"),
        Column("coverage", "90 % coverage where deaths > 0"),
    )
    return _table(study, "horizons", "scores by months ahead", columns, rows, chart="horizon")


def subsets(study: Study, chosen: tuple[str, ...]) -> Table:
    """Onset subset, regions, data quality: the same scores on parts of the cases."""
    rows = [
        _part_row(study, what, label, m, inside)
        for what, label, inside in _parts(study)
        for m in chosen
    ]
    columns = (
        Column("part", "Part", "text"),
        Column("of", "Which", "text"),
        Column("model", "Model", "text"),
        Column("cases", "Cases", "count"),
        Column("crps", "CRPS", digits=2),
        Column("ign", "IGN, bits"),
        Column("coverage", "90 % coverage where deaths > 0"),
        Column("ratio", f"CRPS ratio to {study.reference}", "gain"),
    )
    notes = (
        f"Onset subset: places with fewer than {VIOLENT_YEAR} deaths in the twelve months to the origin. Data quality: the width of "
        "the publisher's own range (high less low) over its best estimate, in the five years before the origin.",
        _blocks(study) + " Intervals only over places that are in the part at every origin.",
    )
    return _table(study, "parts", "onset subset, regions and data quality", columns, rows, notes)


def _part_row(study: Study, what: str, label: str, model: str, inside: Mask) -> dict[str, Any]:
    own = model == study.reference
    return {
        "part": what,
        "of": label,
        "model": model,
        "cases": study.count(inside),
        "crps": study.mean(model, "crps", inside),
        "ign": study.mean(model, "ign", inside),
        "coverage": study.mean(model, "covered", inside & (study.outcome > 0)),
        "ratio": None
        if own
        else gain(compare(study, model, study.reference, "crps", "ratio", inside)),
    }


def _parts(study: Study) -> Iterable[tuple[str, str, Mask]]:
    yield (
        "onset subset",
        f"fewer than {VIOLENT_YEAR} deaths in the year before",
        study.cases(study.quiet),
    )
    for what, labels in study.groups.items():
        for label in sorted(set(labels.ravel().tolist())):
            yield what, label, study.cases(labels == label)
