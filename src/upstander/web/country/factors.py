"""The six factors of one country as its registers stand: each with what follows from them, in words, and links.

What nobody recorded is "not assessed". No factor gets a level here: people rate factors in a review.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from upstander.assess.measures import plural
from upstander.assess.measures.prevention import Reading
from upstander.core.messages import say
from upstander.core.treaties import Bound
from upstander.records.forms import choices
from upstander.report.registers import Block, Registers, Shown
from upstander.web.country import (
    acts,
    circumstances,
    history,
    means,
    motivation,
    prevention,
)

TITLES: Mapping[str, str] = choices("factor")


def factors(
    registers: Registers,
    readings: Sequence[Reading],
    rule_of_law: tuple[float, int] | None,
    att: Bound,
) -> list[Shown]:
    """All six, in the report's order.

    Args:
        readings: published indicators of regime and capacity. rule_of_law: an index 0 to 1 with its year.
        att: whether the State is bound by the Arms Trade Treaty.
    """
    return [
        _factor("F1", history.blocks(registers)),
        _factor("F2", motivation.blocks(registers)),
        _factor("F3", means.blocks(registers, att)),
        _factor("F4", circumstances.blocks(registers)),
        _factor("F5", prevention.blocks(registers, readings, rule_of_law)),
        _factor("F6", acts.blocks(registers)),
    ]


def _factor(code: str, blocks: list[Block]) -> Shown:
    measures = [m for block in blocks for m in block["measures"]]
    assessed = sum(m["assessed"] for m in measures)
    return {
        "code": code,
        "title": TITLES[code],
        "id": code.lower(),
        "blocks": blocks,
        "assessed": assessed,
        "of": len(measures),
        "words": _assessed(assessed, len(measures)),
        "flags": [block["flag"] for block in blocks if block["flag"]],
    }


def _assessed(assessed: int, of: int) -> str:
    return (
        say("web.of_assessed", assessed=assessed, plural=plural(of, "measure"))
        if of
        else say("web.no_measure")
    )
