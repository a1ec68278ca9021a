"""HTML that publishers and programs put into texts, as the plain text that it shows."""

from __future__ import annotations

import html
import re

# A tag has no "<" in it, so that a text of nothing but "<" is read once.
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})([^<>]*)>")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});")
_BREAKS = frozenset(
    (
        "p",
        "div",
        "br",
        "li",
        "ul",
        "ol",
        "tr",
        "table",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "blockquote",
        "hr",
        "dt",
        "dd",
    )
)
_UNSEEN = frozenset(("script", "style"))


def is_markup(text: str) -> bool:
    """Whether a text holds tags or entities of HTML."""
    return _TAG.search(text) is not None or _ENTITY.search(text) is not None


def _break(name: str, closes: bool) -> str:
    """What stands in the text for a tag."""
    if name == "li" and not closes:
        return "\n- "
    if name in _BREAKS:
        return "\n"
    return " " if name == "td" else ""


def text_of(markup: str) -> str:
    """The text that HTML shows: blocks as lines, items of lists with a hyphen, without scripts and styles.

    >>> text_of("<p><b>At least&nbsp;12</b> &ndash; killed.</p><ul><li>Five women</li></ul>")
    'At least 12 – killed.\\n- Five women'
    """
    parts: list[str] = []
    unseen, at = "", 0
    for tag in _TAG.finditer(markup):
        name, closes = tag[2].lower(), tag[1] == "/"
        if not unseen:
            parts.append(markup[at : tag.start()])
            parts.append(_break(name, closes))
        if name in _UNSEEN:
            unseen = "" if closes and name == unseen else unseen or ("" if closes else name)
        at = tag.end()
    if not unseen:
        parts.append(markup[at:])
    lines = (" ".join(line.split()) for line in html.unescape("".join(parts)).split("\n"))
    return "\n".join(line for line in lines if line not in ("", "-"))
