"""A made-up country's registers for tests of the country pages: written by its analysts, through the store."""

from datetime import timedelta

from tests.assess.made_up import plain

from upstander.core.clock import utc_now as now
from upstander.core.rights import Marking, Role, Stamp, Usage
from upstander.records import drafts, forms, new_id

PLACE, PLACES = "SDN", frozenset({"SDN", "TCD"})


def write(
    office,
    kind,
    /,
    *,
    by=None,
    place=PLACE,
    marking=Marking.AMBER,
    usage=Usage.RESTRICTED,
    restricted=None,
    parent="",
    at=None,
    **given,
):
    """Keep one record; what is needed and not given is filled with the plainest value."""
    who, form = by or office.account(Role.ANALYST), forms.form(kind)
    needed = {
        f.name: "SDN" if f.type == "place" else plain(f) for f in form.fields if f.required
    }
    needed |= {"status": "library"} if kind == "evidence" else {}
    stamp = Stamp(
        who.space,
        who.account,
        marking,
        usage,
        restricted=form.restricted if restricted is None else restricted,
    )
    draft = drafts.draft(
        kind,
        {**needed, **given},
        id=new_id(),
        by=who,
        places=PLACES,
        stamp=stamp,
        parent=parent,
        place=place,
    )
    return office.state.records.append([draft], by=who, why="seeded", now=at or now())[0]


def days_ago(days):
    return (now().date() - timedelta(days=days)).isoformat()


def group(office, label="Highland people", **given):
    return write(office, "group", neutral_label=label, basis=["ethnic"], **given)


def without_conflict(office):
    """Journey 4: mass detention and child transfer, no conflict; with a burst of speech, a new rule, and a checklist."""
    g = group(office)
    made = {
        "group": g,
        "context": write(
            office,
            "context",
            kind="none",
            since="2020-01-01",
            held_by="Commission of inquiry",
        ),
    }
    made["detention"] = write(
        office,
        "act",
        acts=["detention"],
        group=g.id,
        status="alleged",
        since=days_ago(60),
        area="North district",
        precision="district",
        best=900,
        gravity="3",
        organised=["orders"],
    )
    made["transfer"] = write(
        office,
        "act",
        acts=["child_transfer"],
        group=g.id,
        status="verified",
        verified_by="Commission of inquiry",
        since=days_ago(40),
        area="East district",
        precision="district",
        best=3,
        girls=2,
        boys=1,
        gravity="4",
    )
    made["speech"] = [
        write(
            office,
            "speech_event",
            group=g.id,
            day=days_ago(d),
            type="hate_speech",
            speaker="minister",
        )
        for d in range(1, 8)
    ]
    made["measures"] = [
        write(
            office,
            "preparatory_measure",
            day=days_ago(d),
            type=t,
            groups=[g.id],
            actor="Ministry of the interior",
        )
        for d, t in zip(
            (5, 9, 14),
            list(forms.form("preparatory_measure").field("type").choices)[:3],
            strict=True,
        )
    ]
    made["checklist"] = write(
        office,
        "less_obvious",
        group=g.id,
        day=days_ago(3),
        seen=["child_transfer"],
        looked_at=["child_transfer", "blocked_aid"],
    )
    return made


def registers(office, g):
    """What the other factors show: a harm half dealt with, strong discrimination and exclusion, actors, institutions."""
    harm = write(
        office,
        "harm",
        group=g.id,
        what=["forced_removal"],
        since="2010-01-01",
        until="2011-01-01",
        gravity="4",
    )
    write(office, "remedy", harm=harm.id, means="accountability", coverage="1")
    write(office, "remedy", harm=harm.id, means="reparations", coverage="3")
    write(
        office,
        "discrimination",
        group=g.id,
        form="political",
        law="3",
        practice="4",
        hits=["women"],
    )
    write(office, "discrimination", group=g.id, form="gender", practice="2")
    write(office, "exclusion", group=g.id, sphere="citizenship", level="4")
    actor = write(
        office,
        "armed_actor",
        label="Northern Guard",
        state_link="supported",
        same_area=[g.id],
        past_abuse=True,
        best=400,
    )
    write(office, "finance", armed_actor=actor.id, level="3")
    write(office, "arms", day=days_ago(100), access="3")
    write(
        office,
        "motive",
        actor="Northern Guard",
        group=g.id,
        strength="3",
        confidence="medium",
    )
    write(
        office,
        "statement",
        day=days_ago(20),
        stance="justify",
        issuer="minister",
        group=g.id,
    )
    write(
        office,
        "participation",
        sphere="mechanism",
        day=days_ago(30),
        group=g.id,
        total=40,
        of_group=1,
        population_share=20,
        women=2,
        men=38,
    )
    write(office, "civic_space", day=days_ago(10), direction="narrows", weight="3")
    write(
        office,
        "institution",
        kind="judicial",
        label="Supreme court",
        exists="yes",
        independence="2",
        resources="2",
        credibility="1",
        day=days_ago(50),
    )
    write(
        office,
        "capacity",
        subject=next(iter(forms.form("capacity").field("subject").choices)),
        label="Police oversight act",
        law="3",
        practice="1",
        day=days_ago(50),
    )
    write(
        office,
        "protection_task",
        task="Open a shelter",
        owner="Ministry of health",
        due=days_ago(2),
        status="open",
    )
    write(office, "obligation", owner="Ministry of justice")
    return harm
