"""The six factors of one country as its registers stand: each with what follows from them, in words, and links.

What nobody recorded is "not assessed". No factor gets a level here: people rate factors in a review.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from upstander.assess.measures import (
    attitudes,
    circumstances,
    deprivation,
    history,
    level,
    means,
    motivation,
    plural,
    prevention,
)
from upstander.assess.measures.prevention import Reading
from upstander.core.treaties import Bound
from upstander.records import Record
from upstander.records.forms import choices, form
from upstander.report import words
from upstander.report.registers import Held, cell, graded, linked, said, table

TITLES: Mapping[str, str] = choices("factor")
OPTIONS = "Policy options that answer what is missing: "


def factors(
    held: Held,
    readings: Sequence[Reading],
    rule_of_law: tuple[float, int] | None,
    att: Bound,
    acts: Any,
) -> list[dict[str, Any]]:
    """All six, in the report's order.

    Args:
        readings: published indicators of regime and capacity. rule_of_law: an index 0 to 1 with its year.
        att: whether the State is bound by the Arms Trade Treaty. acts: content of factor 6.
    """
    made = [
        ("F1", _history(held)),
        ("F2", _motivation(held)),
        ("F3", _means(held, att)),
        ("F4", _circumstances(held)),
        ("F5", _prevention(held, readings, rule_of_law)),
        ("F6", acts),
    ]
    return [_factor(code, blocks) for code, blocks in made]


def _factor(code: str, blocks: list[dict[str, Any]]) -> dict[str, Any]:
    measures = [m for b in blocks for m in b["measures"]]
    known = sum(m["assessed"] for m in measures)
    flags = [b["flag"] for b in blocks if b["flag"]]
    told = f"{known} of {plural(len(measures), 'measure')} assessed." if measures else "No measure."
    return {
        "code": code,
        "title": TITLES[code],
        "id": code.lower(),
        "blocks": blocks,
        "assessed": known,
        "of": len(measures),
        "words": told,
        "flags": flags,
    }


# Factor 1


def _history(held: Held) -> list[dict[str, Any]]:
    groups = held.of("group")
    blocks = [
        held.block(
            "Groups",
            ["group", "harm", "remedy", "discrimination", "exclusion"],
            notes=[]
            if groups
            else ["No group is on record: nothing in this factor can be assessed."],
        )
    ]
    for g in groups:
        blocks += _group(held, g)
    return blocks


def _group(held: Held, group: Record) -> list[dict[str, Any]]:
    past = history.unaddressed_past(held.records, group.id, held.on)
    grid = history.discrimination_grid(held.records, group.id, held.on)
    kept_out = history.exclusion(held.records, group.id, held.on)
    both, label = history.compounded(None, grid, kept_out), held.group(group.id)
    harm = held.measure(history.harm_history(held.records, group.id, held.on))
    options = [f"{OPTIONS}{', '.join(past.options)}."] if past.options else []
    notes = (
        ["Gender-based discrimination meets another form, or another form hits women or girls."]
        if grid.meets_gender
        else []
    )
    return [
        held.block(
            f"{label}: past harm",
            [],
            [harm, held.measure(past.measure)],
            [_remedies(held, past)] if past.rows else [],
            notes=options,
        ),
        held.block(
            f"{label}: discrimination and exclusion",
            [],
            [held.measure(m) for m in (grid.most, grid.spread, kept_out.most)],
            [_grid(grid, label), _spheres(kept_out, label)],
            flag=both.words if both.compounded else "",
            notes=[*notes, *([] if both.compounded else [both.words])],
        ),
        _perception(held, group.id, label),
    ]


def _perception(held: Held, group: str, label: str) -> dict[str, Any]:
    """Whether violence against the group is presented as justified; apart from discrimination, never derived from it."""
    seen = attitudes.perception(held.records, group, held.on)
    rows = [
        [linked(held.link(r.id)), cell(said(r, "day")), cell(said(r, "level") or "Not assessed")]
        for r in sorted(held.of("attitude", group), key=lambda r: r.body["day"], reverse=True)
    ]
    return held.block(
        f"{label}: perception that violence is justified",
        ["attitude"],
        [held.measure(seen.strongest), held.measure(seen.trend)],
        [
            table(
                "What shows it, newest first",
                ["Record", "Day", "Level"],
                rows,
                "Nothing is on record.",
            )
        ],
    )


def _remedies(held: Held, past: history.UnaddressedPast) -> dict[str, Any]:
    shown = form("remedy").field("means").choices
    head = ["Past harm", "Weight today", *(shown[m] for m in history.MEANS), "Missing"]
    rows = []
    for row in past.rows:
        cells = [_covered(row.coverage[m]) for m in history.MEANS]
        missing = f"{len(row.missing)} of {len(history.MEANS)}"
        rows.append([linked(held.link(row.harm)), cell(f"{row.weight:.2f}"), *cells, cell(missing)])
    return table(
        "Remedy gaps: how far each past harm was dealt with, by the five means", head, rows
    )


def _covered(coverage: int | None) -> dict[str, Any]:
    """A cell of the remedy matrix, shaded by what is missing, so that dark is worse as everywhere."""
    told = (
        "not on record"
        if coverage is None
        else form("remedy").field("coverage").choices[str(coverage)]
    )
    return cell(told, level=None if coverage is None else 4 - coverage, heat=True)


def _grid(grid: history.Grid, label: str) -> dict[str, Any]:
    shown = form("discrimination").field("form").choices
    rows = [
        [
            cell(shown[f]),
            graded("discrimination", "law", law),
            graded("discrimination", "practice", practice),
        ]
        for f, (law, practice) in grid.cells.items()
    ]
    return table(f"Discrimination against {label}, 0 to 4", ["Form", "In law", "In practice"], rows)


def _spheres(kept_out: history.Exclusion, label: str) -> dict[str, Any]:
    shown = form("exclusion").field("sphere").choices
    rows = [[cell(shown[s]), graded("exclusion", "level", v)] for s, v in kept_out.spheres.items()]
    return table(f"Exclusion of {label}, 0 to 4", ["From", "Level"], rows)


# Factor 2


def _motivation(held: Held) -> list[dict[str, Any]]:
    motives = motivation.motive_map(held.records, held.on)
    speech = motivation.speech(held.records, held.on)
    state = motivation.state_justification(held.records, held.on)
    kinds_of, shown = (
        form("speech_event").field("type").choices,
        form("motive").field("type").choices,
    )
    rows = [
        [
            cell(m.actor),
            cell(held.group(m.group)),
            graded("motive", "strength", m.strength),
            cell(m.confidence.capitalize()),
            cell(", ".join(shown[t].lower() for t in m.by_type)),
        ]
        for m in motives
    ]
    burst = f"Burst of speech against groups: {speech.burst.words}" if speech.is_burst else ""
    counts = ", ".join(f"{kinds_of[t].lower()} {n}" for t, n in speech.by_type.items())
    return [
        held.block(
            "Motive map",
            ["motive"],
            [
                held.measure(m.measure) | {"name": f"{m.actor} towards {held.group(m.group)}"}
                for m in motives
            ],
            [
                table(
                    "Who may have a reason to target whom",
                    ["Organisation", "Group", "Strength", "Confidence", "Reasons"],
                    rows,
                )
            ],
        ),
        held.block(
            "Hate-speech watch",
            ["speech_event"],
            [held.measure(m) for m in (speech.trend, speech.official_share, speech.burst)],
            flag=burst,
            notes=[f"Events of the last year: {counts}."] if held.of("speech_event") else [],
        ),
        held.block(
            "State justification", ["statement"], [held.measure(state.measure)], [_statements(held)]
        ),
    ]


def _statements(held: Held) -> dict[str, Any]:
    found = sorted(held.of("statement"), key=lambda r: (r.body["day"], r.id), reverse=True)
    rows = [
        [
            linked(held.link(r.id)),
            cell(said(r, "stance")),
            cell(said(r, "issuer")),
            cell(held.group(r.body.get("group"))),
        ]
        for r in found
    ]
    return table(
        "Statements, newest first",
        ["Statement", "Stance", "Issued by", "About acts against"],
        rows,
        "No statement is on record.",
    )


# Factor 3


def _means(held: Held, att: Bound) -> list[dict[str, Any]]:
    near = [means.presence(held.records, g.id, held.on) for g in held.of("group")]
    rows = [
        [
            cell(held.group(p.group)),
            cell(_names(held, p.same_area)),
            cell(_names(held, p.near)),
            cell(_names(held, p.linked)),
            cell(_names(held, p.abusive)),
        ]
        for p in near
    ]
    actors = held.of("armed_actor")
    money = [means.funding(held.records, a.id, held.on) for a in actors]
    shown = form("finance").field("type").choices
    paid = [
        [
            linked(held.link(f.armed_actor)),
            graded("finance", "level", None if f.level.value is None else int(f.level.value)),
            cell(", ".join(shown[t].lower() for t in f.types) or "none on record"),
            cell(_usd(f.usd_a_year)),
        ]
        for f in money
    ]
    return [
        held.block(
            "Armed actors near groups",
            ["armed_actor"],
            [
                held.measure(p.proximity) | {"name": f"Proximity to {held.group(p.group)}"}
                for p in near
            ],
            [
                table(
                    "Which armed actors stand near which group",
                    [
                        "Group",
                        "Same districts",
                        "Next to them",
                        "Linked to the State",
                        "Grave abuses on record",
                    ],
                    rows,
                    "No group is on record.",
                )
            ],
        ),
        held.block(
            "Small arms",
            ["arms"],
            [held.measure(means.arms_access(held.records, held.on, att))],
            [_arms(held)],
        ),
        held.block(
            "Money",
            ["finance"],
            [
                held.measure(f.level) | {"name": f"Funding of {held.link(f.armed_actor)['title']}"}
                for f in money
            ],
            [
                table(
                    "What sustains each armed actor",
                    ["Armed actor", "Strongest source", "Sources", "Published, USD a year"],
                    paid,
                    "No armed actor is on record.",
                )
            ],
        ),
    ]


def _names(held: Held, ids: Sequence[str]) -> str:
    return ", ".join(held.link(i)["title"] for i in ids) or "none on record"


def _usd(bounds: tuple[float | None, float | None]) -> str:
    known = [f"{b:,.0f}" for b in bounds if b is not None]
    return " to ".join(known) or "not known"


# Factor 4


def _circumstances(held: Held) -> list[dict[str, Any]]:
    steps = circumstances.preparation(held.records, held.on)
    shown = form("preparatory_measure").field("type").choices
    found = sorted(
        held.of("preparatory_measure"), key=lambda r: (r.body["day"], r.id), reverse=True
    )
    rows = [
        [
            linked(held.link(r.id)),
            cell(r.body["day"]),
            cell(", ".join(held.group(g) for g in r.body.get("groups") or ()) or "all groups"),
        ]
        for r in found
    ]
    clusters = [
        f"{plural(len(c.measures), 'measure')} between {words.day(c.first)} and {words.day(c.last)}: {', '.join(shown[t].lower() for t in c.types)}"
        for c in steps.clusters
    ]
    forces = circumstances.diversity(held.records, held.on)
    force_names = form("force_diversity").field("force").choices
    return [
        held.block(
            "Preparatory measures",
            ["preparatory_measure"],
            [held.measure(m) for m in (steps.count, steps.novelty, steps.speed)],
            [
                table(
                    "Timeline, newest first",
                    ["Measure", "Day", "Bears on"],
                    rows,
                    "No preparatory measure is on record.",
                )
            ],
            flag=f"Measures came close together: {'; '.join(clusters)}." if clusters else "",
            notes=[
                f"Types not seen in the five years before: {', '.join(shown[t].lower() for t in steps.new_types)}."
            ]
            if steps.new_types
            else [],
        ),
        held.block(
            "Diversity of the security forces",
            ["force_diversity"],
            [
                held.measure(m) | {"name": f"{force_names[d.force]}: {m.name}"}
                for d in forces
                for m in (d.distance, d.change)
            ],
            notes=[] if forces else ["Not assessed: the make-up of no force is on record."],
        ),
    ]


# Factor 5


def _prevention(
    held: Held, readings: Sequence[Reading], rule_of_law: tuple[float, int] | None
) -> list[dict[str, Any]]:
    index = rule_of_law[0] if rule_of_law else None
    scores = prevention.institutions(held.records, held.on, index)
    gaps = prevention.participation_gaps(held.records, held.on)
    spheres = form("participation").field("sphere").choices
    rows = [
        [
            cell(r.name),
            cell(f"{r.value:,.2f}" if r.value is not None else "not known"),
            cell(str(r.year)),
            cell(f"{r.scale[0]:g} worst to {r.scale[1]:g} best"),
            cell(r.source),
        ]
        for r in readings
    ]
    found = sorted(held.of("civic_space"), key=lambda r: (r.body["day"], r.id), reverse=True)
    civic = [
        [linked(held.link(r.id)), cell(said(r, "direction")), cell(said(r, "weight"))]
        for r in found
    ]
    return [
        held.block(
            "Capacity to prevent",
            [],
            [held.measure(prevention.preventive_capacity(readings))],
            [
                table(
                    "Published indicators, the last value known on this day",
                    ["Indicator", "Value", "Year", "Scale", "Source"],
                    rows,
                    "Not known on this day.",
                )
            ],
        ),
        held.block(
            "Participation",
            ["participation"],
            [
                held.measure(g.gap, persons=True)
                | {"name": f"{held.group(g.group)} in {g.label or spheres[g.sphere].lower()}"}
                for g in gaps
            ],
            notes=[] if gaps else ["Not assessed: no body with the share of a group is on record."],
        ),
        held.block(
            "Civic space",
            ["civic_space"],
            [held.measure(prevention.civic_space(held.records, held.on))],
            [
                table(
                    "Events, newest first",
                    ["Event", "Direction", "Weight"],
                    civic,
                    "No event is on record.",
                )
            ],
        ),
        held.block(
            "Institutions and the rule of law",
            ["institution"],
            [held.measure(m) for s in scores for m in (s.score, s.adjusted)],
            [_institutions(held)],
            notes=[_multiplier(rule_of_law)],
        ),
        _deprivation(held),
    ]


def _arms(held: Held) -> dict[str, Any]:
    """Flows, stockpiles and the rest, each by its type, newest first."""
    newest = sorted(held.of("arms"), key=lambda r: (r.body["day"], r.id), reverse=True)
    rows = [
        [
            linked(held.link(r.id)),
            cell(said(r, "type")),
            cell(said(r, "weapons")),
            cell(said(r, "day")),
            graded("arms", "access", level(r, "access")),
        ]
        for r in newest
    ]
    head = ["Record", "What it is", "Weapons", "Day", "Ease of access"]
    return table(
        "Flows, stockpiles and losses, newest first",
        head,
        rows,
        "No flow and no stockpile is on record.",
    )


def _deprivation(held: Held) -> dict[str, Any]:
    """Economic deprivation, counted and felt, by area and group; the option that works on it is named."""
    seen = deprivation.deprivation(held.records, held.on)
    rows = [
        [
            linked(held.link(r.id)),
            cell(r.body["area"] or "whole country"),
            cell(held.group(r.body["group"])),
            graded("deprivation", "actual", level(r, "actual")),
            graded("deprivation", "perceived", level(r, "perceived")),
        ]
        for r in sorted(held.of("deprivation"), key=lambda r: r.body["day"], reverse=True)
    ]
    return held.block(
        "Economic deprivation",
        ["deprivation"],
        [held.measure(m) for m in (seen.actual, seen.perceived, seen.gap, seen.trend)],
        [
            table(
                "By sphere, newest first",
                ["Record", "Area", "Group", "As counted", "As it is felt"],
                rows,
                "Nothing is on record.",
            )
        ],
        notes=[f"{OPTIONS}A7."],
    )


def _multiplier(rule_of_law: tuple[float, int] | None) -> str:
    if rule_of_law is None:
        return "The rule-of-law index is not known on this day, so no score is adjusted."
    value, year = rule_of_law
    return (
        f"Each score is multiplied by the rule-of-law index (V-Dem, {year}: {value:.2f} of 1): where law does not rule, "
        "institutions that exist protect less. Both are shown."
    )


def _institutions(held: Held) -> dict[str, Any]:
    judged = ("independence", "resources", "credibility")
    rows = [
        [
            linked(held.link(r.id)),
            cell(said(r, "kind")),
            cell(said(r, "exists")),
            *(_strength(r, n) for n in judged),
            cell(_scored(r)),
        ]
        for r in held.of("institution")
    ]
    return table(
        "Institutions",
        ["Institution", "Kind", "Exists", *(n.capitalize() for n in judged), "Score, 0 to 1"],
        rows,
        "No institution is on record.",
    )


def _strength(r: Record, name: str) -> dict[str, Any]:
    value = level(r, name)
    return cell(
        said(r, name) or "Not assessed", level=None if value is None else 4 - value, heat=True
    )


def _scored(r: Record) -> str:
    score = prevention.institution_score(r)
    return "not judged" if score is None else f"{score:.2f}"
