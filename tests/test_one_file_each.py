"""In a copy of the project: whatever can be added is one new file, and a user meets it without any other edit."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

FILES = {
    "sources/toy_source.py": '''"""A made-up source, one file."""
from datetime import date
import pyarrow as pa
from upstander.core.tables import INDICATOR_YEAR
from upstander.core.types import Snapshot, Source

def find(path):
    yield Snapshot(path, "1", date(2020, 1, 1), "published", date(2019, 1, 1), date(2019, 12, 31))

def parse(snapshot, places):
    return pa.table({"country": ["SDN"], "year": [2019], "indicator": ["toy_x"], "value": [1.5]})

SOURCE = Source(title="Toy source", publisher="nobody", homepage="", licence="CC0", citation="made up for a test",
                table=INDICATOR_YEAR, rows=(1, 10), lag_days=0, find=find, parse=parse)
''',
    "forecast/models/toy_nine.py": '''"""Always nine dead."""
from dataclasses import dataclass
import numpy as np
from upstander.core.types import Forecast, Model

@dataclass(frozen=True)
class Nine:
    target: str
    def predict(self, panel, horizons, rng):
        draws = np.full((len(panel.units), len(horizons), 4), 9, dtype=np.int32)
        return Forecast(self.target, "toy_nine", panel.as_of, panel.units, horizons, draws)

MODEL = Model(title="Toy nine", citation="made up for a test", fit=lambda panel, target, horizons, rng: Nine(target))
''',
    "forecast/scoreboard/tasks/toy_task.py": '''"""A made-up way to be judged."""
from upstander.forecast.scoreboard.board import Column, Part, Table, Task

def score(asked):
    table = Table(id="toy.table", task="toy_task", title="Toy table", kind="Hindcast",
                  columns=(Column("model", "Model", "text"),), rows=({"model": "toy_nine"},))
    return Part(tables=(table,))

TASK = Task(title="Toy task", citation="made up for a test", score=score)
''',
    "assess/frameworks/toy_lens.toml": """title = "Toy lens"
short = "Toy lens"
version = "1"
source = "Made up for a test"
made = "For a test, 2026."

[[factor]]
code = "TOY-A"
title = "Toys"
overlap = "atrocity_specific"

[[factor.indicator]]
code = "TOY-A1"
label = "Toys are taken away"
ask = "Are toys taken away?"
""",
    "assess/kinds/toy_kind.toml": """title = "Toy record"
plural = "Toy records"
help = "One record per toy, made up for a test."
source = "HOUSE"
part = "a test"
parent = ""
writers = ["analyst", "approver", "head"]
called = ["name"]
import_order = 9
register = true

[[field]]
name = "name"
label = "Name of the toy"
type = "text"
required = true

[[field]]
name = "size"
label = "Size"
type = "choice"
[field.choices]
small = "Small toy"
large = "Large toy"
""",
    "evidence/formats/toy_program.py": '''"""A made-up program's export."""
from dataclasses import replace
from upstander.core.uploads import read
from upstander.evidence.formats import Found, Import, Opened

def open_(path, encoding, _places):
    given = read(path, encoding)
    lines = (Found(replace(x, cells={"name": x.cells["toy"]})) for x in given.lines)
    return Opened(("name",), lines, given.notes)

IMPORT = Import(title="Toy program", citation="made up for a test", open=open_)
''',
    "monitor/rules/toy_rule.py": '''"""A made-up rule."""
from upstander.monitor.rule import MonthRule

RULE = MonthRule("Toy rule", "other", "monitor.record_high", how="Always.", quiet_months=6, drafts=1,
                 score=lambda past: past.total)
''',
    "monitor/channels/toy_channel.py": '''"""A made-up way out."""
from upstander.monitor.alert_message import Channel

def write(batch):
    return f"toys: {len(batch.messages)}".encode()

CHANNEL = Channel("Toy channel", "text/plain", "toy", write)
''',
    "report/documents/toy_report.py": '''"""A made-up report on a country."""
from upstander.report.documents import COUNTRY, Report

def html(situation, language):
    return f"<p>Toys of {situation.place.name}</p>"

REPORT = Report("Toy report", COUNTRY, {"html": html})
''',
    "web/toys/views.py": '''"""A made-up area of pages."""
from upstander.web.kernel.routing import page

def show(request):
    return {"title": "All toys", "faults": []}

ROUTES = (*page("toys", "/toys", show, "toys.html"),)
''',
    "web/toys/templates/toys.html": """{% extends "layout.html" %}
{% block content %}<h1>{{ c.title }}</h1>{% endblock %}
""",
    "cli/toy.py": '''"""``upstander toy``: say that there is a toy."""
EXAMPLE = "upstander toy"

def toy() -> None:
    """Say that there is a toy."""
    print("a toy")
''',
}
SAMPLE = "tests/samples/toy_source.csv"
PROGRAM = """
import io, json, sys, traceback
from datetime import date
from pathlib import Path
from tests.web.people import Office, office
from upstander import pipeline
from upstander.assess.frameworks import shipped
from upstander.core import plugins
from upstander.core.rights import Role
from upstander.core.settings import Settings
from upstander.core.tables import INDICATOR_YEAR
from upstander.core.types import Model
from upstander.forecast.scoreboard import assemble

home = Path(sys.argv[1])
settings = Settings(home=home)


def source():
    assert "toy_source" in [s["source"] for s in pipeline.sources()]
    pipeline.fetch(settings, "toy_source", sys.argv[2], today=date(2026, 1, 1))
    lake, _ = pipeline.open_lake(settings)
    rows = lake.read(INDICATOR_YEAR, as_of=date(2020, 1, 1), source="toy_source")
    assert rows["value"].to_pylist() == [1.5]


def model():
    assert plugins.load("upstander.forecast.models", "toy_nine", Model).title == "Toy nine"


def task():
    assert "toy_task" in assemble.task_names()


def framework():
    assert "toy_lens" in shipped().lenses
    desk = offices.of(Role.HEAD)
    fields = {"title": "R", "level": "country", "owner": "O", "pillar": "1", "first": "2026-01-01", "last": "2026-06-30"}
    id = desk.write("/records/review", fields=fields, why="begun", place="SDN", marking="GREEN").json()["id"]
    page = desk.get(f"/assessments/{id}?lens=toy_lens")
    assert page.status_code == 200 and "Toys" in page.text


def kind():
    head = offices.of(Role.HEAD)
    made = head.write("/records/toy_kind", fields={"name": "Bear", "size": "large"}, why="seen", place="SDN")
    assert made.status_code == 201, made.text
    id = made.json()["id"]
    here = f"/records/toy_kind/{id}"
    for address in ("/records", "/records/toy_kind", here, f"{here}/history", f"{here}/edit", "/records/toy_kind/new",
                    "/search?q=bear", "/countries/SDN/assessment"):
        answer = head.get(address)
        assert answer.status_code == 200, (address, answer.text)
    assert "Toy records" in head.get("/records").text
    assert "Large toy" in head.get(here).text and "Bear" in head.get("/search?q=bear").text
    assert head.get(f"{here}.json").json()["title"] == "Bear"
    for shape in ("csv", "xlsx", "json"):
        assert head.get(f"/records/toy_kind/export.{shape}").status_code == 200
    assert "name" in head.get("/records/toy_kind/template.csv").text


def format():
    head = offices.of(Role.HEAD)
    page = head.get("/evidence/import").text
    assert "Toy program" in page and "Toy records" in page
    sent = {"csrf": head.csrf, "program": "toy_program", "kind": "toy_kind", "place": "SDN"}
    file = {"file": ("toys.csv", io.BytesIO(b"toy\\nDuck\\n"), "text/csv")}
    look = head.post("/evidence/import", data=sent, files=file, headers={"origin": "http://127.0.0.1"})
    assert look.status_code == 200, look.text
    kept = head.fill("/evidence/import", do="keep")
    assert kept.status_code == 201, kept.text
    assert "Duck" in head.get("/records/toy_kind").text


def report():
    answer = offices.client().get("/countries/SDN/toy_report.html")
    assert answer.status_code == 200 and "Toys of Sudan" in answer.text
    from upstander.report import documents
    assert documents.of_country("toy_report").title == "Toy report"


def rule():
    assert "Toy rule" in offices.client().get("/alerts/rules").text
    assert "No look back was made" in offices.client().get("/alerts/rules/toy_rule").text


def channel():
    client = offices.client()
    assert "Toy channel" in client.get("/alerts").text
    assert client.get("/alerts/feed.toy").text == "toys: 0"


def area():
    page = offices.client().get("/toys")
    assert page.status_code == 200 and "All toys" in page.text
    assert offices.client().get("/toys.json").json()["title"] == "All toys"


def command():
    from typer.testing import CliRunner
    from upstander.cli import app

    assert "a toy" in CliRunner().invoke(app, ["toy"]).stdout
    assert "Say that there is a toy" in CliRunner().invoke(app, ["--help"]).stdout


offices = office(home, intake="justice")
told = {}
for what in sys.argv[3:]:
    try:
        globals()[what]()
        told[what] = "met"
    except Exception:
        told[what] = traceback.format_exc()
print(json.dumps(told))
"""
CATALOGUED = {
    "sources": "toy_source",
    "models": "toy_nine",
    "tasks": "Toy task",
    "frameworks": "toy_lens",
    "kinds": "toy_kind",
    "formats": "toy_program",
    "rules": "Toy rule",
    "channels": "Toy channel",
    "reports": "Toy report",
    "pages": "/toys",
    "verbs": "`toy`",
}


@pytest.fixture(scope="module")
def copy(tmp_path_factory) -> Path:
    """The package with one new file for everything that can be added, and a sample of the source."""
    folder = tmp_path_factory.mktemp("copy")
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "src" / "upstander", folder / "upstander", ignore=ignore)
    for name, text in FILES.items():
        file = folder / "upstander" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    sample = folder / SAMPLE
    sample.parent.mkdir(parents=True)
    sample.write_text("anything\n")
    return folder


def run(copy: Path, *words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *map(str, words)],
        cwd=copy,
        env={"PYTHONPATH": f"{copy}:{ROOT}"},
        capture_output=True,
        text=True,
    )


THINGS = (
    "source",
    "model",
    "task",
    "framework",
    "kind",
    "format",
    "rule",
    "channel",
    "report",
    "area",
    "command",
)


@pytest.fixture(scope="module")
def told(copy: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """By thing, what became of it, all in one process: each takes longer to load the program than to be met."""
    home = tmp_path_factory.mktemp("met")
    done = run(copy, "-c", PROGRAM, home, copy / SAMPLE, *THINGS)
    assert done.returncode == 0, done.stderr
    found: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize("what", THINGS)
def test_one_new_file_is_met_by_a_user(told: dict[str, str], what: str):
    assert told[what] == "met"


@pytest.fixture(scope="module")
def tables(copy: Path) -> dict[str, str]:
    """The docs' lists of what there is, by name."""
    done = run(copy, ROOT / "docs" / "catalogue.py", *CATALOGUED)
    assert done.returncode == 0, done.stderr
    return dict(zip(CATALOGUED, done.stdout.split("\n\n"), strict=True))


@pytest.mark.parametrize("table", list(CATALOGUED))
def test_the_docs_list_it_by_themselves(tables: dict[str, str], table: str):
    assert CATALOGUED[table] in tables[table]
