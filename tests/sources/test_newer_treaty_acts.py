"""Acts of treaties after the sheets of 2015: an office's list, and the Collection's own XML with the day of its status."""

from datetime import date, timedelta

import pytest

from upstander.core.errors import SourceChanged
from upstander.core.places import load
from upstander.core.treaties import instruments, parties
from upstander.sources import un_treaties, un_treaty_acts, un_treaty_collection

ON = date(2014, 12, 31)
# As the issue's own count has it; the date a sheet reaches stands beside it in the pages.
COUNTS = {"GENOCIDE": 146, "ICERD": 177, "ICESCR": 162, "ICCPR": 168, "ICCPR-OP2": 81, "CEDAW": 188, "CAT": 156, "CRC": 194,
          "REFUGEE": 145, "REFUGEE-P": 146, "ROME": 122, "ATT": 41}  # fmt: skip


def rows(source, path):
    return [r for s in source.find(path) for r in source.parse(s, load()).to_pylist()]


@pytest.fixture(scope="module")
def sheets(shared):
    return rows(un_treaties.SOURCE, shared / "treaties" / "acts_2015")


@pytest.fixture(scope="module")
def newer(shared):
    return rows(
        un_treaty_acts.SOURCE,
        shared / "treaties" / "acts_after_march_2015_rome_statute.csv",
    )


def test_counts_at_the_end_of_2014_are_those_known(sheets):
    assert {name: len(parties(sheets, name, ON)) for name in COUNTS} == COUNTS


def test_the_rome_statute_grows_and_shrinks_from_the_days_acts_take_effect(sheets, newer):
    acts = [*sheets, *newer]

    def count(day):
        return len(parties(acts, "ROME", day))

    assert [
        count(date.fromisoformat(d)) for d in ("2024-02-01", "2025-01-01", "2026-06-02")
    ] == [124, 125, 124]
    one = timedelta(days=1)
    for code, day in (
        ("BDI", date(2017, 10, 27)),
        ("PHL", date(2019, 3, 17)),
        ("HUN", date(2026, 6, 2)),
    ):
        assert code in parties(acts, "ROME", day - one), "a notice changes nothing yet"
        assert code not in parties(acts, "ROME", day)
    for code in ("GMB", "ZAF"):
        assert all(
            code in parties(acts, "ROME", d)
            for d in (date(2016, 12, 1), date(2018, 1, 1), date(2026, 6, 2))
        )


def test_each_newer_act_says_how_sure_it_is(newer):
    sure = {r["country"]: r["date_precision"] for r in newer}
    assert (sure["ARM"], sure["PHL"], sure["UKR"], sure["KIR"]) == (
        "day",
        "day",
        "recalled",
        "recalled",
    )
    assert len({r["country"] for r in newer}) == 10


def test_a_state_that_ended_is_not_counted_beside_its_successors(sheets):
    """Serbia's succession of 2001 is one act of one State; no act of Yugoslavia, or of Serbia and Montenegro, stands beside it."""
    assert not {r["country"] for r in sheets} & {"YUG", "SCG", "CSK", "SUN", "DDR"}
    after = parties(sheets, "GENOCIDE", ON)
    assert {"SRB", "HRV", "SVN", "MKD", "BIH", "MNE"} <= after
    assert "SRB" not in parties(sheets, "GENOCIDE", date(2001, 3, 11))


def test_sudan_signed_the_rome_statute_and_is_not_bound_and_south_sudan_inherits_nothing(
    sheets,
):
    own = [r for r in sheets if r["country"] == "SDN" and r["instrument"] == "ROME"]
    assert [(r["act"], r["act_date"]) for r in own] == [("signature", date(2000, 9, 8))]
    assert "SDN" not in parties(sheets, "ROME", ON)
    assert "SDN" in parties(sheets, "ICCPR", ON)
    assert "SSD" not in parties(sheets, "ICCPR", ON)


def test_a_list_of_acts_reads_both_days_of_a_withdrawal(samples):
    [snapshot] = un_treaty_acts.SOURCE.find(samples / "un_treaty_acts.csv")
    acts = un_treaty_acts.SOURCE.parse(snapshot, load()).to_pylist()
    told = {
        (r["country"], r["act"], r["act_date"].isoformat(), r["date_precision"])
        for r in acts
    }
    assert told == {
        ("BDI", "withdrawal_notice", "2016-10-27", "recalled"), ("BDI", "withdrawal", "2017-10-27", "recalled"),
        ("GMB", "withdrawal_notice", "2016-11-10", "recalled"), ("GMB", "withdrawal_rescinded", "2017-02-10", "recalled"),
        ("ARM", "ratification", "2023-11-14", "day"), ("BRA", "ratification", "2018-08-14", "recalled"),
    }  # fmt: skip
    assert snapshot.known_at is None, "its bringer says the day"
    assert snapshot.last == date(2024, 2, 1)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [("Rome Statute,Armenia", "Roman Law,Armenia", "no instrument is called"), ("ratification,2023", "joining,2023", "is none of"),
     ("ARM,", "QQQ,", "QQQ"), ("ARM,ratification,2023-11-14", "ARM,ratification,", "date_of_act is empty")],
)  # fmt: skip
def test_a_list_that_cannot_be_read_names_the_row(samples, tmp_path, old, new, why):
    text = (samples / "un_treaty_acts.csv").read_text()
    (tmp_path / "acts_after_x.csv").write_text(text.replace(old, new))
    with pytest.raises(SourceChanged, match=why):
        rows(un_treaty_acts.SOURCE, tmp_path)


def test_the_collections_xml_keeps_the_day_of_its_status_and_strips_footnotes(samples):
    [snapshot] = un_treaty_collection.SOURCE.find(samples / "un_treaty_collection.xml")
    assert (snapshot.known_at, snapshot.basis, snapshot.last) == (
        date(2026, 6, 24),
        "published",
        date(2026, 6, 24),
    )
    acts = un_treaty_collection.SOURCE.parse(snapshot, load()).to_pylist()
    assert {(r["country"], r["act"], r["act_date"].isoformat()) for r in acts} == {
        ("CIV", "accession", "1995-12-18"), ("DOM", "signature", "1948-12-11"), ("MRT", "signature", "1948-12-11"),
        ("MRT", "ratification", "2000-03-01"), ("MRT", "withdrawal", "2021-05-03"), ("MKD", "succession", "1994-01-18"),
    }  # fmt: skip
    assert {r["instrument"] for r in acts} == {"GENOCIDE"}
    assert parties(acts, "GENOCIDE", date(2021, 5, 2)) == {"CIV", "MKD", "MRT"}
    assert parties(acts, "GENOCIDE", date(2021, 5, 3)) == {"CIV", "MKD"}


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [(b"Parties : 3.", b"Parties : 4.", "says 4 parties, and its list has 3"), (b"18 Dec  1995 a", b"soon", "not a day"),
     (b"1995 a", b"1995 zz", "letter 'zz'"), (b"Participants>", b"People>", "no list of participants"),
     (b"Genocide", b"Piracy", "no treaty we keep"), (b"North Macedonia 4", b"Ruritania", "Ruritania")],
)  # fmt: skip
def test_a_treaty_that_does_not_add_up_is_refused(samples, tmp_path, old, new, why):
    content = (samples / "un_treaty_collection.xml").read_bytes()
    (tmp_path / "a.xml").write_bytes(content.replace(old, new))
    with pytest.raises(SourceChanged, match=why):
        rows(un_treaty_collection.SOURCE, tmp_path / "a.xml")


def test_a_file_named_as_the_collection_names_it_needs_no_title(samples, tmp_path):
    content = (
        (samples / "un_treaty_collection.xml").read_bytes().replace(b"Titlesect>", b"T>")
    )
    (tmp_path / "IV-1.en.xml").write_bytes(content.replace(b"STATUS AS AT", b"AS AT"))
    [snapshot] = un_treaty_collection.SOURCE.find(tmp_path)
    assert snapshot.known_at is None
    assert snapshot.last == date(2021, 5, 3)


def test_every_instrument_of_the_document_is_in_the_table():
    assert set(COUNTS) <= set(instruments())
