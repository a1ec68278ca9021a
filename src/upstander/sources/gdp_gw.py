"""Gross domestic product by Gleditsch-Ward State and year since 1950, gaps filled by its makers.

One row of ours is GDP per head (constant US dollars, the World Bank's NY.GDP.PCAP.KD) or its
growth in percent, for States that existed that year. Built on the World Bank's series and
extended backwards and sideways where the Bank has none, so a value need not be a published
national account: use ``wdi`` first, this where ``wdi`` is silent. The file does not say
when it was published. Codes are Gleditsch-Ward: 365 is the Soviet Union before 1991.

About the series: https://data.worldbank.org/indicator/NY.GDP.PCAP.KD. Nothing is fetched over HTTP.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from upstander.core.arrival import oldest_first
from upstander.core.indicators import check_years, last_days, melt, release_of_file
from upstander.core.places import Places
from upstander.core.reading import files, read_table
from upstander.core.refusals import country_codes, refuse, refuse_repeats
from upstander.core.tables import INDICATOR_YEAR
from upstander.core.types import Snapshot, Source

INCOME = "NY.GDP.PCAP.KD"
COLUMNS = {
    "gdp_gw_per_capita_usd": INCOME,
    "gdp_gw_per_capita_growth_percent": "NY.GDP.PCAP.KD.ZG",
}

# South Sudan 2024 is extrapolated to -10 dollars a head (growth -109 %): nobody knows it, so it has no row.
IMPOSSIBLE = (626, 2024)


def find(path: Path) -> Iterator[Snapshot]:
    """Releases by file; when one was known, ``core/dated.toml`` or its bringer says."""
    releases = [release_of_file(file) for file in files(path, "gdp_gw_*.csv")]
    yield from oldest_first(releases, by_file=True)


def parse(snapshot: Snapshot, places: Places) -> pa.Table:
    """Rows of INDICATOR_YEAR: GDP per head and its growth."""
    path = snapshot.path
    raw = read_table(
        path, {"gwcode": int, "year": int, **dict.fromkeys(COLUMNS.values(), float)}
    )
    check_years(path, snapshot, raw["year"])
    income = raw[INCOME]
    artefact = _artefact(raw)
    refuse(
        path, pc.and_not(pc.less(income, 0), artefact), "GDP per head is negative", income
    )
    country = country_codes(path, raw["gwcode"], "gw", last_days(raw["year"]), places)
    refuse_repeats(path, {"country": country, "year": raw["year"]})
    # The file writes seventeen figures; a tenth of a cent is more than any national account is worth.
    values = {
        ours: pc.if_else(artefact, None, pc.round(raw[theirs], 3))
        for ours, theirs in COLUMNS.items()
    }
    return melt(country, raw["year"], values)


def _artefact(raw: pa.Table) -> pa.ChunkedArray:
    """The row nobody knows, as long as it is negative: a mended file keeps its value."""
    gwcode, year = IMPOSSIBLE
    row = pc.and_(pc.equal(raw["gwcode"], gwcode), pc.equal(raw["year"], year))
    return pc.and_(row, pc.fill_null(pc.less(raw[INCOME], 0), False))


SOURCE = Source(
    title="GDP per head by Gleditsch-Ward State, gaps filled",
    publisher="World Bank, extended by the makers of the extract",
    homepage="https://data.worldbank.org/indicator/NY.GDP.PCAP.KD",
    licence="CC-BY-4.0",
    citation="World Bank (2025), World Development Indicators, NY.GDP.PCAP.KD",
    table=INDICATOR_YEAR,
    rows=(20_000, 60_000),
    lag_days=182,  # 31 December to 1 July
    find=find,
    parse=parse,
)
