"""UN World Population Prospects: people per country, estimated to 2023 and projected to 2100.

One row of ours is the population of one country in one year: ``un_population_total`` for the
estimates, ``un_population_projected`` (medium variant) after them. A projection is a model's
answer, not a count: the two never share a name or a year. A new revision comes about every two
years and changes the past.
The file is Our World in Data's table: aggregates (continents, income groups) are mixed in with
codes of their own or none, and are passed over by the list below; Kosovo is OWID_KOS. The file
ends without a line break, so a cut end shows only as a country that stops early.

Method: https://population.un.org/wpp/. Nothing is fetched over HTTP: the table is built per
request by its publisher, and its address could not be verified offline.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from upstander.core.agreement import refuse_another_country
from upstander.core.arrival import dated, oldest_first
from upstander.core.errors import SourceChanged
from upstander.core.indicators import check_years, last_days, melt, year_span
from upstander.core.places import Places
from upstander.core.reading import files, read_table
from upstander.core.refusals import country_codes, refuse, refuse_negative, refuse_repeats
from upstander.core.tables import INDICATOR_YEAR
from upstander.core.text_files import FETCH
from upstander.core.types import Snapshot, Source

TOTAL, PROJECTED = "Population, total", "Population, medium projection (Projected)"
COLUMNS = {"Entity": str, "Code": str, "Year": int, TOTAL: int, PROJECTED: int}
# Groups with a code of their own. Another unknown code is an error, never passed over.
_GROUPS = (
    "OWID_AFR OWID_ASI OWID_EUR OWID_HIC OWID_LIC OWID_LMC OWID_NAM OWID_OCE OWID_SAM OWID_UMC OWID_WRL "
    "UN_AFR UN_ASI UN_EUR UN_LAC UN_NAM UN_OCE"
)
AGGREGATES = frozenset(_GROUPS.split())
# Groups without a code.
UNCODED = frozenset(
    {
        "Americas (UN)",
        "Land-locked developing countries (LLDC)",
        "Least developed countries",
        "Less developed regions",
        "Less developed regions, excluding China",
        "Less developed regions, excluding least developed countries",
        "More developed regions",
        "Small island developing states (SIDS)",
    }
)


def find(path: Path) -> Iterator[Snapshot]:
    """Releases by revision; when one was known, ``core/dated.toml`` or its bringer says."""
    releases = [_snapshot(file) for file in files(path, "population_un_*.csv")]
    yield from oldest_first(releases, by_file=True)


def _snapshot(file: Path) -> Snapshot:
    raw = read_table(file, {"Year": int, TOTAL: int, PROJECTED: int}, newline_at_end=False)
    first, last = year_span(file, raw["Year"])
    estimated = raw.filter(pc.is_valid(raw[TOTAL]))["Year"]
    if not len(estimated):
        raise SourceChanged(f"{file.name}: {TOTAL} is empty throughout; {FETCH}")
    revision = f"WPP {pc.max(estimated).as_py() + 1}"  # its estimates end the year before
    return Snapshot(file, revision, *dated(file), first, last)


def parse(snapshot: Snapshot, places: Places) -> pa.Table:
    """Rows of INDICATOR_YEAR, aggregates left out."""
    path = snapshot.path
    raw = read_table(path, COLUMNS, newline_at_end=False)
    check_years(path, snapshot, raw["Year"])
    uncoded = pc.is_in(raw["Entity"], pa.array(sorted(UNCODED)))
    refuse(
        path, pc.and_not(pc.is_null(raw["Code"]), uncoded), "Code is missing", raw["Entity"]
    )
    _check_numbers(path, raw)
    refuse_repeats(path, {"entity": raw["Entity"], "year": raw["Year"]})
    country = _countries(path, raw, uncoded, places)
    _check_ends(path, snapshot, raw)
    is_country = pc.is_valid(country)
    values = {
        "un_population_total": raw[TOTAL].filter(is_country),
        "un_population_projected": raw[PROJECTED].filter(is_country),
    }
    return melt(country.filter(is_country), raw["Year"].filter(is_country), values)


def _check_numbers(path: Path, raw: pa.Table) -> None:
    refuse_negative(path, raw, (TOTAL, PROJECTED))
    both = pc.and_(pc.is_valid(raw[TOTAL]), pc.is_valid(raw[PROJECTED]))
    refuse(path, both, "both estimated and projected", raw["Entity"])


def _countries(
    path: Path, raw: pa.Table, uncoded: pa.ChunkedArray, places: Places
) -> pa.Array:
    """Place code of each row, null for groups of countries."""
    days = last_days(raw["Year"])
    group = pc.or_(uncoded, pc.is_in(raw["Code"], pa.array(sorted(AGGREGATES))))
    codes = pc.if_else(pc.equal(raw["Code"], "OWID_KOS"), "XKX", raw["Code"])
    country = country_codes(path, codes, "iso3", days, places, leave_out=group)
    refuse_another_country(path, raw["Entity"], country, days, places)
    return country


def _check_ends(path: Path, snapshot: Snapshot, raw: pa.Table) -> None:
    ends = raw.group_by("Entity", use_threads=False).aggregate([("Year", "max")])
    short = ends.filter(pc.less(ends["Year_max"], snapshot.last.year)).to_pylist()
    if short:
        raise SourceChanged(
            f"{path.name}: {short[0]['Entity']} stops in {short[0]['Year_max']}, others in {snapshot.last.year}: "
            f"the end of the file may be missing; {FETCH}"
        )


SOURCE = Source(
    title="World Population Prospects 2024, by country and year",
    publisher="UN Population Division, by way of Our World in Data",
    homepage="https://population.un.org/wpp/",
    licence="CC-BY-4.0",
    citation="UN DESA, Population Division (2024), World Population Prospects 2024; Our World in Data",
    table=INDICATOR_YEAR,
    rows=(30_000, 80_000),
    lag_days=547,  # the estimate for year Y came 18 months after its end
    find=find,
    parse=parse,
    projects=True,
)
