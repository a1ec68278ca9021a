"""Which country pages begin with: of an account, by its holder; of the installation, by an administrator."""

from __future__ import annotations

from typing import Any

from upstander.core.messages import say
from upstander.core.rights import Role
from upstander.records.forms import FormError
from upstander.web.kernel import home_country
from upstander.web.kernel.record_reading import place_codes, places
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.responses import Done
from upstander.web.kernel.routing import Given, action, page
from upstander.web.kernel.urls import url


def look(request: PageRequest) -> dict[str, Any]:
    """The country of this account, and for an administrator that of the installation."""
    who, account = request.signed_in(), request.account
    names, state = dict(places(request)), request.state
    of_all = home_country.chosen(state.settings)
    shared = names.get(of_all, of_all)
    empty = (
        say("web.country_of_installation", name=shared)
        if of_all
        else say("web.country_not_set")
    )
    return {
        "title": say("web.country_of_pages"),
        "country": account.country if account else "",
        "empty": empty,
        "places": places(request),
        "of_all": of_all,
        "is_fixed": bool(state.settings.country),
        "may_set": who.role is Role.ADMINISTRATOR,
    }


def choose(request: PageRequest, given: Given) -> Done:
    """Keep the country of this account; Today comes next."""
    who, code = request.signed_in(), _code(request, given)
    request.state.accounts.set_country(who.account, code, by=who, now=request.now)
    return Done(url("today"))


def choose_for_all(request: PageRequest, given: Given) -> Done:
    """Keep the country of the installation."""
    who, code = request.signed_in(Role.ADMINISTRATOR), _code(request, given)
    home_country.choose(request.state.settings, code)
    request.state.records.log(who, "home country of all chosen", code, now=request.now)
    return Done(url("account_country"))


def _code(request: PageRequest, given: Given) -> str:
    """The code given, '' for none. Raises FormError for what is no place of today."""
    code = str(given.values.get("country", ""))[:3]
    if code and code not in place_codes(request):
        raise FormError({"country": say("web.no_country_of_that_code", code=code)})
    return code


ROUTES = (
    *page("account_country", "/account/country", look, "account_country.html"),
    action("account_country_keep", "/account/country", choose),
    action("account_country_of_all", "/account/country/of-all", choose_for_all),
)
