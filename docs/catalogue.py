"""What there is, written from the files that hold it when the docs are built: a new plug-in appears by itself.

In a page: ``{catalogue} sources``. From a terminal, for one table or several: ``python docs/catalogue.py sources``.
"""

import logging
import sys
from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Any

Row = tuple[str, ...]


def plug_ins(package: str, kind: type, *told: str) -> list[Row]:
    """Plug-ins of a package with some of their attributes."""
    from upstander.core.plugins import load_all

    found = load_all(package, kind).items()
    return [(f"`{name}`", *(str(getattr(one, n)) for n in told)) for name, one in found]


def sources() -> list[Row]:
    from upstander.core.types import Source

    return plug_ins("upstander.sources", Source, "title", "publisher", "licence")


def models() -> list[Row]:
    from upstander.core.types import Model

    return plug_ins("upstander.forecast.models", Model, "title", "citation")


def classifiers() -> list[Row]:
    from upstander.core.types import Classifier

    return plug_ins("upstander.forecast.classifiers", Classifier, "title", "citation")


def features() -> list[Row]:
    from upstander.core.types import Family

    return plug_ins("upstander.forecast.features", Family, "title")


def tasks() -> list[Row]:
    from upstander.forecast.scoreboard.board import Task

    return plug_ins("upstander.forecast.scoreboard.tasks", Task, "title", "citation")


def channels() -> list[Row]:
    from upstander.monitor.alert_message import Channel

    return plug_ins("upstander.monitor.channels", Channel, "title", "media")


def rules() -> list[Row]:
    from upstander.monitor.rule import Rule

    return plug_ins("upstander.monitor.rules", Rule, "title", "topic")


def formats() -> list[Row]:
    from upstander.evidence.formats import Import

    return plug_ins("upstander.evidence.formats", Import, "title", "citation")


def recommendation_formats() -> list[Row]:
    from upstander.respond.recommendation_formats import Format

    return plug_ins("upstander.respond.recommendation_formats", Format, "title", "citation")


def frameworks() -> list[Row]:
    from upstander.assess.frameworks import shipped

    return [
        (f"`{f.name}`", f.title, f.version, f.source) for f in shipped().lenses.values()
    ]


def kinds() -> list[Row]:
    from upstander.records.forms import form, kinds

    return [_kind(form(k)) for k in kinds()]


def _kind(form: Any) -> Row:
    links = (
        ", ".join(f"`{to}`" for to in sorted({f.to for f in form.fields if f.to})) or "none"
    )
    title = f"{form.title}{' (restricted)' if form.restricted else ''}"
    rests = f"{form.source}, {form.part}"
    return (
        f"`{form.kind}`",
        title,
        form.factor or "all",
        rests,
        str(len(form.fields)),
        links,
    )


def reports() -> list[Row]:
    from upstander.core.plugins import load_all
    from upstander.report.documents import PACKAGE, Report

    found = load_all(PACKAGE, Report).items()
    return [(f"`{name}`", r.title, r.about, ", ".join(r.shapes)) for name, r in found]


def pages() -> list[Row]:
    from upstander.web.kernel.routing import routes

    shown = [r for r in routes() if r.method == "GET" and not r.path.endswith(".json")]
    return sorted((f"`{r.path}`", f"`{r.name}`") for r in shown)


def verbs() -> list[Row]:
    from upstander.cli import verbs

    return [(f"`{verb}`", _first_line(file)) for verb, file in verbs().items()]


def _first_line(module: Any) -> str:
    return (module.__doc__ or "").split("\n")[0].split(": ", 1)[-1]


def _packaged() -> Any:
    from pathlib import Path

    from upstander.forecast.scoreboard import assemble

    return assemble.held(Path("no home"))[0]


def verdicts() -> list[Row]:
    from upstander.report.track_record import ISSUED

    shown = [v for v in _packaged().verdicts if v.model in ISSUED]
    return [(f"`{v.target}`", v.model, v.kind, v.words) for v in shown]


def scored() -> list[Row]:
    from upstander.core.plugins import load
    from upstander.forecast.scoreboard.assemble import TASKS, settings_tried, task_names
    from upstander.forecast.scoreboard.board import Task

    board = _packaged()
    return [
        (
            load(TASKS, name, Task).title,
            str(len(board.of(name))),
            str(settings_tried(board.tried, name)),
        )
        for name in task_names()
    ]


def glossary() -> list[Row]:
    from upstander.report.glossary import terms

    cited = [(t, f"{t.title or t.cited}{', ' if t.part else ''}{t.part}") for t in terms()]
    return [(f"**{t.term}**", t.words, rests) for t, rests in cited]


TABLES: dict[str, tuple[Callable[[], Iterable[Row]], Row]] = {
    "sources": (sources, ("Source", "Title", "Publisher", "Licence")),
    "models": (models, ("Model", "Title", "Rests on")),
    "classifiers": (classifiers, ("Classifier", "Title", "Rests on")),
    "features": (features, ("Family", "Title")),
    "tasks": (tasks, ("Task", "Title", "Rests on")),
    "frameworks": (frameworks, ("Framework", "Title", "Version", "Source")),
    "kinds": (
        kinds,
        ("Kind", "One record is", "Informs", "Rests on", "Fields", "Links to"),
    ),
    "rules": (rules, ("Rule", "Title", "Topic")),
    "channels": (channels, ("Channel", "Title", "Media type")),
    "formats": (formats, ("Format", "Title", "Rests on")),
    "recommendation_formats": (
        recommendation_formats,
        ("Format", "Title", "Rests on"),
    ),
    "reports": (reports, ("Report", "Title", "About", "Shapes")),
    "pages": (pages, ("Address", "Name")),
    "verdicts": (verdicts, ("Event", "Model", "Way of looking back", "Verdict")),
    "scored": (scored, ("Task", "Tables here", "Settings tried on its cases")),
    "glossary": (glossary, ("Term", "Means", "Rests on")),
    "verbs": (verbs, ("Verb", "Does")),
}


def table(name: str) -> list[str]:
    """The lines of a table in Markdown."""
    rows, head = TABLES[name]
    lines = [head, tuple("---" for _ in head), *rows()]
    return ["| " + " | ".join(c.replace("|", "/") for c in line) + " |" for line in lines]


def setup(app: Any) -> dict[str, Any]:
    """Sphinx calls this."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    docutils = import_module("docutils.nodes")
    directive = import_module("sphinx.util.docutils").SphinxDirective

    class Catalogue(directive):  # type: ignore[misc, valid-type]
        """A table of what there is."""

        required_arguments = 1

        def run(self) -> list[Any]:
            inside = docutils.container()
            self.state.nested_parse(table(self.arguments[0]), self.content_offset, inside)
            return [inside]

    app.add_directive("catalogue", Catalogue)
    return {"parallel_read_safe": True, "version": "1"}


if __name__ == "__main__":
    sys.stdout.write("\n\n".join("\n".join(table(n)) for n in sys.argv[1:]) + "\n")
