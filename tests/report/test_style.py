"""In the dark every colour that charts carry has another, and the scales run the other way."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from upstander.report import charts, score_charts, worldmap
from upstander.web.country import picture

SHEET = files("upstander.report").joinpath("templates", "style.css").read_text("utf-8")
LIGHT, _, REST = SHEET.partition("@media screen and (prefers-color-scheme: dark)")
DARK = REST.partition("\n}\n")[0]
ONE = re.compile(r"--([a-z0-9]+): (#[0-9a-f]{3,6})\b")
LEFT = {"#8c96a0"}  # a grey that stands out from black as from white


def brightness(colour: str) -> float:
    """Relative luminance. Source: WCAG 2.2."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * c for c in colour[1:])
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((brightness(one), brightness(other)))
    return (high + 0.05) / (low + 0.05)


def named(sheet: str) -> dict[str, str]:
    return dict(ONE.findall(sheet))


def test_every_colour_has_its_counterpart() -> None:
    assert named(LIGHT).keys() == named(DARK).keys()
    outside = LIGHT.partition("}")[2] + REST.partition("\n}\n")[2]
    assert not re.search(r"#[0-9a-f]{3,6}\b", outside), "name it in :root, and for the dark"


@pytest.mark.parametrize("sheet", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("name", ["ink", "quiet", "accent", "focus", "fault", "good"])
def test_what_is_read_stands_out_from_the_paper(name: str, sheet: str) -> None:
    colours = named(sheet)
    assert contrast(colours[name], colours["paper"]) >= 4.5
    assert contrast(colours["ink"], colours["h4"]) >= 4.5


def test_what_is_more_stands_out_more() -> None:
    for sheet in (LIGHT, DARK):
        colours = named(sheet)
        scale = [contrast(colours[f"s{n}"], colours["paper"]) for n in range(5)]
        assert scale == sorted(scale)
    assert [named(LIGHT)[f"s{n}"] for n in range(5)] == list(charts.SCALE)


def test_what_charts_carry_is_changed_in_the_dark() -> None:
    carried = {
        charts.INK,
        charts.QUIET,
        charts.LINE,
        picture.STRONG,
        *charts.SCALE,
        *(colour for _, _, colour in charts.TYPES),
        *score_charts.COLOURS,
        *re.findall(r"#[0-9a-f]{3,6}\b", worldmap.HATCH),
    }
    assert {c for c in carried if f'="{c}"]' not in DARK} == LEFT
