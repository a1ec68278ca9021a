"""How fast the pages of a full review answer: 141 indicators rated by three spaces, 2,000 evidence items, two cores.

    PYTHONPATH=src python benchmarks/assessment_pages.py                          # SQLite in a temporary folder
    PYTHONPATH=src python benchmarks/assessment_pages.py postgresql+psycopg://... # an empty PostgreSQL database

Prints for each page, in milliseconds, how long the first answer took (of the first pages the process knew nothing
yet), the median of the next and the processor time in it, without the database server's (on a busy machine the two
differ), and its size as sent (gzip where the browser gets it). One item is corrected between any two answers.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path

from starlette.testclient import TestClient

from upstander.assess.frameworks import shipped
from upstander.assess.rating import rating_draft
from upstander.core.rights import Actor, Marking, Role, Stamp, stamp_within
from upstander.core.settings import Settings
from upstander.records import drafts as keeping
from upstander.records import new_id
from upstander.web.app import make
from upstander.web.kernel.sessions import token_hash

SPACES = {"justice": "government", "nhri": "nhri", "watch": "ngo"}
INDICATORS, ITEMS, PARTS, TIMES = 141, 2000, 12, 15
TARGET_MS, TARGET_KB = 150, 150
PLACE = "SDN"
ADMIN = Actor("root", "Root", Role.ADMINISTRATOR, "")


def now() -> datetime:
    return datetime.now(UTC)


def keep(kind, by, fields, parent="", stamp=None):  # type: ignore[no-untyped-def]
    return keeping.draft(kind, fields, id=new_id(), by=by, places=frozenset({PLACE}), parent=parent, place=PLACE,
                         stamp=stamp or Stamp(by.space, by.account, marking=Marking.GREEN))  # fmt: skip


def full(state):  # type: ignore[no-untyped-def]
    """Fill a store with one full review; gives its id, the account that reads it, and an item."""
    for space, type in SPACES.items():
        state.accounts.add_space(space, f"The {space} office", type, by=ADMIN, now=now())
    people = {
        s: state.accounts.create(
            f"head-{s}", f"Head of {s}", Role.HEAD, s, by=ADMIN, now=now()
        ).actor
        for s in SPACES
    }
    lead, frameworks = people["justice"], shipped()

    def append(drafts, by, step=200):  # type: ignore[no-untyped-def]
        for at in range(0, len(drafts), step):
            state.records.append(
                drafts[at : at + step], by=by, why="Filled for the benchmark", now=now()
            )

    head = keep("review", lead, {"title": "First national review", "level": "country", "owner": "Office of the Prime Minister",
                "pillar": "1", "first": "2026-01-01", "last": "2026-06-30", "yardstick": "icd203"})  # fmt: skip
    append([head], lead)
    codes = [
        c for c in frameworks.rated if frameworks.rated[c][0].name == "framework_2014"
    ][:INDICATORS]
    passage = (
        "Two monitors and a regional newspaper report that officers handed out rifles in three districts. "
        * 6
    )
    items = [
        keep("evidence", lead, {
            "title": f"Report {n} of the regional monitors", "status": "library", "passage": passage, "url": "https://example.org/report",
            "day": (date(2026, 1, 1) + timedelta(days=n % 150)).isoformat(), "language": "en", "reliability": "ABCDEF"[n % 6], "credibility": str(n % 6 + 1),
            "supports": [codes[n % len(codes)]] if n % 3 else [], "against": [] if n % 3 else [codes[n % len(codes)]],
        })
        for n in range(ITEMS)
    ]  # fmt: skip
    append(items, lead)
    for k, by in enumerate(people.values()):
        drafts = [
            rating_draft({"code": c, "level": str((n + k * (n % 5 == 0)) % 5), "trend": "rising" if n % 2 else "steady", "evidence": "medium",
                          "agreement": "high", "note": "A pattern over districts and months, with help from officials."},
                         frameworks, review=head.id, by=by, places=frozenset({PLACE}), place=PLACE,
                         stamp=stamp_within(head.stamp, by))
            for n, c in enumerate(codes)
        ]  # fmt: skip
        append(drafts, by)
    many = [
        *(keep("participant", lead, {"organisation": f"Organisation {n}", "type": t, "women": 2, "men": 3}, head.id)
          for n, t in enumerate(("ministry", "ministry", "ministry", "nhri", "ngo", "women", "academic", "local") * 2)),
        *(keep("policy_mapping", lead, {"policy": f"Programme {n}", "subject": "elections", "owner": "Ministry", "law": "3", "practice": "2"}, head.id) for n in range(PARTS)),
        *(keep("capacity", lead, {"subject": "accountability", "carrier": "institutions", "label": f"Court {n}", "law": "3", "practice": "2", "day": "2026-05-01", "known_from": "Gazette"}) for n in range(PARTS)),
        *(keep("action", lead, {"title": f"Open office {n}", "subject": "accountability", "factors": ["F5"], "owner": "Ministry", "due": "2027-01-01", "measure": "Offices open", "legal_basis": ["ihrl"], "status": "planned"}, head.id) for n in range(PARTS)),
    ]  # fmt: skip
    append(many, lead)
    with state.records.database.engine.begin() as connection:
        connection.exec_driver_sql("ANALYZE")  # as autovacuum does in an office's database
    return head.id, lead, items[0]


def measured(
    client: TestClient, path: str, correct: Callable[[], None]
) -> tuple[float, float, float, float]:
    """Time of the first answer, median time and median processor time of the next in ms, and the size as sent in kB."""
    took, worked, size = [], [], 0
    for _ in range(TIMES + 1):
        correct()
        start, cpu = time.perf_counter(), time.process_time()
        with client.stream("GET", path, headers={"accept-encoding": "gzip"}) as answer:
            sent = b"".join(answer.iter_raw())
        took.append(1000 * (time.perf_counter() - start))
        worked.append(1000 * (time.process_time() - cpu))
        assert answer.status_code == 200, (path, answer.status_code)
        size = len(sent)
    return took[0], statistics.median(took[1:]), statistics.median(worked[1:]), size / 1000


def main(url: str = "") -> int:
    """Fill, measure, tell; 1 when a page misses its target."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(home=Path(folder), records_url=url)  # type: ignore[arg-type]
        id, lead, item = full(make(settings).state.installation)
        app, versions = (
            make(settings),
            count(1),
        )  # a new process, as it were: nothing was read yet

        def correct() -> None:
            app.state.installation.records.append(
                [replace(item, expected=next(versions))],
                by=lead,
                why="Corrected",
                now=now(),
            )

        token = "token" * 8
        app.state.installation.accounts.start_session(
            token_hash(token),
            lead.account,
            csrf="c" * 30,
            ends=now() + timedelta(hours=1),
            now=now(),
        )
        pages = ("/", f"/countries/{PLACE}", f"/assessments/{id}", "/assessments", f"/assessments/{id}?lens=framework_2014", f"/assessments/{id}/rate/9.1",
                 f"/assessments/{id}/changes", f"/assessments/{id}/report.html", "/evidence", "/evidence?of=9.1&side=supports",
                 "/evidence?text=rifles&reliability=B", "/evidence?status=all&since=2026-03-01", "/records/evidence",
                 "/search?q=rifles", f"/countries/{PLACE}/assessment", f"/countries/{PLACE}/crimes", "/records",
                 "/static/style.css")  # fmt: skip
        missed = 0
        with TestClient(app, base_url="http://127.0.0.1") as client:
            client.cookies.set("session", token)
            for path in pages:
                first, median, worked, size = measured(client, path, correct)
                bad = median > TARGET_MS or size > TARGET_KB
                missed += bad
                print(
                    f"{path.replace(id, 'ID'):42} first {first:6.1f}  median {median:6.1f}  processor {worked:6.1f} ms  "
                    f"{size:6.1f} kB{'  MISSED' if bad else ''}"
                )
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
