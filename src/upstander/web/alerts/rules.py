"""The rules: what each rests on, and how it fared against the past; one rule with when it would have fired."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from upstander import jobs
from upstander.core import plugins
from upstander.core.errors import UnknownRecord
from upstander.core.messages import say
from upstander.monitor import found_signals, kept_back
from upstander.monitor.replay_table import RULES
from upstander.monitor.rule import IssueRule, MonthRule, Rule, TestableRule
from upstander.records.forms import form
from upstander.web.alerts.reading import SIGNAL
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.routing import page
from upstander.web.kernel.urls import url

Back = Mapping[str, Any]


def look(request: PageRequest) -> dict[str, Any]:
    """Each rule, and the last look back that was made here."""
    back = kept_back.held(request.state.settings.home)
    rules = plugins.load_all(RULES, Rule)
    return {
        "title": say("monitor.rules"),
        "rules": [_line(name, rule, back) for name, rule in rules.items()],
        "back": back,
    }


def _line(name: str, rule: Rule, back: Back | None) -> dict[str, Any]:
    return {
        "name": name,
        "href": url("alerts_rule", name=name),
        "title": rule.title,
        "how": rule.how,
        "topic": form(SIGNAL).field("topic").choices[rule.topic],
        "rests_on": rule.rests_on,
        "in_list": back is not None and name in _lists(back),
        "test": _test(name, rule, back),
    }


def _lists(back: Back) -> str:
    """The lists of the budget that fills the queue."""
    budgets = [c for c in back["choices"] if c["drafts_a_month"] == found_signals.BUDGET]
    return str(budgets[0]["lists"]) if budgets else ""


def _test(name: str, rule: Rule, back: Back | None) -> Mapping[str, Any] | None:
    """Its back-test, None where it has none."""
    found: Mapping[str, Any] | None = back["rules"].get(name) if back else None
    return found if isinstance(rule, TestableRule) else None


def look_one(request: PageRequest, name: str) -> dict[str, Any]:
    """One rule: when it speaks, what it rests on, and what came of it."""
    rules = plugins.load_all(RULES, Rule)
    if name not in rules:
        raise UnknownRecord(say("monitor.no_such_rule", rules=", ".join(rules)))
    rule, back = rules[name], kept_back.held(request.state.settings.home)
    return {
        **_line(name, rule, back),
        "meant": rule.meant if isinstance(rule, TestableRule) else "",
        "quiet_months": rule.quiet_months if isinstance(rule, MonthRule) else 0,
        "drafts": rule.drafts if isinstance(rule, MonthRule) else 0,
        "is_testable": isinstance(rule, MonthRule),
        "is_forecast": isinstance(rule, IssueRule),
        "why_not": _why_not(request, rule),
        "span": {n: back[n] for n in ("first", "last", "kind")} if back else None,
    }


def _why_not(request: PageRequest, rule: Rule) -> str:
    """Why a rule of forecasts may not speak now, '' where it may."""
    if not isinstance(rule, IssueRule):
        return ""
    issues = jobs.two_issues(request.state.settings, request.today)
    if issues is None:
        return str(say("monitor.nothing_issued"))
    verdicts = request.state.scored(request.today).verdicts
    return found_signals.why_not(rule, issues, verdicts)


ROUTES = (
    *page("alerts_rules", "/alerts/rules", look, "alerts_rules.html"),
    *page("alerts_rule", "/alerts/rules/{name}", look_one, "alerts_rule.html"),
)
