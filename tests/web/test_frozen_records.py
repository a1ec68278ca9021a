"""Records written by every released edition: they open, show, export and verify, for ever."""

import gzip
import json
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from tests.web.people import Office

from upstander.core.clock import utc_now as now
from upstander.core.rights import Role
from upstander.core.settings import Settings
from upstander.records.forms import form, kinds
from upstander.web.app import make

ROOT = Path(__file__).resolve().parents[2]
FROZEN = ROOT / "tests" / "frozen"
EDITIONS = sorted(f.parent.name for f in FROZEN.glob("*/records.sql.gz"))
# The made-up keys that the frozen records were written with.
KEYS = {"records.key": b"k" * 32, "signing.key": b"s" * 32}
EXPORTS = ("csv", "xlsx", "json")


def thawed(edition: str, home: Path) -> Path:
    """A home folder as the edition left it."""
    (home / "keys").mkdir(parents=True, mode=0o700)
    for name, key in KEYS.items():
        (home / "keys" / name).write_bytes(key)
        (home / "keys" / name).chmod(0o600)
    with sqlite3.connect(home / "records.db") as connection:
        text = gzip.decompress((FROZEN / edition / "records.sql.gz").read_bytes()).decode()
        connection.executescript(text)
    connection.close()
    return home


@pytest.fixture(scope="module", params=EDITIONS)
def office(request, tmp_path_factory):
    home = thawed(request.param, tmp_path_factory.mktemp("frozen") / "home")
    return Office(make(Settings(home=home)))


@pytest.fixture(scope="module")
def records(office):
    """What a head of the office that wrote them reads."""
    by = office.account(Role.HEAD)
    return office.state.records.find(by=by, as_of=now(), limit=10_000)


def test_the_version_before_this_one_is_among_them():
    assert "0.1.0" in EDITIONS


def test_the_chains_hold(office, records):
    assert office.state.records.verify().entries >= len(records)
    assert {r.kind for r in records} >= {
        "review",
        "rating",
        "evidence",
        "act",
        "review_version",
    }


def test_every_field_that_was_stored_is_one_that_its_form_knows(office, records):
    """A field may be renamed (``[field.was]``) or withdrawn, never forgotten."""
    assert {r.kind for r in records} <= set(kinds())
    for record in records:
        assert set(record.body) == {f.name for f in form(record.kind).fields}


def test_every_record_is_shown_with_its_history_and_edited_by_page_and_json(
    office, records
):
    client = office.of(Role.HEAD)
    for record in records:
        here = f"/records/{record.kind}/{record.id}"
        for address in (here, f"{here}/history"):
            assert client.get(address).status_code == 200, address
            assert client.get(f"{address}.json").status_code == 200, address
        assert client.get(f"{here}/edit").status_code in (200, 403), here
        shown = {f["name"]: f for f in client.get(f"{here}.json").json()["fields"]}
        for f in form(record.kind).fields:
            value = record.body[f.name]
            if f.choices and isinstance(value, str):
                assert shown[f.name]["words"] == [f.choices[value]]


@pytest.mark.parametrize("kind", kinds())
def test_every_list_and_every_export_holds_them(office, records, kind):
    client = office.of(Role.HEAD)
    wanted = {r.id for r in records if r.kind == kind}
    listed = client.get(f"/records/{kind}.json").json()
    assert listed["count"] == len(wanted)
    for shape in EXPORTS:
        answer = client.get(f"/records/{kind}/export.{shape}")
        assert answer.status_code == 200, shape
        if shape != "xlsx":
            assert all(id in answer.text for id in wanted)


def test_the_review_its_versions_and_its_reports_are_as_they_were(office, records):
    client = office.of(Role.HEAD)
    for review in (r for r in records if r.kind == "review"):
        here = f"/assessments/{review.id}"
        for address in (here, f"{here}/changes", f"{here}/mapping", f"{here}/rate/9.1"):
            assert client.get(address).status_code == 200, address
        for shape in ("html", "json", "pdf", "docx"):
            assert client.get(f"{here}/report.{shape}").status_code == 200, shape
    [published] = [
        r for r in records if r.body.get("status") == "published" and r.kind == "review"
    ]
    frozen = client.get(f"/assessments/{published.id}/versions/1/frozen.json")
    assert frozen.status_code == 200
    assert json.loads(frozen.text)["title"]
    assert client.get(f"/assessments/{published.id}/versions/1").status_code == 200


def test_country_pages_and_lessons_show_them(office):
    client = office.of(Role.HEAD)
    pages = ("assessment", "crimes", "crimes/intent", "lessons")
    for address in [*(f"/countries/SDN/{p}" for p in pages), "/lessons", "/evidence"]:
        assert client.get(address).status_code == 200, address


OTHERWISE = """
import sys
from pathlib import Path
from tests.web.people import Office
from upstander.core.rights import Role
from upstander.core.settings import Settings
from upstander.web.app import make
client = Office(make(Settings(home=Path(sys.argv[1])))).of(Role.HEAD)
page = client.get("/assessments")
assert page.status_code == 200, page.text
reviews = client.get("/assessments.json").json()["rows"]
sys.stdout.write(repr({r["status"] for r in reviews} & {"published", "Issued to everybody"}))
"""


@pytest.mark.parametrize(
    ("was", "shown"),
    [
        ("", "published"),
        ('[field.was]\nchoices = { published = "issued" }\n', "Issued to everybody"),
    ],
    ids=[
        "a choice renamed without a word shows as it was stored",
        "a former choice is read",
    ],
)
def test_a_choice_that_is_renamed_takes_no_page_away(tmp_path, was, shown):
    """In a copy of the package: the list of reviews stands, whatever became of the choices of their status."""
    package = tmp_path / "upstander"
    shutil.copytree(
        ROOT / "src/upstander", package, ignore=shutil.ignore_patterns("__pycache__")
    )
    file = package / "assess/kinds/review.toml"
    text = file.read_text(encoding="utf-8")
    line = next(x for x in text.splitlines() if x.startswith("published = "))
    text = text.replace(line, 'issued = "Issued to everybody"').replace(
        '"published"', '"issued"'
    )
    end = text.index("\n\n", text.index("issued = "))
    file.write_text(f"{text[:end]}\n{was}{text[end:]}", encoding="utf-8")
    home = thawed(EDITIONS[-1], tmp_path / "home")
    done = subprocess.run(
        [sys.executable, "-c", OTHERWISE, home],
        env={"PYTHONPATH": f"{tmp_path}:{ROOT}"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == repr({shown})
