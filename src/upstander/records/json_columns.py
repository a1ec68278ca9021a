"""JSON in a column of text, asked of both databases in the same way."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, Text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class field_json(FunctionElement[str]):  # noqa: N801 - reads as the SQL function that it is
    """JSON text of one field of a JSON object, null when it has none: ``field_json(column, name)``."""

    type = Text()
    inherit_cache = True
    name = "field_json"


@compiles(field_json, "sqlite")
@compiles(field_json, "postgresql")
def _field_json(element: field_json, compiler: Any, **options: Any) -> str:
    body, name = (compiler.process(part, **options) for part in element.clauses)
    if compiler.dialect.name == "sqlite":
        return f"({body} -> {name})"
    return f"(({body})::json -> {name})::text"


class list_holds(FunctionElement[bool]):  # noqa: N801 - reads as the SQL function that it is
    """Whether a list in a JSON object holds a text: ``list_holds(column, name of the list, text)``."""

    type = Boolean()
    inherit_cache = True
    name = "list_holds"


@compiles(list_holds, "sqlite")
@compiles(list_holds, "postgresql")
def _list_holds(element: list_holds, compiler: Any, **options: Any) -> str:
    body, name, text = (compiler.process(part, **options) for part in element.clauses)
    if compiler.dialect.name == "sqlite":
        return f"EXISTS (SELECT 1 FROM json_each({body} -> {name}) AS held WHERE held.value = {text})"  # noqa: S608 - compiled parts, values bound
    return f"jsonb_exists(({body})::jsonb -> {name}, {text})"
