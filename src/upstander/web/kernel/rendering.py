"""Pages as text: each area's templates in the site's layout, and in each answer the part that depends on who looks."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader
from markupsafe import Markup

from upstander.core import plugins
from upstander.core.languages import Language
from upstander.core.messages import in_language
from upstander.core.rights import AUDITORS, Role
from upstander.report import bands, charts, history, rendering, timeline
from upstander.report.situation import Overview, Situation
from upstander.web.kernel import menu
from upstander.web.kernel.api_calls import api_call
from upstander.web.kernel.urls import country_tabs, url
from upstander.web.kernel.viewer import Viewer

ACCOUNT_MARK = Markup("<!--account of who asks-->")
CLOCK_MARK = Markup("<!--clock-->")
PEOPLE_MARK = Markup("<!--records that who asks may read-->")
PLACE_MARK = Markup(
    "<!--place of who asks-->"
)  # on a country's page: tabs visitors do not see


@cache
def environment(language: Language) -> Environment:
    """The templates of every area in a language; their names are the files', so no two files share one."""
    areas = plugins.folders("upstander.web", "templates")
    loaders = [PackageLoader(f"upstander.web.{area}", "templates") for area in areas]
    return rendering.environment(
        ChoiceLoader([rendering.LOADER, *loaders]),
        language,
        account_mark=ACCOUNT_MARK,
        place_mark=PLACE_MARK,
        people_mark=PEOPLE_MARK,
        clock_mark=CLOCK_MARK,
        menu_sections=tuple(menu.SECTIONS),
        menu_here=menu.here,
        url=url,
        api_call=api_call,
        is_made_up=False,
        alone=False,
        style="",
        bands=bands,
        charts=charts,
        history=history,
        timeline=timeline,
    )


def page_of(
    of: Overview | Situation,
    template: str,
    path: str,
    title: str,
    language: Language,
    /,
    **values: Any,
) -> str:
    """A page of public figures, the same for everybody who reads the language."""
    return _rendered(template, language, **rendering.layout(of, path, title), **values)


def page_of_people(
    template: str,
    content: Mapping[str, Any],
    path: str,
    csrf: str,
    viewer: Viewer,
    of: Overview | None = None,
) -> str:
    """A page of people's records: ``c`` in the template is the content, which is also the page's JSON twin.

    Args:
        viewer: whose language it has; of the made-up country's records the API says nothing.
        of: the public figures that stand on it too; their age and caveat are then told as on every page of them.
    """
    told = layout_of(of, path, content["title"])
    told["is_made_up"] = viewer.is_made_up
    return _rendered(template, viewer.language, c=content, csrf=csrf, **told)


def layout_of(of: Overview | None, path: str, title: str) -> dict[str, Any]:
    """What the layout needs, of a page with or without public figures."""
    if of is not None:
        return rendering.layout(of, path, title)
    return {"head": None, "missing": (), "path": path, "title": title}


def part(template: str, language: Language, **values: Any) -> Markup:
    """A part of a page, to stand where the page has its mark."""
    return Markup(_rendered(template, language, **values))


def problem(
    title: str,
    text: str,
    near: list[tuple[str, str]],
    language: Language,
) -> str:
    """A page that says what was wrong and what to do."""
    return _rendered(
        "problem.html", language, title=title, text=text, near=near, path="", head=None
    )


def _rendered(template: str, language: Language, **values: Any) -> str:
    return environment(language).get_template(template).render(**values)


@cache
def style_of_reports() -> str:
    """The hash of the style that reports hold in themselves, as a Content-Security-Policy names it."""
    whole = rendering.render("style.html")
    inner = whole.split("<style>", 1)[1].rsplit("</style>", 1)[0]
    return f"sha256-{b64encode(sha256(inner.encode()).digest()).decode()}"


def seen_by(page: str, viewer: Viewer, path: str) -> str:
    """The page with the account line of who looks, and a country's tabs."""
    line = _rendered(
        "viewer.html",
        viewer.language,
        viewer=viewer,
        auditor=viewer.actor.role in AUDITORS,
        administrator=viewer.actor.role is Role.ADMINISTRATOR,
    )
    page = page.replace(ACCOUNT_MARK, line, 1)
    said = in_language(viewer.note, viewer.language)
    note = Markup('<p class="age">{}</p>').format(said) if said else ""
    page = page.replace(CLOCK_MARK, note, 1)
    tabs = _tabs(path, viewer.language) if viewer.is_known else ""
    return page.replace(PLACE_MARK, tabs, 1)


def _tabs(path: str, language: Language) -> Markup:
    """From a country's public page to its other tabs."""
    tab = Markup(' · <a href="{}">{}</a>')
    place = path.rsplit("/", 1)[-1]
    return Markup("").join(
        tab.format(href, in_language(title, language))
        for href, title in country_tabs(place)
    )
