"""A file that is not what it should be is refused with its name, the row and what to do. Every source, every way."""

from pathlib import Path

import pytest

from upstander.core.errors import SourceChanged

TEXT = {
    "ucdp_country_month": ("iso3", "conflict_fatalities_best"),
    "ucdp_country_year": ("country_id_cy", "os_any_govt_killings_best_cy"),
    "vdem": ("country_id", "v2x_polyarchy"),
    "wdi": ("iso3c", "wdi.popsize.new"),
    "un_infant_mortality": ("iso3c", "un_imr"),
    "gdp_gw": ("gwcode", "NY.GDP.PCAP.KD"),
    "un_population": ("Code", "Population, total"),
    "unhcr": ("coo_iso", "refugees"),
    "coups": ("gwcode", "pt_attempt_num"),
}
COUNTS = sorted(set(TEXT) - {"vdem"})


def sample_with(
    samples: Path, folder: Path, name: str, line: int, column: str, value: str
) -> Path:
    """The sample with one cell changed; lines count from 1, the header is line 1."""
    import csv
    import io

    rows = list(csv.reader(io.StringIO((samples / f"{name}.csv").read_text("utf-8"))))
    rows[line - 1][rows[0].index(column)] = value
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    file = folder / f"{name}.csv"
    file.write_text(out.getvalue(), "utf-8")
    return file


@pytest.mark.parametrize("name", sorted(TEXT))
def test_an_unknown_country_names_file_line_and_remedy(name, samples, tmp_path, read):
    file = sample_with(samples, tmp_path, name, 3, TEXT[name][0], "9999")
    with pytest.raises(
        SourceChanged, match=rf"{name}\.csv, line 3: .*9999.*; fetch the file again"
    ):
        read(name, file)


@pytest.mark.parametrize("name", COUNTS)
def test_a_missing_country_names_its_line(name, samples, tmp_path, read):
    file = sample_with(samples, tmp_path, name, 3, TEXT[name][0], "")
    with pytest.raises(SourceChanged, match=rf"{name}\.csv, line 3: .*missing"):
        read(name, file)


@pytest.mark.parametrize("name", sorted(TEXT))
def test_a_value_that_is_not_a_number_names_its_line_and_itself(
    name, samples, tmp_path, read
):
    file = sample_with(samples, tmp_path, name, 2, TEXT[name][1], "many")
    with pytest.raises(SourceChanged, match=rf"{name}\.csv, line 2: .*'many'"):
        read(name, file)


@pytest.mark.parametrize("name", sorted(TEXT))
def test_nan_is_not_a_number_in_text(name, samples, tmp_path, read):
    file = sample_with(samples, tmp_path, name, 2, TEXT[name][1], "NaN")
    with pytest.raises(SourceChanged, match=r"line 2: .*'NaN'"):
        read(name, file)


@pytest.mark.parametrize("name", COUNTS)
def test_a_negative_count_names_its_line(name, samples, tmp_path, read):
    file = sample_with(samples, tmp_path, name, 2, TEXT[name][1], "-5")
    with pytest.raises(SourceChanged, match=rf"{name}\.csv, line 2: .*-5"):
        read(name, file)


@pytest.mark.parametrize("name", sorted(TEXT))
def test_a_renamed_column_is_named_with_what_it_may_have_become(
    name, samples, tmp_path, read
):
    column = TEXT[name][1]
    text = (samples / f"{name}.csv").read_text("utf-8")
    file = tmp_path / f"{name}.csv"
    file.write_text(text.replace(column, f"{column}_v2", 1), "utf-8")
    with pytest.raises(SourceChanged, match=r"line 1: no column .*|line 1: is n") as said:
        read(name, file)
    assert column in str(said.value)


@pytest.mark.parametrize("name", sorted(set(TEXT) - {"un_population"}))
def test_a_file_cut_in_its_last_line_is_refused(name, samples, tmp_path, read):
    file = tmp_path / f"{name}.csv"
    file.write_bytes((samples / f"{name}.csv").read_bytes()[:-2])
    with pytest.raises(SourceChanged, match=r"ends without a line break"):
        read(name, file)


@pytest.mark.parametrize("name", sorted(TEXT))
def test_a_line_with_too_few_cells_is_named(name, samples, tmp_path, read):
    lines = (samples / f"{name}.csv").read_text("utf-8").splitlines()
    lines[3] = lines[3].rsplit(",", 1)[0]
    file = tmp_path / f"{name}.csv"
    file.write_text("\n".join(lines) + "\n", "utf-8")
    with pytest.raises(SourceChanged, match=r"line 4: has \d+ cells, the header has \d+"):
        read(name, file)


@pytest.mark.parametrize("name", sorted(TEXT))
def test_a_repeated_line_is_named_with_the_first_one(name, samples, tmp_path, read):
    lines = (samples / f"{name}.csv").read_text("utf-8").splitlines()
    file = tmp_path / f"{name}.csv"
    file.write_text("\n".join([*lines, lines[2]]) + "\n", "utf-8")
    with pytest.raises(SourceChanged, match=rf"line {len(lines) + 1}: repeats line 3"):
        read(name, file)


@pytest.mark.parametrize("name", [*sorted(TEXT), "pace_country_month", "un_treaties"])
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<!DOCTYPE html><html>Sign in</html>\n", "is a web page"),
        (b"", "is empty"),
        (b"PK\x03\x04 not an archive\n", "damaged or cut-short archive"),
        (b"\x89PNG\0\0\0", "neither text, zip, xlsx nor Parquet"),
        (b"a,b\n1,2\n", r"no column|is neither|is none|is no sheet|not a day"),
    ],
)
def test_wrong_content_is_told(name, content, said, tmp_path, read):
    file = tmp_path / f"{name}.csv"
    file.write_bytes(content)
    with pytest.raises(SourceChanged, match=rf"{name}\.csv.*({said})"):
        read(name, file)


def test_a_month_that_is_not_the_period_written_beside_it_is_refused(
    samples, tmp_path, read
):
    file = sample_with(samples, tmp_path, "ucdp_country_month", 4, "event_month", "11")
    with pytest.raises(SourceChanged, match=r"line 4: period is not year and month"):
        read("ucdp_country_month", file)


def test_a_month_after_the_release_is_refused(samples, tmp_path, places):
    from upstander.sources.ucdp_country_month import SOURCE

    text = (
        (samples / "ucdp_country_month.csv")
        .read_text("utf-8")
        .replace("RWA,1994", "RWA,2025")
        .replace("1994-", "2025-")
    )
    file = tmp_path / "ged251_country_month.csv"
    file.write_text(text, "utf-8")
    [snapshot] = SOURCE.find(file)
    with pytest.raises(
        SourceChanged,
        match=r"ged251_country_month\.csv, line \d+: the month is outside .*2024-12-31",
    ):
        SOURCE.parse(snapshot, places)


def test_a_country_year_that_is_missing_between_two_others_is_refused(
    samples, tmp_path, read
):
    lines = (samples / "ucdp_country_year.csv").read_text("utf-8").splitlines()
    kept = [line for line in lines if not line.startswith("517,Rwanda,1994")]
    assert len(kept) == len(lines) - 1
    file = tmp_path / "ucdp_country_year.csv"
    file.write_text("\n".join(kept) + "\n", "utf-8")
    with pytest.raises(SourceChanged, match="country_id 517 has 2 rows for 1993 to 1995"):
        read("ucdp_country_year", file)


def test_a_population_file_whose_end_is_missing_is_refused(samples, tmp_path, read):
    lines = (samples / "un_population.csv").read_text("utf-8").splitlines()
    file = tmp_path / "un_population.csv"
    file.write_text("\n".join(lines[:-1]), "utf-8")
    with pytest.raises(SourceChanged, match=r"stops in 2024, others in 2025"):
        read("un_population", file)


def test_a_vdem_value_without_a_vdem_country_is_refused(samples, tmp_path, read):
    file = sample_with(samples, tmp_path, "vdem", 6, "v2x_polyarchy", "0.5")
    with pytest.raises(
        SourceChanged, match=r"vdem\.csv, line 6: v2x_polyarchy without a country_id: 0.5"
    ):
        read("vdem", file)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("Iran", "Atlantis", r"line 1: .*Atlantis"),
        ("2026-03-31", "2026-03-30", r"line 5: 2026-03-30 is not the last day of a month"),
        ("2026-03-31", "March", r"line 5: 'March' is not a day"),
        ("2026-03-31", "2026-02-28", r"line 5: 2026-02 stands where 2026-03 should"),
        ("2026-03-31,", "2026-03-31,-", r"line 5: Afghanistan is negative"),
        (
            "2026-03-31,",
            "2026-03-31,x",
            r"line 5: Afghanistan should be a whole number, is 'x",
        ),
        ("2026-03-31,", "2026-03-31,1.5", r"line 5: Afghanistan should be a whole number"),
        ("2026-03-31,", "2026-03-31,0,", r"line 5: has 136 cells, the header 135"),
    ],
)
def test_a_wide_file_names_line_and_column(old, new, said, samples, tmp_path, read):
    text = (samples / "pace_country_month.csv").read_text("utf-8")
    assert old in text
    file = tmp_path / "pace_country_month.csv"
    file.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(SourceChanged, match=said):
        read("pace_country_month", file)


def test_deaths_in_a_column_without_a_name_are_refused(samples, tmp_path, read):
    lines = (samples / "pace_country_month.csv").read_text("utf-8").splitlines()
    lines[2] = lines[2][:-1] + "7"
    file = tmp_path / "pace_country_month.csv"
    file.write_text("\n".join(lines) + "\n", "utf-8")
    with pytest.raises(
        SourceChanged, match="line 3: a column without a name holds 7 deaths"
    ):
        read("pace_country_month", file)


def test_a_wide_file_that_ends_before_its_name_says_is_refused(samples, tmp_path, read):
    lines = (samples / "pace_country_month.csv").read_text("utf-8").splitlines()
    file = tmp_path / "pace_country_month_best_1989_2026m5.csv"
    file.write_text("\n".join(lines[:-1]) + "\n", "utf-8")
    with pytest.raises(SourceChanged, match="ends in 2026-04, its name says 2026-05"):
        read("pace_country_month", file)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("Afghanistan", "Atlantis", r"4-1\.csv, line 2: .*Atlantis"),
        (
            "22 Mar 1956 a",
            "22 Mar 1956 z",
            r"line 2: the letter 'z' after a day is unknown",
        ),
        ("22 Mar 1956 a", "31 Feb 1956", r"line 2: '31 Feb 1956' is not a day"),
        (
            "Accession(a)",
            "Joining",
            r"line 1: want Participant, Signature and one Accession",
        ),
        ("22 Mar 1956 a", "22 Mar 1901 a", None),
    ],
)
def test_a_treaty_sheet_names_its_line(old, new, said, tmp_path, read):
    file = tmp_path / "4-1.csv"
    sheet = 'Participant,Signature,"Accession(a), Succession(d), Ratification"\nAfghanistan,,22 Mar 1956 a\n'
    file.write_text(sheet.replace(old, new), "utf-8")
    if said is None:  # an act before the adoption only widens what the sheet covers
        assert read("un_treaties", file).num_rows == 1
        return
    with pytest.raises(SourceChanged, match=said):
        read("un_treaties", file)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "AF,Afghanistan,1,,0,0,state party,",
            "line 2: Afghanistan is a party without a year",
        ),
        ("AF,Afghanistan,1,1987,0,0,state par,", "line 2: status 'state par' is none of"),
        ("AF,Afghanistan,1,2031,0,0,state party,", "line 2: 2031-12-31 is outside"),
        ("ZQ,Afghanistan,1,1987,0,0,state party,", "line 2: .*ZQ"),
    ],
)
def test_a_status_table_names_its_line(line, said, tmp_path, read):
    file = tmp_path / "hr_status_cat.csv"
    head = "iso2,member,state party,year ratification or accession,signatory,no action,status,note\n"
    file.write_text(head + line + "\n", "utf-8")
    with pytest.raises(SourceChanged, match=said):
        read("un_treaties", file)


@pytest.mark.parametrize(
    ("name", "column", "another"),
    [
        ("ucdp_country_year", "country_cy", "Brazil"),
        ("wdi", "country", "Brazil"),
        ("un_population", "Entity", "Brazil"),
        ("unhcr", "coo_name", "Brazil"),
        ("vdem", "country_name", "Brazil"),
    ],
)
def test_a_countrys_name_that_is_another_one_than_its_code_is_refused(
    name, column, another, samples, tmp_path, read
):
    import csv

    with (samples / f"{name}.csv").open(encoding="utf-8-sig", newline="") as text:
        rows = list(csv.DictReader(text))
    if column not in rows[0]:
        pytest.skip(f"the sample has no {column}")
    line = max(
        n
        for n, row in enumerate(rows, 2)
        if row[column] in ("Sudan", "Namibia", "Mexico", "Ukraine")
    )
    file = sample_with(samples, tmp_path, name, line, column, another)
    with pytest.raises(
        SourceChanged,
        match=rf"line {line}: name and code of the country disagree: 'Brazil against",
    ):
        read(name, file)
