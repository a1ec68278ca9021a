"""Whether the installation is well: what unattended work failed and which sources are late, for people and for machines."""

from __future__ import annotations

from typing import Any

from fastapi import Response

from upstander import jobs
from upstander.core.messages import say
from upstander.monitor import lease, notices
from upstander.monitor.notices import Notice
from upstander.records import Record
from upstander.report import as_json
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.routing import file, page

GAUGES = (
    "last_run_seconds_ago",
    "deliveries_waiting",
    "steps_failed",
    "sources_late",
)


def look(request: PageRequest) -> dict[str, Any]:
    """The notices, and what each step did last; what exactly failed is for those who are signed in."""
    known, steps = bool(request.session), lease.steps_of(_run(request))
    return {
        "title": say("monitor.operation"),
        "notices": [_told(n, known) for n in notices_of(request)],
        "steps": [
            {"name": name, "when": step["when"], "state": step["state"]}
            for name, step in sorted(steps.items())
        ],
    }


def _told(notice: Notice, known: bool) -> dict[str, str]:
    words = notice.words if known else notice.briefly
    return {"about": notice.about, "since": notice.since, "words": words}


def notices_of(request: PageRequest) -> tuple[Notice, ...]:
    """What failed, and what is late, on the day asked about."""
    releases = request.state.lake.releases(as_of=request.today)
    return notices.notices(lease.steps_of(_run(request)), releases, request.today)


def _run(request: PageRequest) -> Record | None:
    spaces = sorted(request.spaces)
    return lease.last_run(request.state.records, spaces[0]) if spaces else None


def health(request: PageRequest) -> Response:
    """Whether it answers, when something last ran unattended, and how many deliveries wait. Says nothing of content."""
    state = _state(request)
    status = "degraded" if state["steps_failed"] else "ok"
    body = as_json.dumps({"status": status, **state})
    return Response(
        body, media_type="application/json", headers={"cache-control": "no-store"}
    )


def metrics(request: PageRequest) -> Response:
    """The same for Prometheus, in its text format."""
    state = _state(request)
    lines = ["# TYPE upstander_up gauge", "upstander_up 1"]
    for name in GAUGES:
        if state[name] is not None:
            lines += [f"# TYPE upstander_{name} gauge", f"upstander_{name} {state[name]}"]
    return Response("\n".join(lines) + "\n", media_type="text/plain; version=0.0.4")


def _state(request: PageRequest) -> dict[str, Any]:
    records, spaces, run = request.state.records, sorted(request.spaces), _run(request)
    kinds = [n.kind for n in notices_of(request)]
    seconds = int((request.now - run.when).total_seconds()) if run else None
    return {
        "last_run_seconds_ago": seconds,
        "last_run": str(run.body["state"]) if run else None,
        "steps_failed": kinds.count("failed"),
        "sources_late": kinds.count("late"),
        "deliveries_waiting": jobs.waiting(records, spaces, request.now),
    }


ROUTES = (
    *page("alerts_operation", "/alerts/operation", look, "alerts_operation.html"),
    file("health", "/health", health),
    file("metrics", "/metrics", metrics),
)
