"""Every parser of files that others give us, on files as they break on their way: read, or refused with an error of ours."""

import json
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.broken_files import MOST, broken, change, fuzz
from tests.respond import recommendation_files

from upstander.core import arrival
from upstander.core import places as place_tables
from upstander.core.clock import instant
from upstander.core.errors import ConfigError, UpstanderError
from upstander.core.geography import decode, outlines
from upstander.core.plugins import load, load_all, names
from upstander.core.types import Source
from upstander.evidence.formats import Import
from upstander.monitor import cap_reading
from upstander.records.recommendation_query import parsed
from upstander.report import receipt
from upstander.respond.recommendation_formats import Format

SAMPLES = Path(__file__).parent / "samples"
SOURCES = sorted(f for f in SAMPLES.iterdir() if f.stem in names("upstander.sources"))


@pytest.fixture(scope="module")
def places():
    return place_tables.load()


# where a line that is cut holds no UTF-8, Arrow says so on stderr before the file is refused
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("sample", SOURCES, ids=lambda f: f.stem)
@fuzz
@given(changes=change())
def test_a_publishers_file_is_read_or_refused(sample, changes, places, tmp_path):
    source = load("upstander.sources", sample.stem, Source)
    file = tmp_path / sample.name
    file.write_bytes(broken(sample.read_bytes(), changes))
    with suppress(UpstanderError):
        for snapshot in source.find(file):
            settled = arrival.settled(
                snapshot,
                arrival.SAID_NOTHING,
                places,
                today=date(2026, 11, 27),
                projects=source.projects,
            )
            source.table.check(source.parse(settled, places))


KOBO = {"count": 1, "next": None, "results": [{"_uuid": "u1", "title": "A", "passage": "b", "day": "2026-03-01", "_geolocation": [13.6, 25.3], "n": 3}]}  # fmt: skip
ODK = {"value": [{"__id": "u1", "title": "A", "spot": {"type": "Point", "coordinates": [25.3, 13.6]}, "__system": {"reviewState": None}}]}  # fmt: skip
RELIEF = {"totalCount": 1, "data": [{"id": "1", "fields": {"title": "A", "body": "b", "date": {"original": "2026-03-01T00:00:00+00:00"}, "country": [{"iso3": "sdn"}]}}]}  # fmt: skip
TABLE = "id;title;passage;day;place\n1;A;b;2026-03-01;SDN\n2;=1;c;3 March;Sudan\n"
EVIDENCE = {"kobo": json.dumps(KOBO), "odk_central": json.dumps(ODK), "reliefweb": json.dumps(RELIEF), "template": TABLE}  # fmt: skip


@pytest.mark.parametrize("program", names("upstander.evidence.formats"))
@pytest.mark.parametrize("name", ["a.json", "a.csv"])
@fuzz
@given(changes=change())
def test_a_file_of_evidence_is_read_or_refused(program, name, changes, places, tmp_path):
    reads = load("upstander.evidence.formats", program, Import)
    whole = EVIDENCE.get(program) or (SAMPLES / "ucdp_ged.csv").read_text("utf-8")
    file = tmp_path / name
    file.write_bytes(broken((whole if name.endswith("json") else TABLE).encode(), changes))
    with suppress(UpstanderError):
        list(reads.open(file, "", places).items)


@pytest.fixture(scope="module")
def recommendations(tmp_path_factory):
    """A whole file of each sort."""
    folder = tmp_path_factory.mktemp("recommendations")
    row = recommendation_files.recommended("Slovenia", "Ratify it", "Spain")
    made = (
        recommendation_files.uhri_json(folder / "a.json", recommendation_files.annotation(1)),
        recommendation_files.uprinfo(folder / "upr.csv", row),
        recommendation_files.uhri_excel(folder / "a.xlsx", [recommendation_files.excel_row(1)]),
    )  # fmt: skip
    return [(f.name, f.read_bytes()) for f in made]


@pytest.mark.parametrize("which", [0, 1, 2])
@fuzz
@given(changes=change())
def test_a_file_of_recommendations_is_read_or_refused(
    which, changes, recommendations, places, tmp_path
):
    name, whole = recommendations[which]
    file = tmp_path / name
    file.write_bytes(broken(whole, changes))
    for reads in load_all("upstander.respond.recommendation_formats", Format).values():
        with suppress(UpstanderError):
            if reads.is_one(file):
                list(reads.read(file, places, "SVN"))


CAP = b'<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>a</identifier><sender>b</sender><sent>2026-03-01T00:00:00+00:00</sent><status>Actual</status><msgType>Alert</msgType><scope>Public</scope><info><category>Security</category><event>e</event><urgency>Future</urgency><severity>Severe</severity><certainty>Possible</certainty><area><areaDesc>x</areaDesc><polygon>1,2 3,4 5,6 1,2</polygon></area></info></alert>'


@fuzz
@given(changes=change())
def test_an_alert_of_others_is_read_or_refused(changes):
    with suppress(UpstanderError):
        cap_reading.read(broken(CAP, changes))


@settings(fuzz, max_examples=20 * MOST)
@given(text=st.text(max_size=60) | st.from_regex(r'[ "()A-Z-]*(AND|OR|NOT|"x y")[ ()a-z]*'))
def test_a_search_is_read_or_refused(text):
    with suppress(ConfigError):
        parsed(text)


@settings(fuzz, max_examples=20 * MOST)
@given(text=st.text(max_size=40) | st.from_regex(r"[0-9T:+ Z.-]{0,40}"))
def test_an_instant_is_read_or_refused(text):
    with suppress(ConfigError):
        assert instant(text).tzinfo is not None


@settings(fuzz, max_examples=5 * MOST)
@given(text=st.text(max_size=300), changes=change())
def test_a_receipt_is_read_or_refused(text, changes):
    whole = f"{receipt.TITLE}\nforecasts: 1 entries, the end is {'0' * 64}\npublic key (Ed25519): {'0' * 64}\n{text}\nsignature of everything above: {'0' * 128}\n"
    for given_text in (text, broken(whole.encode(), changes).decode("utf-8", "replace")):
        with suppress(UpstanderError):
            receipt.read(given_text)


def test_outlines_of_our_own_bundle_are_what_they_were():
    """Not from outside: a release holds them by hash; here only that all are read."""
    assert all(o.point or o.polygons for o in outlines().values())
    with pytest.raises(ValueError, match="byte order"):
        decode(b"\x00" * 9)
