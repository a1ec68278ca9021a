"""V-Dem: democracy, repression, exclusion and the rule of law, by country and year.

One row of ours is the value of one indicator in one country and year, from 1980 (the forecasts
begin in 1989 and look back a few years). V-Dem publishes every March for the years to the last
one, and each version re-estimates the whole past. V-Dem's tables stay under CC BY-SA 4.0.

V-Dem's own file sits behind a form, so nothing is fetched over HTTP. It is read as V-Dem names it
(``V-Dem-CY-Core-v15.csv``, ``V-Dem-CY-Full+Others-v15.csv``, or the zip of one): the version from
the name, every indicator below that it holds. Besides, four published extracts, told by their columns:

* v12, 1970-2021 (keys Gleditsch-Ward; ``lag0_`` means the same year). It has no gap at all, so
  its makers filled some cells; which ones is not said. Only what the later files lack is used.
* v14, six indices to 2023 (keys V-Dem's ``country_id``).
* v15 headline indices to 2024, lines of World Bank aggregates and countries V-Dem does not code
  mixed in (``country_id`` NA: passed over, and refused if they hold a V-Dem value).
* v15 subset to 2024, made for the Early Warning Project (keys Correlates of War). Its recoded
  columns keep their names (``vdem_pol_killing_approved``); plain columns under another name
  take V-Dem's tag: freediscussion is v2xcl_disc, ses_power_dist v2pepwrses, religiousfreedom
  v2clrelig_ord, partyban v2psparban_ord, judicialreform v2jureform_ord (checked against v12:
  correlations .997, .985, .951, .950, .824; the last three are ordinal against interval).

Indices run from 0 to 1 (higher is more of what the name says: more corruption, more democracy);
``v2cl*``, ``v2cs*`` ... are on the measurement model's scale, about -4 to 4, higher is freer;
``_ord`` are the coders' steps. Three decimals, as published. A release's name carries the
extract (``15-headline``), for each speaks only of the indicators it holds.

Codebook: https://v-dem.net/data/reference-documents/
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from upstander.core.agreement import refuse_another_country
from upstander.core.arrival import oldest_first
from upstander.core.errors import SourceChanged
from upstander.core.indicators import check_years, last_days, melt, year_span
from upstander.core.places import Places
from upstander.core.reading import files, header, read_table, stem
from upstander.core.refusals import country_codes, refuse, refuse_repeats
from upstander.core.tables import INDICATOR_YEAR
from upstander.core.text_files import FETCH
from upstander.core.types import Snapshot, Source

FIRST_YEAR = (
    1980  # older years help no forecast that begins in 1989, and the bundle has 8 MB
)


@dataclass(frozen=True)
class Extract:
    """One of the files: the version it is from, its key and the indicators read from it."""

    version: int
    name: str
    key: str
    scheme: str
    indicators: Mapping[str, str]  # our tag -> the file's column
    told_by: str  # a column only this extract has


def _same(*tags: str) -> dict[str, str]:
    return {tag: tag for tag in tags}


V12 = (
    "v2x_clphy",
    "v2x_clpol",
    "v2x_civlib",
    "v2x_rule",
    "v2x_jucon",
    "v2x_corr",
    "v2x_gencl",
    "v2x_ex_military",
    "v2xeg_eqprotec",
    "v2x_neopat",
    "v2x_frassoc_thick",
    "v2clkill",
    "v2cltort",
    "v2csantimv",
    "v2clsocgrp",
    "v2svstterr",
    "v2juhcind",
    "v2csreprss",
)
SIX = (
    "v2x_veracc_osp",
    "v2xcs_ccsi",
    "v2xcl_rol",
    "v2x_freexp_altinf",
    "v2x_horacc_osp",
    "v2x_pubcorr",
)
HEADLINE = ("v2x_polyarchy", "v2x_libdem", "v2x_egaldem")
SUBSET = {
    **_same(
        "pol_killing_approved", "social_inequality", "even_civilrights", "minorityrule"
    ),
    **_same("v2csreprss_ord", "v2pepwrsoc_ord", "v2csgender_ord", "v2mecenefm_ord"),
    "v2xcl_disc": "freediscussion",
    "v2pepwrses": "ses_power_dist",
    "v2clrelig_ord": "religiousfreedom",
    "v2psparban_ord": "partyban",
    "v2jureform_ord": "judicialreform",
}
EXTRACTS = (
    Extract(
        12, "extract", "gwcode", "gw", {tag: f"lag0_{tag}" for tag in V12}, "lag0_v2x_clphy"
    ),
    Extract(14, "six", "country_id", "vdem", _same(*SIX), "v2x_veracc_osp"),
    Extract(15, "headline", "country_id", "vdem", _same(*HEADLINE), "v2x_libdem"),
    Extract(15, "subset", "COWcode", "cow", SUBSET, "pol_killing_approved"),
)
PATTERNS = ("vdem_v*_*.parquet", "vdem_v*_*.csv", "V-Dem-CY-*.csv", "V-Dem-CY-*.zip")
OWN = re.compile(r"V-Dem-CY-.*?v(\d+)", re.IGNORECASE)


def find(path: Path) -> Iterator[Snapshot]:
    """Releases by version; version N appears in March 2010+N (assumed: its last day)."""
    releases = [
        _snapshot(file)
        for file in files(path, *PATTERNS)
        if not (path.is_dir() and "codebook" in file.name)
    ]
    yield from oldest_first(releases)


def _snapshot(file: Path) -> Snapshot:
    extract = _extract(file)
    first, last = year_span(file, read_table(file, {"year": int})["year"])
    if last > date(2009 + extract.version, 12, 31):
        raise SourceChanged(
            f"{file.name}: has {last.year}, version {extract.version} ends before it; {FETCH}"
        )
    release = f"{extract.version}-{extract.name}"
    known_at = date(2010 + extract.version, 3, 31)
    since = max(first, date(FIRST_YEAR, 1, 1))
    return Snapshot(file, release, known_at, "assumed", since, last)


def _extract(file: Path) -> Extract:
    names = set(header(file))
    if named := OWN.match(stem(file)):
        return _own(int(named[1]), names)
    if _is_unnamed(names):
        raise SourceChanged(
            f"{file.name}: is V-Dem's own file under a name without its version; "
            "give it back its name, e.g. V-Dem-CY-Core-v15.csv"
        )
    for extract in EXTRACTS:
        if extract.told_by in names and (
            extract.name != "six" or "lag0_v2x_clphy" not in names
        ):
            return extract
    tags = ", ".join(e.told_by for e in EXTRACTS)
    raise SourceChanged(
        f"{file.name}, line 1: is none of the V-Dem extracts we read (no column {tags}); {FETCH}"
    )


def _is_unnamed(names: set[str]) -> bool:
    """Whether the columns are of V-Dem's own file: it would pass for several extracts."""
    alike = [e for e in EXTRACTS if e.key in names and e.told_by in names]
    return len(alike) > 1 and "gwcode" not in names


def _own(version: int, names: set[str]) -> Extract:
    """V-Dem's own file: whatever of our indicators it holds under V-Dem's tags."""
    tags = sorted(
        {tag for extract in EXTRACTS for tag in extract.indicators if tag in names}
    )
    return Extract(version, "own", "country_id", "vdem", _same(*tags), "country_id")


def parse(snapshot: Snapshot, places: Places) -> pa.Table:
    """Rows of INDICATOR_YEAR, one per country, year and indicator that has a value."""
    path, extract = snapshot.path, _extract(snapshot.path)
    columns = {
        extract.key: int,
        "year": int,
        **dict.fromkeys(extract.indicators.values(), float),
    }
    raw = read_table(path, columns, {"country_name": str})
    refuse(path, pc.is_null(raw["year"]), "the year is missing")
    left_out = _left_out(path, raw, extract)
    check_years(path, snapshot, pc.if_else(left_out, snapshot.first.year, raw["year"]))
    days = last_days(raw["year"])
    country = country_codes(
        path, raw[extract.key], extract.scheme, days, places, leave_out=left_out
    )
    refuse_repeats(path, {"country": country, "year": raw["year"]})
    if "country_name" in raw.column_names:
        refuse_another_country(path, raw["country_name"], country, days, places)
    rows = raw.append_column("country", country).filter(pc.invert(left_out))
    return melt(rows["country"], rows["year"], _values(rows, extract))


def _values(rows: pa.Table, extract: Extract) -> dict[str, pa.ChunkedArray]:
    # Parquet from R holds 0.22699999999999998 for 0.227; V-Dem publishes three decimals.
    return {
        f"vdem_{tag.lower()}": pc.round(rows[column], 3)
        for tag, column in extract.indicators.items()
    }


def _left_out(path: Path, raw: pa.Table, extract: Extract) -> pa.ChunkedArray:
    """Rows that are not read: before FIRST_YEAR stand colonies and mandates we do not look up."""
    early = pc.less(raw["year"], FIRST_YEAR)
    is_headline = extract.name == "headline"
    uncoded = _uncoded(path, raw, extract) if is_headline else _none(raw)
    return pc.or_(pc.or_(early, uncoded), _superseded(raw, extract))


def _none(raw: pa.Table) -> pa.ChunkedArray:
    return pc.equal(raw["year"], 0)


def _uncoded(path: Path, raw: pa.Table, extract: Extract) -> pa.ChunkedArray:
    """Rows V-Dem does not code: they come from the World Bank's list and must hold no V-Dem value."""
    other = pc.is_null(raw[extract.key])
    for column in extract.indicators.values():
        valued = pc.and_(other, pc.is_valid(raw[column]))
        refuse(path, valued, f"{column} without a {extract.key}", raw[column])
    return other


def _superseded(raw: pa.Table, extract: Extract) -> pa.ChunkedArray:
    """Correlates of War gives Germany and Yemen a new code (255, 679) in 1990: the new one counts that year."""
    if extract.scheme != "cow":
        return _none(raw)
    in_1990 = pc.equal(raw["year"], 1990)
    codes = set(raw.filter(in_1990)[extract.key].to_pylist())
    if not {255, 679} <= codes:
        return _none(raw)
    return pc.and_(in_1990, pc.is_in(raw[extract.key], pa.array([260, 678])))


SOURCE = Source(
    title="V-Dem country-year, extracts of v12, v14 and v15",
    publisher="V-Dem Institute, University of Gothenburg",
    homepage="https://v-dem.net/",
    licence="CC-BY-SA-4.0",
    citation="Coppedge et al. (2025), V-Dem Country-Year Dataset v15; "
    "Pemstein et al. (2025), The V-Dem Measurement Model",
    table=INDICATOR_YEAR,
    rows=(20_000, 2_000_000),
    lag_days=90,  # 31 December to the end of March
    find=find,
    parse=parse,
)
