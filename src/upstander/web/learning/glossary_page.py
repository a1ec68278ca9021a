"""The glossary's page, an anchor for each term."""

from __future__ import annotations

from typing import Any

from upstander.core.messages import in_language, say
from upstander.report import glossary
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.routing import page


def look(request: PageRequest) -> dict[str, Any]:
    """Every term, by its name in the reader's language."""

    def name(term: glossary.Term) -> str:
        return str(in_language(term.term, request.language)).casefold()

    return {
        "title": say("web.glossary"),
        "terms": sorted(glossary.terms(), key=name),
    }


ROUTES = page("glossary", "/glossary", look, "glossary.html")
