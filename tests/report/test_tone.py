"""How pages speak: of supporting the State, without ranking or shaming anybody (S06)."""

import re
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, nodes

SHAMING = re.compile(
    r"\b(worst|rogue|failed state|failing state|shame|league table|guilty|bad performers?|best performers?|top offenders?|"
    r"name and shame|regime)\b",
    re.IGNORECASE,
)


def texts():
    """The words of every template, without its code."""
    for file in Path(str(files("upstander"))).rglob("templates/*.html"):
        tree = Environment(autoescape=True).parse(file.read_text("utf-8"))
        said = " ".join(node.data for node in tree.find_all(nodes.TemplateData))
        yield file.name, re.sub(r"<[^>]*>", " ", said)


def test_no_page_shames_and_none_exclaims():
    found = dict(texts())
    assert len(found) > 40
    for name, said in found.items():
        assert not SHAMING.search(said), (name, SHAMING.search(said))
        assert "!" not in re.sub(r"<!--.*?-->|<!doctype html>", "", said), name


def test_the_pages_that_lay_countries_beside_each_other_say_that_nothing_is_ranked():
    found = dict(texts())
    assert "Countries are not ranked." in found["assessment_beside.html"]
    assert "no State is immune" in found["assessments.html"]
