"""World Bank World Development Indicators: population, income, growth, trade, infant mortality, since 1960.

One row of ours is the value of one indicator in one country and year. Updated through the year;
the yearly figures of Y come by about 1 July of Y+1, and the past is revised at each update.
Quirks: infant mortality of the last year is empty; rows of aggregates (World, Arab World, income
groups ...) are mixed in and are passed over by the list below; the sum of exports and imports as
a share of GDP can pass 100 %. Figures for Palestine, Kosovo, Hong Kong and other territories
stand under their own codes. A value that is not given has no row.

Three files are read: a selection with its own column names (a line a country and year), the Bank's
own download of an indicator (``API_SP.POP.TOTL_DS2_...``: lines of metadata, a column a year) and an
extract of its DataBank (a column a year, ``..`` where nothing is known, the day at the end). The
last two say when they were updated, and speak of the indicators and countries they hold.

Codebook: https://databank.worldbank.org/source/world-development-indicators. Nothing is fetched
over HTTP.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from upstander.core.agreement import refuse_another_country
from upstander.core.arrival import dated, oldest_first, release_name
from upstander.core.errors import SourceChanged
from upstander.core.file_kinds import sniff
from upstander.core.indicators import by_key, check_years, last_days, melt, release_of_file
from upstander.core.places import Places, load
from upstander.core.reading import files, header, read_table
from upstander.core.refusals import country_codes, refuse, refuse_negative, refuse_repeats
from upstander.core.tables import INDICATOR_YEAR
from upstander.core.text_files import opened
from upstander.core.types import Basis, Snapshot, Source

COLUMNS = {
    "wdi_population": "wdi.popsize.new",
    "wdi_gdp_per_capita_usd": "wdi.gdppc.new",
    "wdi_gdp_per_capita_growth_percent": "wdi.gdppcgrow.new",
    "wdi_trade_percent_of_gdp": "wdi.trade.new",
    "wdi_infant_mortality_per_1000": "wdi.imrate.new",
}
CODES = {
    "SP.POP.TOTL": "wdi_population",
    "NY.GDP.PCAP.KD": "wdi_gdp_per_capita_usd",
    "NY.GDP.PCAP.KD.ZG": "wdi_gdp_per_capita_growth_percent",
    "NE.TRD.GNFS.ZS": "wdi_trade_percent_of_gdp",
    "SP.DYN.IMRT.IN": "wdi_infant_mortality_per_1000",
}
SIGNED = frozenset({"wdi_gdp_per_capita_growth_percent"})
UNSIGNED = tuple(theirs for ours, theirs in COLUMNS.items() if ours not in SIGNED)
YEAR = re.compile(r"(\d{4})(?: \[YR\d{4}\])?$")  # DataBank writes 2023 [YR2023]
UPDATED = re.compile(
    r'Last Updated(?: Date)?:?"?,? ?"?(?:(\d{4})-(\d\d)-(\d\d)|(\d\d)/(\d\d)/(\d{4}))'
)
WORLD = 150  # countries; with fewer the file is a cut, and speaks of its own alone
PATTERNS = (
    *(f"wdi_*.{ending}" for ending in ("csv", "zip", "xlsx", "parquet")),
    "API_*_DS2_*.csv",
    "API_*_DS2_*.zip",
    "*_Data.csv",
    "P_Data_Extract_From_World_Development_Indicators*",
)
# The Bank's groups of countries. A code that is neither here nor a place is an error, never passed over.
_GROUPS = (
    "AFE AFW ARB CEB CSS EAP EAR EAS ECA ECS EMU EUU FCS HPC IBD IBT IDA IDB IDX LAC LCN LDC LMY LTE MEA MIC MNA NAC "
    "OED OSS PRE PSS PST SAS SSA SSF SST TEA TEC TLA TMN TSA TSS WLD"
)
AGGREGATES = frozenset(_GROUPS.split())
# Groups that stand without a three-letter code.
UNCODED = frozenset(
    {
        "High income",
        "Low income",
        "Lower middle income",
        "Upper middle income",
        "Not classified",
    }
)
# Places of the Bank that are no place of ours: Jersey and Guernsey together.
NOT_PLACES = frozenset({"CHI"})


def find(path: Path) -> Iterator[Snapshot]:
    """Releases by file. The Bank's own files say when they were updated; of others ``core/dated.toml`` or the bringer does."""
    releases = [
        _wide_snapshot(file) if _is_wide(file) else release_of_file(file)
        for file in files(path, *PATTERNS)
    ]
    yield from oldest_first(releases, by_file=True)


def parse(snapshot: Snapshot, places: Places) -> pa.Table:
    """Rows of INDICATOR_YEAR, aggregates left out."""
    read = _parse_wide if _is_wide(snapshot.path) else _parse_selection
    return read(snapshot, places)


def _is_group(codes: pa.Array | pa.ChunkedArray) -> pa.BooleanArray:
    """Whether each code is of a group of countries, or of no place of ours."""
    return pc.is_in(codes, pa.array(sorted(AGGREGATES | NOT_PLACES)))


def _parse_selection(snapshot: Snapshot, places: Places) -> pa.Table:
    path = snapshot.path
    columns = {
        "country": str,
        "iso3c": str,
        "year": int,
        **dict.fromkeys(COLUMNS.values(), float),
    }
    raw = read_table(path, columns)
    check_years(path, snapshot, raw["year"])
    uncoded = pc.is_in(raw["country"], pa.array(sorted(UNCODED)))
    refuse(
        path,
        pc.and_not(pc.is_null(raw["iso3c"]), uncoded),
        "iso3c is missing",
        raw["country"],
    )
    refuse_negative(path, raw, UNSIGNED)
    refuse_repeats(path, {"country": raw["country"], "year": raw["year"]})
    country = _countries(path, raw, uncoded, places)
    is_country = pc.is_valid(country)
    values = {ours: raw[theirs].filter(is_country) for ours, theirs in COLUMNS.items()}
    return melt(country.filter(is_country), raw["year"].filter(is_country), values)


def _countries(
    path: Path, raw: pa.Table, uncoded: pa.ChunkedArray, places: Places
) -> pa.Array:
    """Place code of each row, null for groups of countries."""
    group = pc.or_(uncoded, _is_group(raw["iso3c"]))
    days = last_days(raw["year"])
    country = country_codes(path, raw["iso3c"], "iso3", days, places, leave_out=group)
    refuse_repeats(path, {"country": country, "year": raw["year"]})
    refuse_another_country(path, raw["country"], country, days, places)
    return country


def _is_wide(file: Path) -> bool:
    return {"Country Code", "Country Name"} <= set(header(file))


def _wide(file: Path) -> tuple[pa.Table, dict[str, int]]:
    """Lines of indicators and countries, and the columns that are years; lines below the table left out."""
    names = header(file)
    series = next(
        (n for n in ("Indicator Code", "Series Code") if n in names), "Indicator Code"
    )
    years = {name: int(match[1]) for name in names if (match := YEAR.match(name))}
    if not years:
        raise SourceChanged(
            f"{file.name}, line 1: no column is a year; export it with the years as columns"
        )
    asked = {
        "Country Name": str,
        "Country Code": str,
        series: str,
        **dict.fromkeys(years, float),
    }
    raw = read_table(file, asked, newline_at_end=False, missing=("..",))
    raw = raw.rename_columns(["name", "code", "series", *years])
    uncoded = pc.and_(pc.is_null(raw["code"]), pc.is_valid(raw["series"]))
    refuse(file, uncoded, "Country Code is missing", raw["name"])
    _refuse_other_indicators(file, raw["series"])
    return raw, years


def _refuse_other_indicators(file: Path, series: pa.ChunkedArray) -> None:
    is_read = pc.is_in(series, pa.array(sorted(CODES)))
    other = pc.and_(pc.is_valid(series), pc.invert(is_read))
    problem = f"the indicator is none of those read ({', '.join(sorted(CODES))})"
    refuse(file, other, problem, series, "choose one of these at the Bank's")


def _wide_snapshot(file: Path) -> Snapshot:
    raw, years = _wide(file)
    first, last = date(min(years.values()), 1, 1), date(max(years.values()), 12, 31)
    places = _only(file, raw["code"].drop_null(), last)
    known_at, basis = _updated(file)
    series = raw["series"].drop_null().unique().to_pylist()
    release = f"{release_name(known_at, last)} {'+'.join(sorted(series))}"
    return Snapshot(file, release, known_at, basis, first, last, places)


def _only(file: Path, codes: pa.ChunkedArray, on: date) -> tuple[str, ...] | None:
    """The countries of a cut; None for the world."""
    countries = codes.filter(pc.invert(_is_group(codes)))
    places = country_codes(file, countries, "iso3", on, load()).unique().to_pylist()
    return None if len(places) >= WORLD else tuple(sorted(places))


def _updated(file: Path) -> tuple[date | None, Basis]:
    """The day the Bank says it updated the file; else what ``core/dated.toml`` knows."""
    if sniff(file) in ("csv", "zip"):
        with opened(file, sniff(file)) as binary:
            text = binary.read().decode("utf-8-sig", "replace")
        if match := UPDATED.search(text):
            year, month, day = match.group(1, 2, 3) if match[1] else match.group(6, 4, 5)
            return date(int(year), int(month), int(day)), "published"
    return dated(file)


def _parse_wide(snapshot: Snapshot, places: Places) -> pa.Table:
    path = snapshot.path
    raw, years = _wide(path)
    refuse_repeats(path, {"Country Code": raw["code"], "indicator": raw["series"]})
    group = pc.or_(pc.is_null(raw["code"]), _is_group(raw["code"]))
    country = country_codes(
        path, raw["code"], "iso3", snapshot.last, places, leave_out=group
    )
    day = pa.repeat(pa.scalar(snapshot.last, pa.date32()), raw.num_rows)
    refuse_another_country(path, raw["name"], country, day, places)
    parts = []
    for name, year in years.items():
        if year > snapshot.last.year:
            continue
        for code, indicator in CODES.items():
            rows = pc.and_(pc.is_valid(country), pc.equal(raw["series"], code))
            if indicator not in SIGNED:
                negative = pc.and_(rows, pc.less(raw[name], 0))
                refuse(path, negative, f"{code} of {year} is negative", raw[name])
            parts.append(
                _of_year(year, country.filter(rows), indicator, raw[name].filter(rows))
            )
    return by_key(pa.concat_tables(parts))


def _of_year(
    year: int, country: pa.Array, indicator: str, values: pa.ChunkedArray
) -> pa.Table:
    years = pa.repeat(pa.scalar(year, pa.int64()), len(country))
    return melt(country, years, {indicator: values})


SOURCE = Source(
    title="World Development Indicators",
    publisher="World Bank",
    homepage="https://databank.worldbank.org/source/world-development-indicators",
    licence="CC-BY-4.0",
    citation="World Bank (2025), World Development Indicators",
    table=INDICATOR_YEAR,
    rows=(40_000, 400_000),
    lag_days=182,  # 31 December to 1 July
    find=find,
    parse=parse,
)
