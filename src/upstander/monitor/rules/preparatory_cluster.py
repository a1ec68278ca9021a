"""Cluster of preparatory measures: three or more of two types within thirty days, the last one within the last thirty."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from upstander.assess.measures import within
from upstander.assess.measures.circumstances import CLUSTER_DAYS, YEAR, clusters
from upstander.monitor.finding import Finding
from upstander.monitor.rule import RecordRule
from upstander.records import Record
from upstander.records.forms import form

KIND = "preparatory_measure"


def find(records: Sequence[Record], on: date) -> Iterator[Finding]:
    """The newest cluster, where it is not over."""
    found = clusters(within(records, on, YEAR))
    if not found or (on - found[-1].last).days > CLUSTER_DAYS:
        return
    last, types = found[-1], form(KIND).field("type").choices
    grounds = [r for r in records if r.id in last.measures]
    named = ", ".join(types[t] for t in last.types)
    values = {"n": len(grounds), "types": named, "first": last.first, "last": last.last}
    yield Finding(grounds[0].place, (), values, grounds=grounds)


RULE = RecordRule(
    "Cluster of preparatory measures",
    "measures",
    "monitor.preparatory_cluster",
    how="Three or more preparatory measures of at least two types within thirty days, the last of them recent.",
    kinds=(KIND,),
    find=find,
)
