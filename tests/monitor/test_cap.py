"""CAP: what we write is valid, what others send is read or refused with the reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from tests.monitor.messages import SENT, batch, message
from tests.shared_data import SHARED

from upstander.core.errors import ConfigError, FileRefused
from upstander.core.rights import Marking
from upstander.monitor import cap_outlines, cap_reading
from upstander.monitor.alert_message import Reference, Step, Words
from upstander.monitor.channels import cap

DATA = SHARED / "cap"
shared = pytest.mark.skipif(not (DATA / "schema").is_dir(), reason="needs the shared data")
# Real alerts that their systems serve though they are not valid: the order of elements.
INVALID = ("alertswiss", "mow.DE", "noaa")


def schema(version: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(DATA / "schema" / f"cap{version}.xsd"))


def real(*, valid: bool) -> list[Path]:
    files = [*DATA.glob("samples/*.cap"), *DATA.glob("world/*.xml")]
    alerts = [f for f in files if "rss" not in f.name and "feed" not in f.name]
    own = [f for f in alerts if f.name not in ("xee.cap", "invalid.cap")]
    return sorted(f for f in own if f.name.startswith(INVALID) != valid)


@shared
@pytest.mark.parametrize("step", list(Step))
@pytest.mark.parametrize("marking", list(Marking))
def test_every_message_is_valid_and_read_back(step, marking):
    before = (Reference("upstander@example.org", "a0", SENT - timedelta(days=9)),)
    made = message(
        step=step, marking=marking, references=before, exercise=step is Step.UPDATE
    )
    content = cap.write(batch(made))
    assert schema("12").validate(etree.fromstring(content)), schema("12").error_log
    found = cap_reading.read(content)
    assert found.one("scope") == ("Public" if marking is Marking.CLEAR else "Restricted")
    assert found.one("restriction") == ("" if marking is Marking.CLEAR else marking.label)
    assert found.one("status") == ("Exercise" if step is Step.UPDATE else "Actual")
    assert [t.language for t in found.told] == ["en", "ar"]
    assert found.told[1].values["headline"][0].endswith("قد يقع قتل")
    assert found.told[0].values["description"] == ("Known: <much> & more",)
    assert found.told[0].values["certainty"] == ("Possible",)
    assert dict(found.told[0].parameters) == {"level": "3", "probability": "12 %"}
    assert found.told[0].areas[0].codes == (("ISO3", "SDN"), ("P-code", "SD02"))


@shared
@given(st.text(max_size=80), st.text(max_size=80), st.integers(0, 4))
def test_whatever_people_type_makes_a_valid_message(headline, text, level):
    made = message(level=level, words=(Words("en", "x", headline, text),))
    root = etree.fromstring(cap.write(batch(made)))
    assert schema("12").validate(root), schema("12").error_log


def test_observed_events_are_said_to_be_observed():
    found = cap_reading.read(cap.write(batch(message(observed=True))))
    assert found.told[0].values["certainty"] == ("Observed",)


@pytest.mark.parametrize(
    "bad",
    [
        {"id": "a 1"},
        {"sender": "a,b"},
        {"words": ()},
        {"step": Step.UPDATE},
        {"expires": SENT},
    ],
)
def test_what_cap_cannot_say_is_refused(bad):
    with pytest.raises(ConfigError):
        cap.write(batch(message(**bad)))


@shared
@pytest.mark.parametrize("file", real(valid=True), ids=lambda f: f.name)
def test_every_valid_alert_of_others_is_read_strictly(file):
    content = file.read_bytes()
    found = cap_reading.read(content)
    assert found.faults == ()
    assert schema(found.version.replace(".", "")).validate(etree.fromstring(content))


@shared
@pytest.mark.parametrize("file", real(valid=False), ids=lambda f: f.name)
def test_real_alerts_that_are_not_valid_are_read_tolerantly_with_the_reason(file):
    content = file.read_bytes()
    with pytest.raises(FileRefused, match="not valid CAP"):
        cap_reading.read(content)
    found = cap_reading.read(content, tolerant=True)
    assert found.faults
    assert found.told


@shared
def test_nine_languages_of_one_alert_are_kept():
    [file] = DATA.glob("world/mow.DE*")
    found = cap_reading.read(file.read_bytes(), tolerant=True)
    languages = {t.language for t in found.told}
    assert languages == {"ar", "de", "de-LS", "en", "es", "fr", "pl", "ru", "tr"}
    assert all(t.values["headline"][0] for t in found.told)


@shared
def test_the_broken_one_is_refused_and_no_entity_is_read():
    for tolerant in (False, True):
        with pytest.raises(FileRefused):
            cap_reading.read((DATA / "samples/invalid.cap").read_bytes(), tolerant=tolerant)
    with pytest.raises(FileRefused):
        cap_reading.read((DATA / "samples/xee.cap").read_bytes())
    found = cap_reading.read((DATA / "samples/xee.cap").read_bytes(), tolerant=True)
    assert found.told[0].values["senderName"] == ("NATIONAL WEATHER SERVICE SACRAMENTO CA",)
    assert any("entities are not read" in f for f in found.faults)


def test_entities_of_the_file_itself_are_not_put_in():
    content = cap.write(batch()).replace(
        b"?>\n",
        b'?>\n<!DOCTYPE alert [<!ENTITY a "secret"><!ENTITY f SYSTEM "file:///etc/hosts">]>',
        1,
    )
    content = content.replace(b"Protect", b"&a;&f;")
    found = cap_reading.read(content, tolerant=True)
    assert "secret" not in str(found)
    assert "localhost" not in str(found)
    assert found.faults


@pytest.mark.parametrize("size", [50, 60_000])
def test_an_outline_is_bounded_and_its_box_is_that_of_all_points(size):
    points = [f"{10 + i / size:.6f},{20 + (i % 7) / 10:.4f}" for i in range(size)]
    found = cap_outlines.read(" ".join([*points, points[0]]))
    assert found.whole == size + 1
    assert len(found.points) <= cap_outlines.MOST_POINTS
    assert found.points[0] == found.points[-1]
    assert found.box == pytest.approx((10, 20, 11 - 1 / size, 20.6), abs=1e-5)
    assert not found.across


def test_an_outline_across_the_antimeridian_is_kept_as_one():
    for text in (
        "10,170 10,-170 -10,-170 -10,170 10,170",
        "10,170 10,190 -10,190 -10,170 10,170",
    ):
        found = cap_outlines.read(text)
        assert found.across
        assert found.box == (-10, 170, 10, -170)
        assert len(found.points) == 5


@pytest.mark.parametrize(
    "text", ["", "1,2 3,4 1,2", "1 2 3 4", "91,0 1,1 2,2 91,0", "a,b c,d e,f a,b"]
)
def test_what_is_no_outline_is_told(text):
    with pytest.raises(ValueError, match=r"point|outline|map"):
        cap_outlines.read(text)


def test_an_outline_that_cannot_be_read_is_a_note_and_leaves_the_alert():
    content = cap.write(
        batch(message(areas=(replace(message().areas[0], outlines=("x",)),)))
    )
    found = cap_reading.read(content)
    assert found.notes
    assert found.told[0].areas[0].name == "Darfur"
