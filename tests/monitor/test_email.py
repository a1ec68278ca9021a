"""Letters: thousands of readers share one but for the address that ends their subscription; any program reads it."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes, policy

import pytest
from tests.monitor.messages import batch, message

from upstander.core import plugins
from upstander.core.errors import ConfigError
from upstander.monitor.alert_message import NOT_WRITTEN, Channel, Words
from upstander.monitor.channels.email import CHANNEL, LONGEST

LEAVE = "https://upstander.example.org/alerts/leave/" + "a" * 60 + "/" + "b" * 32


def read(content: bytes):
    return message_from_bytes(
        b"From: a@b.org\r\nTo: c@d.org\r\n" + content, policy=policy.SMTP
    )


def letter(text: str, leave: str = LEAVE, language: str = "en"):
    words = Words("en", "Early warning", "Tension in the north — 北方", text)
    made = batch(replace(message(), words=(words,)))
    return CHANNEL.write(replace(made, leave=leave, language=language))


@pytest.mark.parametrize(
    "text",
    [
        "Plain words.",
        "Слова и 词语.\n.a line with a dot first",
        "é" * (LONGEST + 10),
        "x" * 2000,
    ],
)
def test_what_was_written_is_read_with_its_way_out_whatever_the_letters(text):
    found = read(letter(text))
    assert found["Subject"].endswith("Tension in the north — 北方")
    body = found.get_content()
    assert text in body.replace("\r\n", "\n")
    assert body.rstrip().endswith(LEAVE)
    assert found["List-Unsubscribe"] == f"<{LEAVE}>"
    assert found["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert not found.defects


def test_two_readers_get_the_same_letter_and_each_its_own_way_out():
    other = LEAVE.replace("b" * 32, "d" * 32)
    mine, yours = read(letter("Words.")), read(letter("Words.", other))
    assert mine["Message-ID"] == yours["Message-ID"]
    assert mine.get_content().replace(LEAVE, other) == yours.get_content()
    assert LEAVE not in yours.get_content() + yours["List-Unsubscribe"]


def test_no_line_is_longer_than_mail_servers_take_and_a_way_out_adds_no_header():
    for long in ("é" * 5000, "x" * 5000):
        written = letter(long)
        assert max(map(len, written.split(b"\r\n"))) < 998
        assert written.isascii()
    forged = read(letter("Words.", "https://x.org/\r\nBcc: all@example.org"))
    assert forged["Bcc"] is None


def test_without_a_way_out_there_is_none_and_an_empty_digest_is_not_sent():
    assert read(letter("Words.", ""))["List-Unsubscribe"] is None
    with pytest.raises(ConfigError):
        CHANNEL.write(replace(batch(), messages=()))


@pytest.mark.parametrize("channel", ["email", "webhook", "atom", "icalendar"])
def test_a_reader_is_told_where_an_alert_is_not_written_in_its_language(channel):
    write = plugins.load("upstander.monitor.channels", channel, Channel).write

    def read_as(language: str) -> str:
        content = write(replace(batch(), language=language))
        if channel == "email":
            return read(content).get_content()
        return content.decode().replace("\r\n ", "")

    assert "n'est pas rédigée en français" in read_as("fr")
    for written in ("en", "ar"):
        assert all(note[:30] not in read_as(written) for note in NOT_WRITTEN.values())
    assert "قد يقع قتل" in read_as("ar")
