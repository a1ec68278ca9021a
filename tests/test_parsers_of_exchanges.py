"""Every reader of what peers, calendars, feeds, surveys and offices hand us, on files as they break on their way."""

import json
from contextlib import suppress
from datetime import date
from hashlib import sha256
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from tests.broken_files import broken, change, fuzz
from tests.respond.test_recommendation_formats import ROW, matrix

from upstander import backing_up
from upstander.assess import frameworks
from upstander.core import places as place_tables
from upstander.core import uploads
from upstander.core.errors import UpstanderError
from upstander.core.months import month_end
from upstander.core.workbook import write as workbook
from upstander.evidence.column_mapping import read_mapping
from upstander.forecast import ewp_panel
from upstander.forecast.exchange import challenge_files, hub_reading, views_run
from upstander.monitor import calendar_rows, feed_reading, peer_labels
from upstander.records.forms import form
from upstander.respond import matrix_table

TODAY = date(2026, 11, 27)
CELLS = [["id", "title", "place"], ["1", "A", "SDN"], ["", "=1+1", "ISL"]]
TABLE = "\n".join(",".join(row) for row in CELLS) + "\n"
UPLOADS = {
    "csv": ("# marking: internal\n" + TABLE).encode(),
    "semicolons": b"sep=;\r\n" + TABLE.replace(",", ";").encode("utf-16"),
    "json": json.dumps(
        [dict(zip(CELLS[0], row, strict=True)) for row in CELLS[1:]]
    ).encode(),
    "xlsx": workbook(
        [CELLS[0], *CELLS[1:]], title="Ratings", about=[("marking", "internal")]
    ),
}


@pytest.fixture(scope="module")
def places():
    return place_tables.load()


@pytest.mark.parametrize("kind", UPLOADS)
@fuzz
@given(changes=change())
def test_a_table_that_somebody_uploads_is_read_or_refused(kind, changes, tmp_path):
    file = tmp_path / "table"
    file.write_bytes(broken(UPLOADS[kind], changes))
    with suppress(UpstanderError):
        list(uploads.read(file).lines)


CSV_CALENDAR = b"title,date,country,type,until,date_precision,first_seen,last_seen\nElection,2026-12-01,SDN,election,,exact,2026-01-01,2026-11-01\nMarch,2027-01-01,Iceland,protest,2027-01-09,month,,\n"
EVENTS = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:a\r\nDTSTART;VALUE=DATE:20261201\r\nDTEND;TZID=Africa/Khartoum:20261202T101500\r\nSUMMARY:Election\\, round 2\r\nCATEGORIES:SDN,election\r\nRRULE:FREQ=YEARLY\r\nSEQUENCE:2\r\nBEGIN:VALARM\r\nTRIGGER:-PT1H\r\nEND:VALARM\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"


@pytest.mark.parametrize("whole", [CSV_CALENDAR, EVENTS], ids=["csv", "ics"])
@fuzz
@given(changes=change())
def test_a_calendar_is_read_or_refused(whole, changes, places):
    with suppress(UpstanderError):
        calendar_rows.read(broken(whole, changes), places, TODAY)


FEED = b'<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:cap="urn:oasis:names:tc:emergency:cap:1.2"><channel><title>A &amp; b</title><item><title>One</title><link>http://x.example/1</link><guid>1</guid><pubDate>Sun, 01 Mar 2026 00:00:00 GMT</pubDate><description><![CDATA[<p>c</p>]]></description></item></channel></rss>'
ATOM = '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr"><title>Élan</title><entry><id>1</id><title type="html">&lt;b&gt;x&lt;/b&gt;</title><updated>2026-03-01T00:00:00Z</updated><link href="/a"/><summary>b</summary></entry></feed>'.encode(
    "utf-16"
)


@pytest.mark.parametrize("whole", [FEED, ATOM], ids=["rss", "atom"])
@fuzz
@given(changes=change())
def test_a_feed_is_read_or_refused(whole, changes):
    with suppress(UpstanderError):
        feed_reading.read(broken(whole, changes), "application/xml; charset=utf-8")


HUB = [
    {
        "origin_date": "2026-06-24",
        "target": "fatalities",
        "horizon": 1,
        "location": place,
        "target_end_date": str(month_end(date(2026, 6, 1))),
        "output_type": "sample",
        "output_type_id": str(n),
        "value": 10.0 * n,
    }
    for place in ("SDN", "UKR")
    for n in range(3)
]


def parquet(table: pa.Table) -> bytes:
    out = pa.BufferOutputStream()
    pq.write_table(table, out)
    return bytes(out.getvalue())


def csv_of(rows) -> bytes:
    lines = [",".join(rows[0]), *(",".join(map(str, row.values())) for row in rows)]
    return ("\n".join(lines) + "\n").encode()


ROUND = {"parquet": parquet(pa.Table.from_pylist(HUB)), "csv": csv_of(HUB)}


@pytest.mark.parametrize("kind", ROUND)
@fuzz
@given(changes=change())
def test_a_peers_round_is_read_or_refused(kind, changes, tmp_path):
    file = tmp_path / "team-model" / f"2026-06-24-team-model.{kind}"
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(broken(ROUND[kind], changes))
    with suppress(UpstanderError):
        hub_reading.read(tmp_path, {"SDN", "UKR"})


WINDOW = parquet(
    pa.table(
        {
            "month_id": pa.array([457] * 6, pa.int64()),
            "country_id": pa.array([1, 1, 1, 2, 2, 2], pa.int64()),
            "draw": pa.array([0, 1, 2] * 2, pa.int64()),
            "outcome": pa.array(range(6), pa.int64()),
        }
    )
)


@fuzz
@given(changes=change())
def test_a_window_of_the_challenge_is_read_or_refused(changes, tmp_path):
    file = tmp_path / "cm" / "window=Y2018" / "a.parquet"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(broken(WINDOW, changes))
    with suppress(UpstanderError):
        challenge_files.read(tmp_path)


RUN = b"isoab,year,month,main_dich,main_mean\nCOL,2025,8,0.2,3\nSDN,2025,9,0.9,1e3\n"


@fuzz
@given(changes=change())
def test_a_run_of_views_is_read_or_refused(changes, places, tmp_path):
    file = tmp_path / "run.csv"
    file.write_bytes(broken(RUN, changes))
    with suppress(UpstanderError):
        views_run.read(file, places)


WARNINGS = {
    "hdx_signals": b"iso3,indicator_id,campaign_date,backfilled\nSDN,acled_conflict,2026-03-04,FALSE\nISL,acled_conflict,2026-03-05,TRUE\n",
    "crisiswatch": b'edition,alerts_month,iso3,alert_type\n1,March 2026,SDN,conflict_risk\n2,April 2026,ISL,"resolution"\n',
}


@pytest.mark.parametrize("peer", WARNINGS)
@fuzz
@given(changes=change())
def test_warnings_of_a_peer_are_brought_in_or_refused(peer, changes, tmp_path):
    file = tmp_path / "theirs.csv"
    file.write_bytes(broken(WARNINGS[peer], changes))
    with suppress(UpstanderError):
        peer_labels.bring_in(tmp_path / "peers", peer, file, TODAY)


COLUMNS = dict.fromkeys(
    (ewp_panel.NAME, *ewp_panel.KEYS, *ewp_panel.AHEAD, *ewp_panel.NEEDED), 0
)
PANEL = csv_of(
    [
        COLUMNS | {"ewp_name": "A", "ccode": 2, "year": 2019},
        COLUMNS | {"ewp_name": "A", "ccode": 2, "year": 2020, "gdppcgrowth": "NA"},
        COLUMNS | {"ewp_name": "B", "ccode": 20, "year": 2020, "mk_onset_2": 1},
    ]
)
BACKTEST = b"ccode,prev_year,risk_prev\n2,2019,0.02\n20,2020,0.1\n"


@pytest.mark.parametrize("which", [ewp_panel.PANEL, ewp_panel.PUBLISHED])
@fuzz
@given(changes=change())
def test_the_panel_of_the_early_warning_project_is_read_or_refused(
    which, changes, tmp_path
):
    for name, whole in ((ewp_panel.PANEL, PANEL), (ewp_panel.PUBLISHED, BACKTEST)):
        content = broken(whole, changes) if name == which else whole
        (tmp_path / name).write_bytes(content)
    with suppress(UpstanderError):
        ewp_panel.read(tmp_path)


MAPPING = b'order = "x"\n[fields]\ntitle = "Heading"\n[values.kind]\n"a b" = "report"\n[fixed]\nlanguage = "fr"\n[contact]\nname = "Who"\n[place]\ncolumn = "Where"\n[dates]\norder = "%d/%m/%Y"\n[leave]\ncolumns = ["x"]\n'


@fuzz
@given(changes=change())
def test_a_mapping_of_columns_is_read_or_refused(changes):
    with suppress(UpstanderError):
        read_mapping(broken(MAPPING, changes).decode("utf-8", "replace"), form("evidence"))


@fuzz
@given(changes=change())
def test_a_framework_of_an_office_is_read_or_refused(changes):
    whole = Path(frameworks.__file__).with_name("ngo_example.toml").read_bytes()
    with suppress(UpstanderError):
        frameworks.read("ngo_example", broken(whole, changes))


@fuzz
@given(changes=change())
def test_a_matrix_of_recommendations_is_read_or_refused(changes, tmp_path):
    file = matrix(tmp_path / "m.docx", ROW)
    file.write_bytes(broken(file.read_bytes(), changes))
    with suppress(UpstanderError):
        matrix_table.find(file)


@fuzz
@given(changes=change())
def test_a_list_of_a_backup_is_read_or_refused(changes, tmp_path):
    (tmp_path / "a").write_bytes(b"a")
    told = {"files": {"a": sha256(b"a").hexdigest(), "../a": "0", "/etc/hosts": "0"}}
    (tmp_path / backing_up.LIST).write_bytes(broken(json.dumps(told).encode(), changes))
    with suppress(UpstanderError):
        backing_up.read_list(tmp_path)
