"""The tables of a study in draws: models against baselines, and where they are good and where not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from upstander.core.thresholds import VIOLENT_YEAR
from upstander.forecast.scoreboard import reliability
from upstander.forecast.scoreboard.board import Column, Columns, Table, gain
from upstander.forecast.scoreboard.cell_scores import (
    INTENSITIES,
    THRESHOLDS,
    Study,
    compare,
    largest,
)
from upstander.forecast.shapes import Mask, Names, Row

INTERVAL = "Brackets: 90 % interval of a paired bootstrap over countries and {blocks}."
NEUTRAL = "A ratio below 1 is better than the baseline; “not distinguishable” where the interval holds 1."
UNITS = "CRPS and MIS in persons killed per month; IGN over 11 bins of 1,000 draws; lower is better."
MODEL = Column("model", "Model", "text")
COVERAGE = Column("coverage", "90 % coverage where deaths > 0")
PAIRS = (
    MODEL,
    Column("baseline", "Baseline", "text"),
    Column("crps", "CRPS ratio", "gain"),
    Column("ign", "IGN difference, bits", "gain"),
    Column("crps_log", "log-scale CRPS ratio", "gain"),
)
MANY_ZEROS = "Where most months have none, an interval that holds 0 covers more than 90 % by being whole numbers."
PIT_NOTE = "Non-randomised PIT for counts (Czado, Gneiting and Held 2009). Calibrated: .10 in every tenth."
TENTHS = tuple(
    f"{n / reliability.PIT_BINS:.1f}–{(n + 1) / reliability.PIT_BINS:.1f}"
    for n in range(reliability.PIT_BINS)
)
PARTS = (
    f"Onset subset: places with fewer than {VIOLENT_YEAR} deaths in the twelve months to the origin. Data quality: the width of "
    "the publisher's own range (high less low) over its best estimate, in the five years before the origin."
)


def _blocks(study: Study) -> str:
    many = len(set(study.blocks))
    words = "windows" if many == len(study.origins) else f"{many} blocks of origins"
    return INTERVAL.format(blocks=words)


def models(study: Study) -> Table:
    """Every model: mean scores, and its CRPS over the reference's with interval, with and without the largest."""
    most = largest(study, 3)
    fewer = {
        "ratio_1": study.without(largest(study, 1)),
        "ratio_3": study.without(most),
    }
    rows = [
        {
            "model": m,
            "role": _role(study, m),
            **_means(study, m),
            **_against(study, m, fewer),
        }
        for m in study.models
    ]
    notes = (f"The CRPS ratio is {_combined(study)}. {NEUTRAL}", _blocks(study), UNITS)
    columns = _model_columns(study, most)
    return study.table("models", "models and baselines", columns, rows, notes)


def _role(study: Study, model: str) -> str:
    return "baseline" if model in study.baselines else "model"


def _combined(study: Study) -> str:
    if study.combine == "geometric":
        return "the geometric mean of the windows' ratios"
    return "the ratio of mean CRPS"


def _means(study: Study, model: str) -> Row:
    """Mean scores over all cases, and the coverage where there were deaths."""
    return {
        **{score: study.mean(model, score) for score in ("crps", "crps_log", "ign", "mis")},
        "coverage": study.mean(model, "covered", study.outcome > 0),
    }


def _against(
    study: Study,
    model: str,
    fewer: dict[str, Study],
) -> Row:
    """A model against the reference: on all places, and on each study of fewer; origins won."""
    reference = study.reference
    whole = {
        "ratio": study,
        **fewer,
    }
    if model == reference:
        return {
            **dict.fromkeys(whole),
            "won": None,
        }
    ratios = {key: gain(compare(s, model, reference, "crps")) for key, s in whole.items()}
    wins = _by_origin(study, model) < _by_origin(study, reference)
    return {
        **ratios,
        "won": f"{int(wins.sum())} of {len(study.origins)}",
    }


def _by_origin(study: Study, model: str) -> Any:
    """(W,) mean CRPS of each origin."""
    return study.per_window(model, "crps").mean(axis=0)


def _model_columns(study: Study, most: Names) -> Columns:
    named = [study.names[study.units.index(u)] for u in most]
    return (
        MODEL,
        Column("ratio", f"CRPS ratio to {study.reference}", "gain"),
        Column("ratio_1", f"without {named[0]}", "gain"),
        Column("ratio_3", f"without {', '.join(named)}", "gain"),
        Column("crps", "CRPS", digits=2),
        Column("ign", "IGN, bits"),
        COVERAGE,
        Column("crps_log", "CRPS of log(1+y)"),
        Column("mis", "MIS", digits=0),
        Column("won", "origins won", "text"),
        Column("role", "Role", "text"),
    )


def pairs(study: Study) -> Table:
    """Every model against every baseline on CRPS, IGN and the CRPS of logs."""
    ours = [m for m in study.models if m not in study.baselines]
    rows = [_pair(study, m, b) for m in ours for b in study.baselines]
    notes = (NEUTRAL, _blocks(study))
    return study.table("pairs", "every model against every baseline", PAIRS, rows, notes)


def _pair(
    study: Study,
    model: str,
    baseline: str,
) -> Row:
    return {
        "model": model,
        "baseline": baseline,
        "crps": gain(compare(study, model, baseline, "crps")),
        "ign": gain(compare(study, model, baseline, "ign", "difference")),
        "crps_log": gain(compare(study, model, baseline, "crps_log", "ratio")),
    }


def windows(study: Study) -> Table:
    """CRPS over the reference's, origin by origin."""
    rows = [
        {
            "model": m,
            **_ratios(study, m),
        }
        for m in study.models
    ]
    columns = (MODEL, *(Column(o, o) for o in study.origins))
    return study.table(
        "windows", f"CRPS ratio to {study.reference} by origin", columns, rows
    )


def _ratios(study: Study, model: str) -> Row:
    """CRPS over the reference's by origin."""
    ratios = _by_origin(study, model) / _by_origin(study, study.reference)
    return dict(zip(study.origins, ratios, strict=True))


def coverage(study: Study) -> Table:
    """How often the 90 % interval held what came, by how much came, and for the sums over all months."""
    inside = {
        _named(a, b): (study.outcome >= a) & (study.outcome <= b) for a, b in INTENSITIES
    }
    counted = study.judged.all(axis=1) & (study.outcome.sum(axis=1) > 0)
    cases: Row = {k: study.count(v) for k, v in inside.items()}
    first = {
        "model": "cases",
        **cases,
        "total": int(counted.sum()),
    }
    rows = [first, *(_coverage_row(study, m, inside, counted) for m in study.models)]
    total = Column("total", "sum of the months, where > 0")
    columns = (MODEL, *(Column(k, f"{k} deaths") for k in inside), total)
    title = "coverage of the 90 % interval by deaths in the month"
    return study.table("coverage", title, columns, rows, (MANY_ZEROS,))


def _coverage_row(
    study: Study,
    model: str,
    inside: dict[str, Mask],
    counted: Mask,
) -> Row:
    covered = {k: study.mean(model, "covered", v) for k, v in inside.items()}
    sums = study.marks[model]["total_covered"][counted]
    return {
        "model": model,
        **covered,
        "total": float(sums.mean()) if sums.size else None,
    }


def _named(low: int, high: int) -> str:
    if high == 0:
        return "0"
    return f"{low:,}+" if high == 10**9 else f"{low}–{high}"


def pits(study: Study, chosen: Names) -> Table:
    """Where outcomes fell in the forecast: flat is calibrated, a hump too wide, a bowl too narrow."""
    some = study.judged & (study.outcome > 0)
    rows = []
    for m in chosen:
        below, at = (study.marks[m][key][some] for key in ("pit_low", "pit_high"))
        rows.append(
            {
                "model": m,
                **dict(zip(TENTHS, reliability.pit(below, at), strict=True)),
            }
        )
    columns = (MODEL, *(Column(b, b) for b in TENTHS))
    title = "PIT: share of outcomes in each tenth of the forecast, where deaths > 0"
    return study.table("pit", title, columns, rows, (PIT_NOTE,), chart="pit")


def reliabilities(study: Study, chosen: Names) -> Table:
    """Said and seen: probabilities of reaching each threshold in a month, and how often it was reached."""
    rows = [
        row
        for m in chosen
        for n, threshold in enumerate(THRESHOLDS)
        for row in _reliability(study, m, n, threshold)
    ]
    return study.table(
        "reliability",
        "reliability of monthly probabilities",
        reliability.COLUMNS,
        rows,
        (reliability.BINS,),
        chart="reliability",
    )


def _reliability(
    study: Study,
    model: str,
    n: int,
    threshold: int,
) -> Iterator[Row]:
    """One row for each bin of the probabilities of reaching the ``n``-th threshold."""
    stated = study.marks[model]["exceed"][:, :, n][study.judged]
    seen = (study.outcome >= threshold)[study.judged].astype(float)
    event = f"{threshold:,} or more deaths in a month"
    for row in reliability.reliability(stated, seen):
        yield {
            "model": model,
            "event": event,
            **row,
        }


def horizons(study: Study, chosen: Names) -> Table:
    """How the scores change with the distance: CRPS ratio, IGN and coverage by months ahead."""
    rows = [_horizon_row(study, m, n) for m in chosen for n in range(len(study.horizons))]
    title = "scores by months ahead"
    columns = _horizon_columns(study.reference)
    return study.table("horizons", title, columns, rows, chart="horizon")


def _horizon_columns(reference: str) -> Columns:
    return (
        MODEL,
        Column("horizon", "Months ahead", "count"),
        Column("ratio", f"CRPS ratio to {reference}"),
        Column("ign", "IGN, bits"),
        COVERAGE,
    )


def _horizon_row(
    study: Study,
    model: str,
    n: int,
) -> Row:
    at = np.zeros_like(study.judged)
    at[:, n] = True
    crps = {m: study.mean(m, "crps", at) for m in (model, study.reference)}
    return {
        "model": model,
        "horizon": study.horizons[n],
        "ratio": crps[model] / crps[study.reference],
        **_sharpness(study, model, at),
    }


def _sharpness(
    study: Study,
    model: str,
    inside: Mask,
) -> Row:
    """Ignorance, and coverage where there were deaths."""
    return {
        "ign": study.mean(model, "ign", inside),
        "coverage": study.mean(model, "covered", inside & (study.outcome > 0)),
    }


def subsets(study: Study, chosen: Names) -> Table:
    """Onset subset, regions, data quality: the same scores on parts of the cases."""
    rows = [
        _part_row(study, what, label, m, inside)
        for what, label, inside in _parts(study)
        for m in chosen
    ]
    always = (
        _blocks(study) + " Intervals only over places that are in the part at every origin."
    )
    title = "onset subset, regions and data quality"
    columns = _part_columns(study.reference)
    return study.table("parts", title, columns, rows, (PARTS, always))


def _part_columns(reference: str) -> Columns:
    return (
        Column("part", "Part", "text"),
        Column("of", "Which", "text"),
        MODEL,
        Column("cases", "Cases", "count"),
        Column("crps", "CRPS", digits=2),
        Column("ign", "IGN, bits"),
        COVERAGE,
        Column("ratio", f"CRPS ratio to {reference}", "gain"),
    )


def _part_row(
    study: Study,
    what: str,
    label: str,
    model: str,
    inside: Mask,
) -> Row:
    return {
        "part": what,
        "of": label,
        "model": model,
        "cases": study.count(inside),
        "crps": study.mean(model, "crps", inside),
        **_sharpness(study, model, inside),
        "ratio": _part_ratio(study, model, inside),
    }


def _part_ratio(
    study: Study,
    model: str,
    inside: Mask,
) -> Row | None:
    if model == study.reference:
        return None
    return gain(compare(study, model, study.reference, "crps", "ratio", inside))


def _parts(study: Study) -> Iterable[tuple[str, str, Mask]]:
    quiet = f"fewer than {VIOLENT_YEAR} deaths in the year before"
    yield "onset subset", quiet, study.cases(study.quiet)
    for what, labels in study.groups.items():
        for label in sorted(set(labels.ravel().tolist())):
            yield what, label, study.cases(labels == label)
