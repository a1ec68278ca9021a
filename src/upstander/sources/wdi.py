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
from upstander.core.arrival import dated, release_name
from upstander.core.errors import SourceChanged
from upstander.core.file_kinds import sniff
from upstander.core.indicators import check_years, last_days, melt, year_span
from upstander.core.places import Places, load
from upstander.core.reading import files, header, read_table
from upstander.core.refusals import country_codes, refuse, refuse_repeats
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
    {"High income", "Low income", "Lower middle income", "Upper middle income", "Not classified"}
)
# Places of the Bank that are no place of ours: Jersey and Guernsey together.
NOT_PLACES = frozenset({"CHI"})


def find(path: Path) -> Iterator[Snapshot]:
    """Releases by file. The Bank's own files say when they were updated; of others ``core/dated.toml`` or the bringer does."""
    found = []
    for file in files(path, *PATTERNS):
        if _is_wide(file):
            found.append(_wide_snapshot(file))
            continue
        first, last = year_span(file, read_table(file, {"year": int})["year"])
        known, basis = dated(file)
        found.append(Snapshot(file, release_name(known, last), known, basis, first, last))
    yield from sorted(found, key=lambda s: (s.known_at or date.max, s.path.name))


def parse(snapshot: Snapshot, places: Places) -> pa.Table:
    """Rows of INDICATOR_YEAR, aggregates left out."""
    return (
        _parse_wide(snapshot, places)
        if _is_wide(snapshot.path)
        else _parse_selection(snapshot, places)
    )


def _is_group(codes: pa.Array | pa.ChunkedArray) -> pa.BooleanArray:
    """Whether each code is of a group of countries, or of no place of ours."""
    return pc.is_in(codes, pa.array(sorted(AGGREGATES | NOT_PLACES)))


def _parse_selection(snapshot: Snapshot, places: Places) -> pa.Table:
    path = snapshot.path
    raw = read_table(
        path, {"country": str, "iso3c": str, "year": int, **dict.fromkeys(COLUMNS.values(), float)}
    )
    check_years(path, snapshot, raw["year"])
    uncoded = pc.is_in(raw["country"], pa.array(sorted(UNCODED)))
    refuse(path, pc.and_not(pc.is_null(raw["iso3c"]), uncoded), "iso3c is missing", raw["country"])
    for name in ("wdi.popsize.new", "wdi.gdppc.new", "wdi.trade.new", "wdi.imrate.new"):
        refuse(path, pc.less(raw[name], 0), f"{name} is negative", raw[name])
    refuse_repeats(path, {"country": raw["country"], "year": raw["year"]})
    group = pc.or_(uncoded, _is_group(raw["iso3c"]))
    country = country_codes(
        path, raw["iso3c"], "iso3", last_days(raw["year"]), places, leave_out=group
    )
    refuse_repeats(path, {"country": country, "year": raw["year"]})
    refuse_another_country(path, raw["country"], country, last_days(raw["year"]), places)
    keep = pc.is_valid(country)
    values = {ours: raw[theirs].filter(keep) for ours, theirs in COLUMNS.items()}
    return melt(country.filter(keep), raw["year"].filter(keep), values)


def _is_wide(file: Path) -> bool:
    return {"Country Code", "Country Name"} <= set(header(file))


def _wide(file: Path) -> tuple[pa.Table, dict[str, int]]:
    """Lines of indicators and countries, and the columns that are years; lines below the table left out."""
    names = header(file)
    series = next((n for n in ("Indicator Code", "Series Code") if n in names), "Indicator Code")
    years = {name: int(match[1]) for name in names if (match := YEAR.match(name))}
    if not years:
        raise SourceChanged(
            f"{file.name}, line 1: no column is a year; export it with the years as columns"
        )
    asked = {"Country Name": str, "Country Code": str, series: str, **dict.fromkeys(years, float)}
    raw = read_table(file, asked, newline_at_end=False, missing=("..",)).rename_columns(
        ["name", "code", "series", *years]
    )
    refuse(
        file,
        pc.and_(pc.is_null(raw["code"]), pc.is_valid(raw["series"])),
        "Country Code is missing",
        raw["name"],
    )
    known = pa.array(sorted(CODES))
    refuse(
        file,
        pc.and_(pc.is_valid(raw["series"]), pc.invert(pc.is_in(raw["series"], known))),
        f"the indicator is none of those read ({', '.join(sorted(CODES))})",
        raw["series"],
        "choose one of these at the Bank's",
    )
    return raw, years


def _wide_snapshot(file: Path) -> Snapshot:
    raw, years = _wide(file)
    codes = raw["code"].drop_null()
    inside = codes.filter(pc.invert(_is_group(codes)))
    last = date(max(years.values()), 12, 31)
    only = country_codes(file, inside, "iso3", last, load()).unique().to_pylist()
    known, basis = _updated(file)
    places = None if len(only) >= WORLD else tuple(sorted(only))
    series = raw["series"].drop_null().unique().to_pylist()
    release = f"{release_name(known, last)} {'+'.join(sorted(series))}"
    return Snapshot(file, release, known, basis, date(min(years.values()), 1, 1), last, places)


def _updated(file: Path) -> tuple[date | None, Basis]:
    """The day the Bank says it updated the file; else what ``core/dated.toml`` knows."""
    if sniff(file) in ("csv", "zip"):
        with opened(file, sniff(file)) as binary:
            text = binary.read().decode("utf-8-sig", "replace")
        if said := UPDATED.search(text):
            year, month, day = (
                (said[1], said[2], said[3]) if said[1] else (said[6], said[4], said[5])
            )
            return date(int(year), int(month), int(day)), "published"
    return dated(file)


def _parse_wide(snapshot: Snapshot, places: Places) -> pa.Table:
    path = snapshot.path
    raw, years = _wide(path)
    refuse_repeats(path, {"Country Code": raw["code"], "indicator": raw["series"]})
    group = pc.or_(pc.is_null(raw["code"]), _is_group(raw["code"]))
    country = country_codes(path, raw["code"], "iso3", snapshot.last, places, leave_out=group)
    day = pa.repeat(pa.scalar(snapshot.last, pa.date32()), raw.num_rows)
    refuse_another_country(path, raw["name"], country, day, places)
    parts = []
    for name, year in years.items():
        if year > snapshot.last.year:
            continue
        for code, ours in CODES.items():
            mine = pc.and_(pc.is_valid(country), pc.equal(raw["series"], code))
            if ours not in SIGNED:
                refuse(
                    path,
                    pc.and_(mine, pc.less(raw[name], 0)),
                    f"{code} of {year} is negative",
                    raw[name],
                )
            values, who = raw[name].filter(mine), country.filter(mine)
            parts.append(
                melt(who, pa.repeat(pa.scalar(year, pa.int64()), len(who)), {ours: values})
            )
    return (
        pa.concat_tables(parts)
        .sort_by([(name, "ascending") for name in INDICATOR_YEAR.key])
        .combine_chunks()
    )


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
