"""World Bank World Development Indicators: population, income, growth, trade, infant mortality, since 1960.

One row of ours is the value of one indicator in one country and year. Updated through the year;
the yearly figures of Y come by about 1 July of Y+1, and the past is revised at each update.
Quirks: infant mortality of the last year is empty; rows of aggregates (World, Arab World, income
groups ...) are mixed in and are passed over by the list below; the sum of exports and imports as
a share of GDP can pass 100 %. Figures for Palestine, Kosovo, Hong Kong and other territories
stand under their own codes. A value that is not given has no row.

Codebook: https://databank.worldbank.org/source/world-development-indicators. The file read here
is a selection with its own column names; the Bank's API gives other shapes, so nothing is
fetched over HTTP.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from upstander.core.arrival import dated, release_name
from upstander.core.indicators import check_years, last_days, melt, year_span
from upstander.core.places import Places
from upstander.core.reading import country_codes, files, read_table, refuse, refuse_repeats
from upstander.core.tables import INDICATOR_YEAR
from upstander.core.types import Snapshot, Source

COLUMNS = {
    "wdi_population": "wdi.popsize.new",
    "wdi_gdp_per_capita_usd": "wdi.gdppc.new",
    "wdi_gdp_per_capita_growth_percent": "wdi.gdppcgrow.new",
    "wdi_trade_percent_of_gdp": "wdi.trade.new",
    "wdi_infant_mortality_per_1000": "wdi.imrate.new",
}
# The Bank's groups of countries. A code that is neither here nor a place is an error, never passed over.
_GROUPS = (
    "AFE AFW ARB CEB CSS EAP EAR EAS ECA ECS EMU EUU FCS HPC IBD IBT IDA IDB IDX LAC LCN LDC LMY LTE MEA MIC MNA NAC "
    "OED OSS PRE PSS PST SAS SSA SSF SST TEA TEC TLA TMN TSA TSS WLD"
)
AGGREGATES = frozenset(_GROUPS.split())
# Groups that stand without a three-letter code.
UNCODED = frozenset({"High income", "Low income", "Lower middle income", "Upper middle income", "Not classified"})
# Places of the Bank that are no place of ours: Jersey and Guernsey together.
NOT_PLACES = frozenset({"CHI"})


def find(path: Path) -> Iterator[Snapshot]:
    """Releases by file; when one was known, ``core/dated.toml`` or its bringer says."""
    found = []
    for file in files(path, "wdi_*.csv", "wdi_*.zip", "wdi_*.xlsx", "wdi_*.parquet"):
        first, last = year_span(file, read_table(file, {"year": int})["year"])
        known, basis = dated(file)
        found.append(Snapshot(file, release_name(known, last), known, basis, first, last))
    yield from sorted(found, key=lambda s: (s.known_at or date.max, s.path.name))


def parse(snapshot: Snapshot, places: Places) -> pa.Table:
    """Rows of INDICATOR_YEAR, aggregates left out."""
    path = snapshot.path
    raw = read_table(path, {"country": str, "iso3c": str, "year": int, **dict.fromkeys(COLUMNS.values(), float)})
    check_years(path, snapshot, raw["year"])
    uncoded = pc.is_in(raw["country"], pa.array(sorted(UNCODED)))
    refuse(path, pc.and_not(pc.is_null(raw["iso3c"]), uncoded), "iso3c is missing", raw["country"])
    for name in ("wdi.popsize.new", "wdi.gdppc.new", "wdi.trade.new", "wdi.imrate.new"):
        refuse(path, pc.less(raw[name], 0), f"{name} is negative", raw[name])
    refuse_repeats(path, {"country": raw["country"], "year": raw["year"]})
    group = pc.or_(uncoded, pc.is_in(raw["iso3c"], pa.array(sorted(AGGREGATES | NOT_PLACES))))
    country = country_codes(path, raw["iso3c"], "iso3", last_days(raw["year"]), places, leave_out=group)
    keep = pc.is_valid(country)
    values = {ours: raw[theirs].filter(keep) for ours, theirs in COLUMNS.items()}
    return melt(country.filter(keep), raw["year"].filter(keep), values)


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
