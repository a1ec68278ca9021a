"""Places of the packaged bundle: who is there, what codes and names mean on a day, who is near."""

from __future__ import annotations

import csv
import itertools
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from upstander.core import geography, places
from upstander.core.errors import ConfigError, UnknownPlace
from upstander.core.name_folding import fold
from upstander.core.place_search import matching, page_of
from upstander.core.places import LANGUAGES, SCHEMES
from upstander.core.spans import Span

TODAY = date(2026, 6, 24)
# V-Dem does not cover these members.
NO_VDEM = set(
    "AND ATG BHS BLZ BRN DMA GRD KIR LIE MHL FSM MCO NRU PLW WSM SMR KNA LCA VCT TON TUV".split()  # noqa: SIM905
)
KNOWN = places.load()
DATED = [
    (s, value, span)
    for s in SCHEMES
    for value, spans in sorted(KNOWN.codes[s].items())
    for span in spans
]


def test_no_member_of_the_united_nations_is_left_out() -> None:
    members = [p for p in KNOWN.current(TODAY) if p.kind == "member"]
    assert len(members) == 193
    assert len({p.m49 for p in members}) == 193
    for place in members:
        assert set(place.names) == set(LANGUAGES)
        assert all(place.names.values())
        assert place.start is not None
        assert place.end is None
        assert place.booked_under is None
        assert place.region
        assert place.subregion


def test_every_member_has_each_code_that_the_publishers_give_it() -> None:
    held = {
        s: {span.place for spans in KNOWN.codes[s].values() for span in spans}
        for s in SCHEMES
    }
    members = {p.code for p in KNOWN.current(TODAY) if p.kind == "member"}
    for scheme in ("iso3", "iso2", "m49", "gw", "cow", "ucdp", "unhcr"):
        assert members <= held[scheme], scheme
    assert members - held["vdem"] == NO_VDEM  # V-Dem does not cover them


@pytest.mark.parametrize(
    "code",
    ["XKX", "TWN", "PSE", "ESH", "VAT", "HKG", "MAC", "PRI", "GRL", "FRO", "COK", "NIU"],
)
def test_territories_that_sources_count_apart_are_there(code: str) -> None:
    place = KNOWN.get(code)
    assert place.kind == "territory"
    assert set(place.names) == set(LANGUAGES)
    assert place in KNOWN.current(TODAY)


def test_areas_are_never_current() -> None:
    assert not [p for p in KNOWN.current(TODAY) if p.kind == "area"]
    assert KNOWN.get("PSG").kind == "area"


@pytest.mark.parametrize(
    ("value", "scheme", "day", "code"),
    [
        (345, "gw", date(1985, 1, 1), "YUG"),
        (345, "gw", date(1995, 1, 1), "SCG"),
        (345, "cow", date(2010, 1, 1), "SRB"),
        (340, "gw", date(2010, 1, 1), "SRB"),
        (345, "ucdp", date(1995, 1, 1), "SRB"),
        (365, "gw", date(1991, 12, 25), "SUN"),
        (365, "gw", date(1991, 12, 31), "RUS"),
        (365, "ucdp", date(1989, 6, 1), "RUS"),
        (255, "cow", date(2000, 1, 1), "DEU"),
        (260, "cow", date(1970, 1, 1), "DEU"),
        (679, "cow", date(2000, 1, 1), "YEM"),
        (678, "ucdp", date(2020, 1, 1), "YEM"),
        (816, "ucdp", date(2020, 1, 1), "VNM"),
        (970, "ucdp", date(2020, 1, 1), "KIR"),
        (970, "cow", date(2010, 1, 1), "NRU"),
        ("Yugoslavia", "name", date(1980, 1, 1), "YUG"),
        ("Yugoslavia", "name", date(1999, 1, 1), "SCG"),
        ("CS", "iso2", date(1980, 1, 1), "CSK"),
        ("CS", "iso2", date(2005, 1, 1), "SCG"),
        ("TP", "iso2", date(2022, 8, 31), "TLS"),
        ("004", "m49", TODAY, "AFG"),
        (4.0, "m49", TODAY, "AFG"),
        (11, "vdem", date(1980, 1, 1), "RUS"),
        ("rus", "vdem", date(1980, 1, 1), "RUS"),
        ("OWID_KOS", "iso3", TODAY, "XKX"),
        ("GAZ", "unhcr", TODAY, "PSE"),
    ],
)
def test_a_code_means_the_place_of_its_day(
    value: str | int, scheme: str, day: date, code: str
) -> None:
    assert KNOWN.resolve(value, scheme, day).code == code


def test_a_code_of_a_state_that_ended_this_year_still_resolves_for_yearly_data() -> None:
    for number, year, code in (
        (265, 1990, "DDR"),
        (680, 1990, "YMD"),
        (817, 1975, "VDR"),
        (315, 1992, "CSK"),
    ):
        assert KNOWN.resolve(number, "gw", date(year, 12, 31)).code == code
    assert KNOWN.resolve("UKR", "iso3", date(1960, 12, 31)).code == "UKR"


def test_a_code_of_several_places_means_none_of_them_in_another_year() -> None:
    with pytest.raises(UnknownPlace, match=r"YUG .*SCG"):
        KNOWN.resolve("Yugoslavia", "name", date(2015, 1, 1))


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Myanmar (Burma)", "MMR"), ("Kingdom of eSwatini (Swaziland)", "SWZ"), ("S. Sudan", "SSD"),
        ("Dem. Rep. Congo", "COD"), ("DR Congo (Zaire)", "COD"), ("Zaire", "COD"), ("Congo", "COG"), ("Guinea", "GIN"),
        ("CÔTE D’IVOIRE", "CIV"), ("cote d'ivoire", "CIV"), ("Ivory Coast", "CIV"), ("Gambia, The", "GMB"),
        ("St. Kitts & Nevis", "KNA"), ("Federal Republic of Germany", "DEU"), ("Türkiye", "TUR"), ("Turkey", "TUR"),
        ("The former Yugoslav Republic of Macedonia", "MKD"), ("Libyan Arab Jamahiriya", "LBY"), ("Holy See", "VAT"),
        ("السودان", "SDN"), ("Судан", "SDN"), ("苏丹", "SDN"), ("USSR", "SUN"), ("Russia (Soviet Union)", "RUS"),
        ("Vietnam (North Vietnam)", "VNM"), ("Republic of Vietnam", "VDR"), ("Yemen (South Yemen)", "YMD"),
    ],
)  # fmt: skip
def test_a_spelling_of_any_publisher_finds_its_place(name: str, code: str) -> None:
    assert KNOWN.resolve(name, "name", date(2014, 1, 1)).code == code


def test_an_unknown_name_lists_the_three_nearest() -> None:
    with pytest.raises(
        UnknownPlace, match=r"nearest: Sudan \(SDN\), .*South Sudan \(SSD\)"
    ) as told:
        KNOWN.resolve("Sudn", "name", TODAY)
    assert str(told.value).count("(") == 3
    with pytest.raises(UnknownPlace, match=r"South Sudan \(SSD\)"):
        KNOWN.get("SDS")
    with pytest.raises(UnknownPlace, match=r"North Korea.*South Korea"):
        KNOWN.resolve("Korea", "name", TODAY)
    with pytest.raises(UnknownPlace, match="nearest"):
        KNOWN.resolve(99999, "gw", TODAY)


def test_an_unknown_scheme_is_the_operators_error() -> None:
    with pytest.raises(ConfigError, match="have name, iso3"):
        KNOWN.resolve("SDN", "fips", TODAY)


def test_a_person_may_write_a_code_or_a_name() -> None:
    assert KNOWN.find("sdn", TODAY).code == KNOWN.find("Soudan", TODAY).code == "SDN"


def test_what_is_booked_elsewhere_says_so_on_both_sides() -> None:
    for code, under in (
        ("PSE", "ISR"),
        ("ESH", "MAR"),
        ("PRI", "USA"),
        ("HKG", "CHN"),
        ("MAC", "CHN"),
        ("GRL", "DNK"),
    ):
        place = KNOWN.get(code)
        assert place.booked_under == under
        assert KNOWN.get(under).name in place.note
    assert "Gaza and the West Bank" in KNOWN.get("ISR").note
    assert "Western Sahara" in KNOWN.get("MAR").note
    assert all(p.note for p in KNOWN.places.values() if p.booked_under)


@pytest.mark.parametrize(
    ("code", "unit"),
    [
        ("SUN", "RUS"),
        ("YUG", "SRB"),
        ("SCG", "SRB"),
        ("CSK", "CZE"),
        ("DDR", "DEU"),
        ("YMD", "YEM"),
        ("VDR", "VNM"),
        ("SDN", "SDN"),
    ],
)
def test_todays_place_carries_on_a_former_series(code: str, unit: str) -> None:
    assert KNOWN.unit(code) == unit


def test_units_and_successors_and_bookings_are_places() -> None:
    for place in KNOWN.places.values():
        for code in (place.unit, *place.successors, *filter(None, [place.booked_under])):
            assert KNOWN.get(code)
        if place.kind != "former":
            assert place.unit == place.code
            assert not place.successors


def test_states_are_current_only_in_their_own_time() -> None:
    def codes(day: date) -> set[str]:
        return {p.code for p in KNOWN.current(day)}

    assert "SSD" not in codes(date(2011, 7, 8))
    assert "SSD" in codes(date(2011, 7, 9))
    assert {"SUN", "YUG", "CSK", "DDR", "YMD"} <= codes(date(1989, 1, 1))
    assert not {"SUN", "YUG", "CSK", "DDR", "YMD", "SCG"} & codes(TODAY)
    assert not {"RUS", "CZE", "SRB", "ERI", "TLS"} & codes(date(1989, 1, 1))


def test_neighbours_follow_the_day() -> None:
    assert KNOWN.neighbours("SSD", on=TODAY) == ("CAF", "COD", "ETH", "KEN", "SDN", "UGA")
    assert "UGA" in KNOWN.neighbours("SDN", on=date(2005, 1, 1))
    assert "UGA" not in KNOWN.neighbours("SDN", on=TODAY)
    assert KNOWN.neighbours("XKX", on=TODAY) == ("ALB", "MKD", "MNE", "SRB")
    assert KNOWN.neighbours("MNE", on=TODAY) == ("ALB", "BIH", "HRV", "SRB", "XKX")
    assert KNOWN.neighbours("TLS", on=TODAY) == ("IDN",)
    assert "CSK" in KNOWN.neighbours("SUN", on=date(1980, 1, 1))
    assert "PAK" in KNOWN.neighbours("MMR", on=date(1970, 1, 1))
    assert "PAK" not in KNOWN.neighbours("MMR", on=TODAY)
    assert KNOWN.neighbours("PSE", on=TODAY) == ("EGY", "ISR", "JOR")


def test_near_sea_neighbours_are_asked_for_by_distance() -> None:
    assert KNOWN.neighbours("ISL", on=TODAY) == ()
    assert "FRA" not in KNOWN.neighbours("GBR", on=TODAY)
    assert "FRA" in KNOWN.neighbours("GBR", on=TODAY, max_km=50)
    assert "CHN" in KNOWN.neighbours("TWN", on=TODAY, max_km=150)


@given(
    st.sampled_from(sorted(KNOWN.places)),
    st.dates(date(1946, 1, 1), TODAY),
    st.sampled_from([0.0, 50.0, 950.0]),
)
@settings(max_examples=150, deadline=None)
def test_being_neighbours_is_mutual_and_only_between_the_living(
    code: str, day: date, km: float
) -> None:
    for other in KNOWN.neighbours(code, on=day, max_km=km):
        assert code in KNOWN.neighbours(other, on=day, max_km=km)
        assert KNOWN.get(other).is_alive(day)
        assert other != code


@given(st.sampled_from(DATED), st.integers(0, 2**31))
@settings(max_examples=400, deadline=None)
def test_every_code_means_its_place_on_every_day_it_is_valid(
    case: tuple[str, str, Span], pick: int
) -> None:
    scheme, value, span = case
    first, last = max(span.first, date(1800, 1, 1)), min(span.last, date(2100, 1, 1))
    day = first + timedelta(days=pick % ((last - first).days + 1))
    assert KNOWN.resolve(value, scheme, day).code == span.place
    assert KNOWN.resolve_all(pa.array([value]), scheme, day).to_pylist() == [span.place]


def test_no_code_means_two_places_on_one_day() -> None:
    for scheme in SCHEMES:
        for value, spans in KNOWN.codes[scheme].items():
            ordered = sorted(spans, key=lambda s: s.first)
            for one, two in itertools.pairwise(ordered):
                assert one.last < two.first, (scheme, value)


@given(
    st.lists(
        st.tuples(
            st.sampled_from([345, 365, 2, 625, 626, None]),
            st.dates(date(1950, 1, 1), date(2005, 12, 31)),
        )
    )
)
@settings(max_examples=60, deadline=None)
def test_resolving_a_column_equals_resolving_each_value(
    rows: list[tuple[int | None, date]],
) -> None:
    values, days = (
        pa.array([r[0] for r in rows], pa.int64()),
        pa.array([r[1] for r in rows], pa.date32()),
    )
    each = [
        None if value is None else KNOWN.resolve(value, "gw", day).code
        for value, day in rows
    ]
    assert KNOWN.resolve_all(values, "gw", days).to_pylist() == each


def test_a_column_with_unknown_values_names_them_all() -> None:
    with pytest.raises(UnknownPlace, match=r"Atlantis.*Sudn"):
        KNOWN.resolve_all(pa.array(["Sudan", "Atlantis", "Sudn"]), "name", TODAY)
    days = pa.array([date(2015, 1, 1) + timedelta(days=n) for n in range(400)])
    with pytest.raises(UnknownPlace, match="means no place on") as told:
        KNOWN.resolve_all(pa.array(["Yugoslavia"] * 400), "name", days)
    assert len(str(told.value)) < 200
    with pytest.raises(UnknownPlace, match="and 950 more"):
        KNOWN.resolve_all(pa.array([f"Nowhere {n}" for n in range(1000)]), "name", TODAY)


@given(st.text(max_size=30))
@example(
    "\N{PARENTHESIZED LATIN CAPITAL LETTER A}\N{SQUARED LATIN CAPITAL LETTER A}\U0001f110"
)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_every_unit_is_drawn_and_small_members_are_points() -> None:
    drawn = geography.outlines()
    assert {p.code for p in KNOWN.current(TODAY)} == set(drawn)
    points = [c for c, o in drawn.items() if o.point and KNOWN.get(c).kind == "member"]
    assert len(points) == 28
    assert all(geography.decode(geography.encode(o)) == o for o in drawn.values())


def test_a_point_inside_a_polygon_with_a_hole_is_not_in_the_hole() -> None:
    square = ((0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0), (0.0, 0.0))
    hole = ((1.0, 1.0), (9.5, 1.0), (9.5, 9.5), (1.0, 9.5), (1.0, 1.0))
    x, y = geography.inside(geography.Outline(None, ((square, hole),)))
    assert not (1.0 < x < 9.5 and 1.0 < y < 9.5)
    assert geography.area(square) == 100.0


def test_geometry_of_another_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="kind 2"):
        geography.decode(b"\x01\x02\x00\x00\x00")


def test_a_folder_without_tables_says_what_to_run(tmp_path) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ConfigError, match="upstander bundle build"):
        places.load(tmp_path)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        # the six languages, as people write: CLDR's names and the hand-written ones
        ("Россия", "RUS"), ("США", "USA"), ("朝鲜", "PRK"), ("سوريا", "SYR"), ("Corea del Norte", "PRK"), ("美国", "USA"),
        ("Côte d’Ivoire", "CIV"), ("Costa de Marfil", "CIV"), ("Pays-Bas", "NLD"), ("刚果（布）", "COG"), ("ЮАР", "ZAF"),
        # short forms
        ("UAE", "ARE"), ("CAR", "CAF"), ("oPt", "PSE"), ("U.S.", "USA"), ("u.k.", "GBR"), ("Czech Rep.", "CZE"), ("DPRK", "PRK"),
        ("D.P.R. of Korea", "PRK"), ("Dem. Rep. of Congo", "COD"), ("Rep Congo", "COG"), ("N. Ireland", "GBR"), ("jp", "JPN"),
        ("F.S. Micronesia", "FSM"), ("F S Micronesia", "FSM"), ("Cook Isds", "COK"), ("Occ. Palestinian Terr.", "PSE"),
        # titles, word order, brackets
        ("the Republic of Türkiye", "TUR"), ("the Kingdom of Eswatini", "SWZ"), ("Republic of North Macedonia", "MKD"),
        ("Korea, Republic of", "KOR"), ("Korea (the Democratic People's Republic of)", "PRK"), ("Afghanistan (l')", "AFG"),
        ("Corée (la République de)", "KOR"), ("dominicaine (la République)", "DOM"), ("Cook (les Îles)", "COK"),
        ("Guam (US)", "GUM"), ("Martinique, France", "MTQ"), ("China - Taiwan Province", "TWN"), ("Bouvet Island (NO)", "BVT"),
        ("Holy See (Vatican City State)", "VAT"), ("Soviet Union (former)", "SUN"), ("Sudan (up to 2011)", "SDN"),
        ("CÃ´te d'Ivoire", "CIV"), ("Острова Кука", "COK"), ("о-ва Кука", "COK"),
    ],
)  # fmt: skip
def test_a_name_as_people_write_it_finds_its_place(name: str, code: str) -> None:
    assert KNOWN.find(name, date(2025, 6, 30)).code == code


@pytest.mark.parametrize(
    "name",
    ["Korea", "Virgin Islands", "Southern Africa", "Mexico City", "Sudan and South Sudan", "Israel and Palestine", "China, Japan",
     "Georgia (US)", "New Jersey", "St. Martin and St. Maarten", "Democratic Republic of Germany", "Arab Republic", "Kingdom",
     "Islamic State", "Republic", "Europe", "lesser antilles", "a", "the", "", "of", "US and UK", "x" * 10_000, "a " * 5_000],
)  # fmt: skip
def test_a_name_of_nobody_or_of_several_is_refused_with_the_nearest(name: str) -> None:
    with pytest.raises(UnknownPlace, match="nearest"):
        KNOWN.find(name, date(2025, 6, 30))


def test_an_everyday_name_keeps_its_days() -> None:
    assert KNOWN.find("Federal Republic of Yugoslavia", date(1999, 1, 1)).code == "SCG"
    assert KNOWN.find("Yugoslavia", date(1980, 1, 1)).code == "YUG"
    with pytest.raises(UnknownPlace, match="meant"):
        KNOWN.find("Yugoslavia", date(2025, 6, 30))


def test_every_listed_name_resolves_as_somebody_checked(shared: Path) -> None:
    file = shared.parent / "cases" / "data" / "place_names.csv"
    if not file.is_file():
        pytest.skip("needs the list of names beside the shared data")
    # codes that are no place of ours, and a union of five States that is not South Africa
    left = {
        "Tanganjika",
        "Tanzania: Zanzibar",
        "United Republic of Tanzania: Zanzibar",
        "Southern African Customs Union",
    }
    wrong = []
    for row in csv.DictReader(file.open(encoding="utf-8")):
        try:
            code = KNOWN.find(row["name"], date(2025, 6, 30)).code
        except UnknownPlace:
            code = "(must be refused)"
        if code != row["expected"] and row["name"] not in left:
            wrong.append((row["name"], row["expected"], code))
    assert wrong == []


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("Gaza", "PSE"),
        ("غزة", "PSE"),
        ("Сектор Газа", "PSE"),
        ("West Bank", "PSE"),
        ("Abkhazia", "GEO"),
        ("sdn", "SDN"),
    ],
)
def test_what_is_part_of_a_place_leads_to_its_page(words: str, code: str) -> None:
    assert page_of(KNOWN, words, TODAY).code == code
    assert matching(KNOWN, words, TODAY)[0][0] == code


def test_a_piece_of_a_name_in_any_language_is_found() -> None:
    assert {"SDN", "SSD"} <= {code for code, _ in matching(KNOWN, "suda", TODAY)}
    assert [code for code, _ in matching(KNOWN, "судан", TODAY)][:1] == ["SDN"]
    assert matching(KNOWN, "...", TODAY) == []
