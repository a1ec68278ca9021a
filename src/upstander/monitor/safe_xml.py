"""XML that strangers wrote, read without entities, files or networks: what it refers to is never fetched or put in."""

from __future__ import annotations

from lxml import etree

from upstander.core.errors import FileRefused

MOST_BYTES = 20_000_000
DEEPEST = 60  # levels of elements; real feeds and alerts have less than ten


def parsed(
    content: bytes, *, recover: bool = False
) -> tuple[etree._Element, tuple[str, ...]]:
    """The root, and what was wrong with it.

    Args:
        recover: go on after an error, which is then told.

    Raises:
        FileRefused: it is no XML (``recover``: nothing of it can be read), or is too large or too deep.
    """
    if len(content) > MOST_BYTES:
        raise FileRefused(f"more than {MOST_BYTES} bytes; nobody sends alerts as large")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        recover=recover,
        remove_pis=True,
        remove_comments=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise FileRefused(f"not XML: {error}") from None
    if root is None:
        raise FileRefused("not XML: nothing of it can be read")
    faults = [f"line {e.line}: {e.message.strip()}" for e in parser.error_log][:10]
    if root.getroottree().docinfo.doctype:
        faults.append("it declares a document type; its entities are not read")
    if _depth(root) > DEEPEST:
        raise FileRefused(f"elements lie more than {DEEPEST} deep")
    return root, tuple(faults)


def _depth(root: etree._Element) -> int:
    depth = most = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        most = max(most, depth)
        if most > DEEPEST:
            break
    return most


def name_of(element: etree._Element) -> str:
    """The element's name without its namespace or an undeclared prefix, '' for what is no element (an entity)."""
    tag = element.tag
    return tag.rpartition("}")[2].rpartition(":")[2] if isinstance(tag, str) else ""


def namespace_of(element: etree._Element) -> str:
    """The namespace of an element, '' for none."""
    tag = element.tag
    is_named = isinstance(tag, str) and tag.startswith("{")
    return tag[1:].partition("}")[0] if is_named else ""


def text_of(element: etree._Element | None) -> str:
    """All text inside, without what an entity stood for."""
    if element is None:
        return ""
    return "".join(
        t for t in element.itertext(tag=etree.Element) if isinstance(t, str)
    ).strip()
