"""A JSON file from somebody we do not know: its items, and whether it is one page of more."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from upstander.core.errors import FileRefused
from upstander.core.upload_rows import MOST_COLUMNS, Given, Line, few_enough
from upstander.core.upload_text import bounded, decoded

MOST_NODES = (
    2_000_000  # values in a JSON file: some 200 MB once read; 20,000 items of 100 values
)
# Where programs keep the list of items, and the number of all there are.
LISTS = ("records", "results", "value", "data")
TOTALS = ("totalCount", "@odata.count", "count", "total")


def load_json(path: Path) -> Any:
    """A JSON file's content, within the bounds.

    Raises:
        FileRefused: not JSON, too large, a name twice in one object, or a number that is none.
    """
    bounded(path)
    return parsed(path, decoded(path, ""))


def parsed(path: Path, text: str) -> Any:
    """The content of JSON text, within the bounds. Raises FileRefused as ``load_json`` does."""
    if sum(text.count(c) for c in "[{,:") > MOST_NODES:
        raise FileRefused(
            f"{path.name}: holds more than {MOST_NODES:,} values; divide it into several files"
        )

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        values = dict(pairs)
        if len(values) < len(pairs):
            raise FileRefused(
                f"{path.name}: an item holds the same name twice; export it again"
            )
        return values

    def refuse(word: str) -> Any:
        raise FileRefused(
            f"{path.name}: {word} is not a number; leave out what is not known"
        )

    try:
        return json.loads(text, object_pairs_hook=unique, parse_constant=refuse)
    except json.JSONDecodeError as error:
        raise FileRefused(
            f"{path.name}, line {error.lineno}: is not JSON ({error.msg}); export it again"
        ) from None
    except (RecursionError, ValueError) as error:
        raise FileRefused(
            f"{path.name}: cannot be read as JSON ({str(error)[:80]}); export it again"
        ) from None


def items(path: Path, text: str) -> Given:
    """The items of JSON text as rows, nested objects as paths.

    Raises:
        FileRefused: no list of items, too many, or with too many names.
    """
    whole = parsed(path, text)
    objects = rows_of(whole)
    if objects is None or not all(isinstance(i, dict) for i in objects):
        raise FileRefused(
            f"{path.name}: holds no list of items; export it again, or name the right format"
        )
    few_enough(path, len(objects), 0)
    flat = [flattened(i) for i in objects]
    columns = tuple(dict.fromkeys(name for i in flat for name in i))
    if len(columns) > MOST_COLUMNS:
        raise FileRefused(
            f"{path.name}: its items have {len(columns):,} different names; at most {MOST_COLUMNS:,} are read"
        )
    lines = (Line(f"item {at}", i) for at, i in enumerate(flat, 1))
    notes = part_of(whole, len(objects))
    return Given(columns, lines, notes, typed=True, head=_head(whole))


def _head(whole: Any) -> dict[str, str]:
    """What the file says of itself beside its items."""
    head = whole.get("head") if isinstance(whole, dict) else None
    return (
        {str(k).casefold(): str(v) for k, v in head.items()}
        if isinstance(head, dict)
        else {}
    )


def part_of(answer: Any, number: int) -> tuple[str, ...]:
    """A note when what an interface answered is one page of more: it says how many there are, or where the next page is."""
    if not isinstance(answer, dict):
        return ()
    total = max((answer[k] for k in TOTALS if isinstance(answer.get(k), int)), default=0)
    if total <= number and not _has_next(answer):
        return ()
    words = f"{number:,} of {total:,}" if total > number else f"{number:,}, and more follow"
    return (
        f"the file holds {words}: it is one page of an answer; fetch the rest and bring it in too",
    )


def _has_next(answer: Mapping[str, Any]) -> bool:
    links = answer.get("links")
    next_link = links.get("next") if isinstance(links, dict) else None
    return any((answer.get("next"), answer.get("@odata.nextLink"), next_link))


def rows_of(content: Any) -> list[Any] | None:
    """The list of items in what a program exported: bare, or under the name it uses for them."""
    if isinstance(content, dict):
        lists = (content[k] for k in LISTS if isinstance(content.get(k), list))
        return next(lists, None)
    return content if isinstance(content, list) else None


def flattened(item: Mapping[str, Any], above: str = "") -> dict[str, Any]:
    """Nested objects as paths: ``{"a": {"b": 1}}`` is ``{"a/b": 1}``; lists stay as they are."""
    flat: dict[str, Any] = {}
    for name, value in item.items():
        path = f"{above}{name}"
        if isinstance(value, dict) and "coordinates" not in value:
            flat |= flattened(value, f"{path}/")
        else:
            flat[path] = value
    return flat
