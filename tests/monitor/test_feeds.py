"""Feeds of others: a reading or a reason, never a crash or a wrong letter without a word."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.monitor.messages import batch, message
from tests.shared_data import SHARED

from upstander.core.errors import FileRefused
from upstander.monitor import feed_reading, feed_text
from upstander.monitor.channels import atom

FILES = sorted(SHARED.glob("feeds/illformed/*.xml"))
HEADER = re.compile(r"Header:\s*Content-type:\s*(.*)")
# What each file itself expects of a reader, by file: (description of the first entry).
DESCRIBED = {
    "encoding_demoronize-1.xml": "don’t",
    "encoding_demoronize-2.xml": "don’t",
    "encoding_double-encoded-html.xml": "…",
    "encoding_euc-kr-item.xml": "년",
    "encoding_euc-kr-attribute.xml": '<img alt="년" />',
    "encoding_http_text_xml_charset_2.xml": "This is a £“test.”",
}


def read(file: Path) -> feed_reading.Feed | None:
    content = file.read_bytes()
    header = HEADER.search(content.decode("latin-1").replace("\0", ""))
    try:
        return feed_reading.read(content, header.group(1).strip() if header else "")
    except FileRefused:
        return None


@pytest.mark.skipif(not FILES, reason="needs the shared data")
@pytest.mark.parametrize("file", FILES, ids=lambda f: f.name)
def test_a_broken_feed_gives_a_reading_or_a_reason(file):
    feed = read(file)
    if feed is None:
        assert "empty_document" in file.name
        return
    said = " ".join(
        [feed.title, *(f"{e.title} {e.summary} {e.link}" for e in feed.entries)]
    )
    if "\ufffd" in said or re.search("[\x80-\x9f]", said) or "bozo_b" in file.name:
        assert feed.reasons
    if "chardet" in file.name or "undeclared" in file.name or "aaa" in file.name:
        assert feed.reasons
    if file.name in DESCRIBED:
        assert feed.entries[0].summary == DESCRIBED[file.name]
    if "ampersands" in file.name:
        assert feed.entries[0].link == "http://link/get?a=1&b=2"
    if "i18n" in file.name:
        assert feed.title == "Iñtërnâtiônàlizætiøn"


@pytest.mark.skipif(not FILES, reason="needs the shared data")
def test_feeds_of_alerts_are_read_with_what_cap_says_in_them():
    feed = read(SHARED / "cap/world/nws_atom_cap11_feed.xml")
    assert len(feed.entries) == 163
    assert feed.entries[0].cap["severity"]
    assert feed.reasons == ()


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-16", "utf-32", "iso-8859-1", "koi8-r", "big5", "euc-kr"]
)
def test_a_declared_encoding_is_read(encoding):
    text = {"koi8-r": "Привет", "big5": "你好", "euc-kr": "년"}.get(encoding, "Übung")
    whole = f'<?xml version="1.0" encoding="{encoding}"?><rss><channel><title>{text}</title></channel></rss>'
    assert feed_reading.read(whole.encode(encoding)).title == text


def test_utf_8_that_is_said_to_be_something_else_is_read_as_utf_8_with_a_word():
    body = '<?xml version="1.0" encoding="iso-8859-1"?><rss><channel><title>Übung</title></channel></rss>'
    feed = feed_reading.read(body.encode())
    assert feed.title == "Übung"
    assert any("good UTF-8" in r for r in feed.reasons)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_reading_or_a_refusal(content):
    for whole in (
        content,
        b"<rss><channel><item><title>" + content + b"</title></item></channel></rss>",
    ):
        try:
            feed = feed_reading.read(whole)
        except FileRefused:
            continue
        decoded = feed_text.decoded(whole, "")
        assert "\ufffd" not in decoded.text or decoded.doubts or "\ufffd".encode() in whole
        assert feed.encoding


def test_our_feed_is_read_back_and_stays_byte_for_byte_the_same():
    made = batch(message(), message(id="a2", exercise=True), language="ar")
    content = atom.write(made)
    assert content == atom.write(made)
    feed = feed_reading.read(content, "application/atom+xml")
    assert feed.reasons == ()
    assert [e.title.endswith("قد يقع قتل") for e in feed.entries] == [True, True]
    assert sum(e.title.startswith("EXERCISE") for e in feed.entries) == 1
