"""The server that an assistant's host starts: the Model Context Protocol over standard input and output, tools and papers.

Needs the extra ``mcp``. It listens on no network; whoever starts it is on this machine already, and reads what everybody reads.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import anyio
import mcp_types as protocol
from fastapi import FastAPI
from mcp.server import Server
from mcp.server.stdio import stdio_server
from mcp.shared.exceptions import MCPError

from upstander import __version__
from upstander.web.assistants.asking import NOTE, Desk, Unanswered
from upstander.web.assistants.tools import PAPERS, Paper, Tool, tools

INSTRUCTIONS = (
    "Upstander: early warning of atrocity crimes from public data, read only. Begin with search for the code of a country, "
    "then situation, forecasts and why. " + NOTE
)
READS = protocol.ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)


def serve(app: FastAPI) -> None:
    """Answer until the input ends."""
    anyio.run(_serve, app)


async def _serve(app: FastAPI) -> None:
    made = server(Desk(app))
    async with stdio_server() as (incoming, outgoing):
        await made.run(incoming, outgoing, made.create_initialization_options())


def server(desk: Desk) -> Server[Any]:
    """The protocol's server of one installation."""
    offered = {tool.name: tool for tool in tools()}

    async def list_tools(_: Any, __: Any) -> protocol.ListToolsResult:
        return protocol.ListToolsResult(tools=[_declared(t) for t in offered.values()])

    async def call_tool(
        _: Any, asked: protocol.CallToolRequestParams
    ) -> protocol.CallToolResult:
        return await _called(desk, offered, asked)

    async def list_resources(_: Any, __: Any) -> protocol.ListResourcesResult:
        return protocol.ListResourcesResult(resources=[_resource(p) for p in PAPERS])

    async def read_resource(
        _: Any, asked: protocol.ReadResourceRequestParams
    ) -> protocol.ReadResourceResult:
        return await _resource_read(desk, asked.uri)

    return Server(
        "upstander",
        version=__version__,
        title="Upstander",
        instructions=INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
        on_list_resources=list_resources,
        on_read_resource=read_resource,
    )


def _declared(tool: Tool) -> protocol.Tool:
    about = f"{tool.about} Unit: {tool.unit}."
    return protocol.Tool(
        name=tool.name, description=about, input_schema=tool.schema, annotations=READS
    )


def _resource(paper: Paper) -> protocol.Resource:
    return protocol.Resource(
        name=paper.title,
        uri=paper.uri,
        description=paper.about,
        mime_type="application/json",
    )


async def _called(
    desk: Desk, offered: Mapping[str, Tool], asked: protocol.CallToolRequestParams
) -> protocol.CallToolResult:
    """A tool's answer, or why there is none: an assistant reads that and asks better."""
    tool = offered.get(asked.name)
    if tool is None:
        return _said(
            f"no tool {asked.name[:60]!r}; there are {', '.join(offered)}", is_error=True
        )
    try:
        return _said(await desk.answer(tool, asked.arguments or {}))
    except Unanswered as why:
        return _said(str(why), is_error=True)


def _said(text: str, *, is_error: bool = False) -> protocol.CallToolResult:
    content = protocol.TextContent(type="text", text=text)
    return protocol.CallToolResult(content=[content], is_error=is_error)


async def _resource_read(desk: Desk, uri: str) -> protocol.ReadResourceResult:
    paper = next((p for p in PAPERS if p.uri == uri), None)
    if paper is None:
        known = ", ".join(p.uri for p in PAPERS)
        raise MCPError(
            protocol.INVALID_PARAMS, f"no resource {uri[:80]!r}; there are {known}"
        )
    try:
        text = await desk.paper(paper)
    except Unanswered as why:
        raise MCPError(protocol.INTERNAL_ERROR, str(why)) from None
    found = protocol.TextResourceContents(uri=uri, mime_type="application/json", text=text)
    return protocol.ReadResourceResult(contents=[found])
