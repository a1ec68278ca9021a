"""What is looked at before a record travels further, however it is written."""

import pytest

from upstander.records.redaction import findings


def what(text):
    return [f.what for f in findings("evidence", {"passage": text})]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Call +249\u00a091\u00a0234\u00a05678", "telephone or identity number"),
        ("Call 0912\u2011345\u2011678", "telephone or identity number"),
        ("(0912) 345 678", "telephone or identity number"),
        ("+249 (0) 91 234 5678", "telephone or identity number"),
        ("0912 \u2013 345 \u2013 678", "telephone or identity number"),
        ("٠٩١٢ ٣٤٥ ٦٧٨", "telephone or identity number"),
        ("०९१२-३४५-६७८", "telephone or identity number"),
        ("\u200e+249\u200e912345678", "telephone or identity number"),
        ("tel: 98 123 456", "telephone or identity number"),
        ("912 345 678", "telephone or identity number"),
        ("13°37’52”N 25°20’57”E", "coordinates"),
        ("13º37.868′ N", "coordinates"),
        ("N13.6312 E25.3491", "coordinates"),
        ("13,63121N; 25,34912E", "coordinates"),
        ("lat 13.6312, lon 25.3491", "coordinates"),
        ("7GXHJ8CX+2R", "coordinates"),
        ("t.me/amina_h", "account of a social network"),
        ("wa.me/249912345678", "account of a social network"),
        ("https://facebook.com/amina.h", "account of a social network"),
        ("amina＠example.org", "e-mail address"),
        ("amina (at) example.org", "e-mail address"),
    ],
)
def test_a_way_to_a_person_is_found_as_people_write_it(text, kind):
    assert kind in what(text)
    assert all(
        text[f.start : f.end] == f.text for f in findings("evidence", {"passage": text})
    )


@pytest.mark.parametrize(
    "text",
    [
        "killed 1,234 people",
        "2023-2024",
        "2023\u20132024",
        "2026-03-01",
        "2026-03-01 10:20",
        "٢٠٢٦-٠٣-٠١",
        "1 500 000 SDG",
        "1\u202f234\u202f567 people",
        "150 000 000 SDG",
        "1 200 - 1 500 people",
        "12.500.000",
        "S/2023/1234",
        "A/HRC/52/12",
        "01.03.2026 15 men",
        "Resolution 1325 (2000).",
    ],
)
def test_counts_days_and_symbols_of_documents_are_no_findings(text):
    assert what(text) == []
