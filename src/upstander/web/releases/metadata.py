"""What a release says of itself to machines: Data Package v1, Croissant 1.1 (with responsible-AI fields), schema.org.

Written by hand after specs.frictionlessdata.io, docs.mlcommons.org/croissant and schema.org/Dataset.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from pydantic import TypeAdapter

from upstander import __version__
from upstander.report.head import DataAge, Head
from upstander.web.api.formats import schema_of
from upstander.web.releases.tables import TABLES

MEDIA = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet"}
# The older name of Parquet is the one that Croissant's readers know.
CROISSANT_MEDIA = {"csv": "text/csv", "parquet": "application/x-parquet"}
LICENCES = {
    "CC-BY-4.0": "https://creativecommons.org/licenses/by/4.0/",
    "CC-BY-SA-4.0": "https://creativecommons.org/licenses/by-sa/4.0/",
}
WHOLE = "CC-BY-SA-4.0"
NAME, TITLE = (
    "upstander-public-release",
    "Upstander: odds of atrocity crimes, and what was counted",
)
ABOUT = (
    "Odds of civilians killed deliberately and of organised violence by country, with intervals, base rates and rank "
    "ranges, beside deaths by month, year and type and standings on treaties. Probabilities, never verdicts; what is not "
    "known is null."
)
# Croissant's own context, whole: what reads it compares the two.
OF_CROISSANT = (
    "citeAs",
    "column",
    "equivalentProperty",
    "extract",
    "field",
    "fileObject",
    "fileProperty",
    "fileSet",
    "format",
    "includes",
    "isLiveDataset",
    "jsonPath",
    "key",
    "md5",
    "parentField",
    "path",
    "recordSet",
    "references",
    "regex",
    "repeated",
    "replace",
    "samplingRate",
    "separator",
    "source",
    "subField",
    "transform",
)
CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    **{name: f"cr:{name}" for name in OF_CROISSANT},
}


@dataclass(frozen=True)
class WrittenFile:
    """A file of a release."""

    name: str
    table: str
    format: str
    bytes: int
    sha256: str
    rows: int


@dataclass(frozen=True)
class Told:
    """What the descriptions are made from: the month, the head that every output carries, sources, files, and the address."""

    month: str
    head: Head
    sources: Sequence[DataAge]
    files: Sequence[WrittenFile]
    address: str

    @property
    def cited(self) -> str:
        """How to cite it."""
        return f"Upstander public release {self.month}, issue {self.head.issue_id}; with the sources it names"

    def url(self, file: str) -> str:
        """The permanent address of a file; its name alone where the installation has no address."""
        return (
            f"{self.address}/releases/archive/{self.month}/{file}" if self.address else file
        )


def _columns(table: str) -> list[tuple[str, Any, str]]:
    """Name, Arrow type and meaning of each column."""
    row = TABLES[table].row
    adapter: TypeAdapter[Any] = TypeAdapter(row)
    said = adapter.json_schema(mode="serialization")["properties"]
    return [(f.name, f.type, said[f.name].get("description", "")) for f in schema_of(row)]


# Data Package


def datapackage(told: Told) -> dict[str, Any]:
    """``datapackage.json``."""
    return {
        "profile": "data-package",
        "name": NAME,
        "title": TITLE,
        "description": f"{ABOUT} {told.head.caveat}",
        "version": told.month,
        "created": f"{told.head.as_of}T00:00:00Z",
        "as_of": told.head.as_of.isoformat(),
        "issue": told.head.issue_id,
        "program": __version__,
        "licenses": [_licence(WHOLE)],
        "sources": [_source(s) for s in told.sources],
        "resources": [_resource(f) for f in told.files],
    }


def _licence(name: str) -> dict[str, str]:
    return {"name": name, "path": LICENCES[name]}


def _source(source: DataAge) -> dict[str, str]:
    title = f"{source.title}, {source.release} ({source.publisher})"
    path = {"path": source.homepage} if source.homepage.startswith("http") else {}
    return {"title": title, **path, "licence": source.licence, "citation": source.citation}


def _resource(file: WrittenFile) -> dict[str, Any]:
    table = TABLES[file.table]
    encoding = {"encoding": "utf-8"} if file.format == "csv" else {}
    fields = [
        {"name": name, "type": _plain_type(type), "description": words}
        for name, type, words in _columns(file.table)
    ]
    return {
        "name": file.name.replace(".", "-").replace("_", "-"),
        "path": file.name,
        "title": table.title,
        "format": file.format,
        "mediatype": MEDIA[file.format],
        "bytes": file.bytes,
        "hash": f"sha256:{file.sha256}",
        "rows": file.rows,
        "licenses": [_licence(table.licence)],
        **encoding,
        "schema": {"fields": fields, "missingValues": [""]},
    }


def _plain_type(type: Any) -> str:
    names = {
        pa.string(): "string",
        pa.int64(): "integer",
        pa.float64(): "number",
        pa.bool_(): "boolean",
        pa.date32(): "date",
    }
    return names[type]


# schema.org and Croissant


def schema_org(told: Told) -> dict[str, Any]:
    """``dataset.jsonld``: what search engines of data sets read."""
    return {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        **_described(told),
        "distribution": [
            {
                "@type": "DataDownload",
                "name": f.name,
                "contentUrl": told.url(f.name),
                "encodingFormat": MEDIA[f.format],
                "sha256": f.sha256,
                "contentSize": f"{f.bytes} B",
            }
            for f in told.files
        ],
    }


def _described(told: Told) -> dict[str, Any]:
    day = told.head.as_of.isoformat()
    return {
        "name": TITLE,
        "alternateName": NAME,
        "description": f"{ABOUT} {told.head.caveat}",
        "url": told.url("datapackage.json"),
        "license": LICENCES[WHOLE],
        "version": f"{told.head.as_of.year}.{told.head.as_of.month}.0",
        "datePublished": day,
        "dateModified": day,
        "isAccessibleForFree": True,
        "inLanguage": "en",
        "keywords": ["atrocity prevention", "early warning", "forecasting", "mass killing"],
        "spatialCoverage": "World",
        "creator": {"@type": "Organization", "name": "Upstander"},
        "isBasedOn": [s.homepage for s in told.sources if s.homepage.startswith("http")],
    }


def croissant(told: Told) -> dict[str, Any]:
    """``croissant.json``: the same for machines that learn, with what they must not be used for."""
    return {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": [
            "http://mlcommons.org/croissant/1.1",
            "http://mlcommons.org/croissant/RAI/1.0",
        ],
        **_described(told),
        "citeAs": told.cited,
        "isLiveDataset": False,
        **_responsible(told.head),
        "distribution": [_object(told, f) for f in told.files],
        "recordSet": [_record_set(f) for f in told.files if f.format == "parquet"],
    }


def _responsible(head: Head) -> dict[str, Any]:
    return {
        "rai:dataLimitations": [head.caveat, head.one_sided_means, head.data_age],
        "rai:dataBiases": [
            "Events that no press or monitor reports are not counted; recent months are incomplete where reports come late.",
        ],
        "rai:dataUseCases": [
            "Early warning and prevention, evaluation of forecasts, research."
        ],
        "rai:personalSensitiveInformation": ["None: counts and probabilities by country."],
    }


def _object(told: Told, file: WrittenFile) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": file.name,
        "name": file.name,
        "contentUrl": told.url(file.name),
        "encodingFormat": CROISSANT_MEDIA[file.format],
        "sha256": file.sha256,
        "contentSize": f"{file.bytes} B",
    }


def _record_set(file: WrittenFile) -> dict[str, Any]:
    return {
        "@type": "cr:RecordSet",
        "@id": file.table,
        "name": file.table,
        "description": TABLES[file.table].title,
        "field": [_field(file, *column) for column in _columns(file.table)],
    }


def _field(file: WrittenFile, name: str, type: Any, words: str) -> dict[str, Any]:
    kinds: Mapping[str, str] = {
        "string": "sc:Text",
        "integer": "sc:Integer",
        "number": "sc:Float",
        "boolean": "sc:Boolean",
        "date": "sc:Date",
    }
    return {
        "@type": "cr:Field",
        "@id": f"{file.table}/{name}",
        "name": name,
        "description": words,
        "dataType": kinds[_plain_type(type)],
        "source": {"fileObject": {"@id": file.name}, "extract": {"column": name}},
    }
