"""Factor 6 of one country: acts, verified and alleged apart, their pattern, and methods that do not look like killing."""

from __future__ import annotations

from typing import Any

from upstander.assess.measures import acts, plural, sex_and_age
from upstander.records import Record
from upstander.records.disclosure_control import FEWER, LEAST
from upstander.records.forms import form
from upstander.report.registers import PERSONS_WITHHELD, Held, cell, linked, said, table

STATUSES = ("verified", "alleged")


def blocks(held: Held) -> list[dict[str, Any]]:
    """The act ledger, the pattern, the checklist of less obvious methods, and what is not said of sex and age."""
    return [_ledger(held), _pattern(held), _less_obvious(held), _sex_and_age(held)]


def _ledger(held: Held) -> dict[str, Any]:
    found = acts.ledger(held.records, held.on)
    measures = [
        held.measure(m, persons=m is t.victims) | {"name": f"{t.status.capitalize()}: {m.name}"}
        for t in (found.verified, found.alleged)
        for m in (t.frequency, t.spread, t.gravity, t.victims)
    ]
    labels = [form("act").field(n).label for n in found.verified.by_sex_age]
    rows = [
        [cell(label), *(_persons(held, t, n) for t in (found.verified, found.alleged))]
        for n, label in zip(found.verified.by_sex_age, labels, strict=True)
    ]
    notes = ["What is verified and what is alleged are never added up."]
    if found.disproved:
        notes.append(
            f"{plural(found.disproved, 'act')} disproved: kept on record, used for nothing."
        )
    every = sorted(held.of("act"), key=lambda r: (r.body["since"], r.id), reverse=True)
    tables = [
        table("Victims by sex and age", ["Persons", "Verified", "Alleged"], rows),
        table(
            "Acts, newest first",
            ["Act", "Status", "Group", "Gravity"],
            [_act(held, r) for r in every],
            "No act is on record.",
        ),
    ]
    return held.block("Act ledger", ["act"], measures, tables, notes=notes)


def _persons(held: Held, tally: acts.Tally, name: str) -> dict[str, Any]:
    number = tally.by_sex_age[name]
    if number is None:
        return cell("not known")
    if held.exactly(held.by_id[i] for i in tally.records):
        return cell(f"{number:,}")
    return cell(FEWER if 0 < number < LEAST else "not shown here")


def _act(held: Held, r: Record) -> list[dict[str, Any]]:
    return [
        linked(held.link(r.id)),
        cell(said(r, "status")),
        cell(held.group(r.body.get("group"))),
        cell(said(r, "gravity")),
    ]


def _pattern(held: Held) -> dict[str, Any]:
    found = [acts.pattern(held.records, held.on, s) for s in STATUSES]
    weapons = form("act").field("weapons").choices
    shown = held.exactly(held.of("act"))
    rows = [
        [
            cell("Scale"),
            *(
                cell(p.scale if shown else f"{PERSONS_WITHHELD} {plural(p.places, 'place')}.")
                for p in found
            ),
        ],
        [cell("System"), *(cell(p.system) for p in found)],
        [
            cell("Share of months with an act"),
            *(
                cell("not assessed" if p.repetition is None else f"{p.repetition:.2f}")
                for p in found
            ),
        ],
        [
            cell("Means used"),
            *(
                cell(", ".join(weapons[w].lower() for w in p.weapons) or "none on record")
                for p in found
            ),
        ],
        [
            cell("Of those, means that a State or organised group alone commands"),
            *(
                cell(", ".join(weapons[w].lower() for w in p.heavy) or "none on record")
                for p in found
            ),
        ],
    ]
    return held.block(
        "Pattern of acts",
        [],
        [
            held.measure(p.index) | {"name": f"{p.status.capitalize()}: pattern index"}
            for p in found
        ],
        [table("Scale and system", ["", "Verified", "Alleged"], rows)],
        notes=[f"Legal test of crimes against humanity: {found[0].legal_test}. {found[0].note}"],
    )


def _less_obvious(held: Held) -> dict[str, Any]:
    tasks = acts.review_tasks(held.records, held.on)
    shown = form("less_obvious").field("seen").choices
    newest = {}
    for r in sorted(held.of("less_obvious"), key=lambda r: (r.body["day"], r.id)):
        newest[r.body["group"]] = r
    rows = (
        [
            [cell(words), *(_looked(r, item) for r in newest.values())]
            for item, words in shown.items()
        ]
        if newest
        else []
    )
    head = ["Method", *(f"{held.group(g)}, {r.body['day']}" for g, r in newest.items())]
    return held.block(
        "Less obvious methods of destruction",
        ["less_obvious"],
        [],
        [
            table(
                "Checklist, the newest of each group",
                head,
                rows,
                "Not assessed: nobody has gone through the list.",
            )
        ],
        flag=" ".join(f"Review task for {held.group(t.group)}. {t.words}" for t in tasks),
    )


def _looked(r: Record, item: str) -> dict[str, Any]:
    if item in (r.body.get("seen") or ()):
        return cell("seen", level=3, heat=True)
    return (
        cell("looked for, not seen", level=0, heat=True)
        if item in (r.body.get("looked_at") or ())
        else cell("not looked at", heat=True)
    )


def _sex_and_age(held: Held) -> dict[str, Any]:
    report = sex_and_age.gap_report(held.records, held.on)
    rows = [
        [linked(held.link(x.record)), cell(x.words)]
        for x in report.lacking
        if held.exactly([held.by_id[x.record]])
    ]
    measures = [held.measure(report.complete), held.measure(report.known, persons=True)]
    return held.block(
        "Women, men, girls and boys",
        [],
        measures,
        [
            table(
                "What records do not say",
                ["Record", "Not said"],
                rows[:50],
                "Nothing is missing in what you see exactly.",
            )
        ],
    )
