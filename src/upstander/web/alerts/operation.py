"""Whether the installation is well, for machines that watch it."""

from __future__ import annotations

from typing import Any

from fastapi import Response

from upstander import jobs
from upstander.report import as_json
from upstander.web.kernel.requests import PageRequest
from upstander.web.kernel.routing import file


def health(request: PageRequest) -> Response:
    """Whether it answers, when something last ran unattended, and how many deliveries wait. Says nothing of content."""
    body = as_json.dumps({"status": "ok", **_state(request)})
    return Response(
        body, media_type="application/json", headers={"cache-control": "no-store"}
    )


def metrics(request: PageRequest) -> Response:
    """The same for Prometheus, in its text format."""
    state = _state(request)
    lines = ["# TYPE upstander_up gauge", "upstander_up 1"]
    for name in ("last_run_seconds_ago", "deliveries_waiting"):
        if state[name] is not None:
            lines += [f"# TYPE upstander_{name} gauge", f"upstander_{name} {state[name]}"]
    return Response("\n".join(lines) + "\n", media_type="text/plain; version=0.0.4")


def _state(request: PageRequest) -> dict[str, Any]:
    records, spaces = request.state.records, sorted(request.spaces)
    run = jobs.last_run(records, spaces[0]) if spaces else None
    seconds = int((request.now - run.when).total_seconds()) if run else None
    return {
        "last_run_seconds_ago": seconds,
        "last_run": str(run.body["state"]) if run else None,
        "deliveries_waiting": jobs.waiting(records, spaces, request.now),
    }


ROUTES = (
    file("health", "/health", health),
    file("metrics", "/metrics", metrics),
)
