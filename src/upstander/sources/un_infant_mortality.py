"""UN infant mortality: deaths before the first birthday per 1,000 live births, since 1950.

One row of ours is the rate of one country and year. Modelled estimates of the UN Inter-agency
Group for Child Mortality Estimation and the Population Division; the whole past is re-estimated
at each release, so a value may change without anything having happened. The file does
not say when it was published. Countries keep today's code through all years.

Method and data: https://childmortality.org/. The file read here is a selection; nothing is
fetched over HTTP.
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


def find(path: Path) -> Iterator[Snapshot]:
    """Releases by file; when one was known, ``core/dated.toml`` or its bringer says."""
    releases = [release_of_file(file) for file in files(path, "un_infant_mortality_*.csv")]
    yield from oldest_first(releases, by_file=True)


def parse(snapshot: Snapshot, places: Places) -> pa.Table:
    """Rows of INDICATOR_YEAR: ``un_infant_mortality_per_1000``."""
    path = snapshot.path
    raw = read_table(path, {"iso3c": str, "year": int, "un_imr": float})
    check_years(path, snapshot, raw["year"])
    rate = raw["un_imr"]
    impossible = pc.or_(pc.less(rate, 0), pc.greater(rate, 1000))
    refuse(path, impossible, "un_imr is not a rate per 1,000", rate)
    country = country_codes(path, raw["iso3c"], "iso3", last_days(raw["year"]), places)
    refuse_repeats(path, {"country": country, "year": raw["year"]})
    return melt(country, raw["year"], {"un_infant_mortality_per_1000": rate})


SOURCE = Source(
    title="Infant mortality rate",
    publisher="UN IGME and UN Population Division",
    homepage="https://childmortality.org/",
    licence="CC-BY-4.0",
    citation="UN Inter-agency Group for Child Mortality Estimation (2025); UN DESA (2024), World Population Prospects",
    table=INDICATOR_YEAR,
    rows=(15_000, 40_000),
    lag_days=182,  # 31 December to 1 July
    find=find,
    parse=parse,
)
