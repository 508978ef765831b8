"""What the server's interface is, for programs and for people.

Owns: the bodies of requests that are passed on as they come, and the page of the
    interface, which loads nothing.
Knows nothing of: how requests are answered.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from ..web.late_routes import LateRoute
from .memory_api.examples import add_examples
from .memory_api.router import PREFIX
from .openai.client_hints import MOST_TOKENS, STYLES

Schema = dict[str, Any]

STYLE: Final = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;"
    "padding:0 1rem;color-scheme:light dark}"
    "code,pre{font-family:ui-monospace,monospace}"
    "section{border-top:1px solid #8884;padding:.5rem 0}b{display:inline-block;"
    "min-width:4rem;color:#0d9488}pre{overflow:auto;background:#8881;padding:.5rem}"
)


def text(about: str = "") -> Schema:
    """Return the schema of a text."""
    return {"type": "string", **({"description": about} if about else {})}


def object_of(required: tuple[str, ...] = (), /, **properties: Schema) -> Schema:
    """Return the schema of an object; further properties are allowed."""
    found: Schema = {"type": "object", "properties": properties}
    return {**found, "required": list(required)} if required else found


def list_of(items: Schema) -> Schema:
    """Return the schema of a list."""
    return {"type": "array", "items": items}


MESSAGE: Final = object_of(
    ("role",),
    role=text("system, user, assistant or tool"),
    content={"anyOf": [text(), list_of({"type": "object"}), {"type": "null"}]},
    name=text(),
)
INTEGER: Final = {"type": "integer"}
BOOLEAN: Final = {"type": "boolean"}
NUMBER: Final = {"type": "integer", "minimum": 0, "maximum": MOST_TOKENS}
# These may also stand beside the messages, as other memory servers have them.
BESIDE: Final[dict[str, Schema]] = {
    "user_id": text("Whose memory, if no key says so."),
    "recent_turns": {**NUMBER, "description": "So many newest turns are sent."},
    "candidates": {**NUMBER, "description": "Most memories."},
    "gate_keep": {**NUMBER, "description": "Most memories; the smaller counts."},
    "replay_k": {**NUMBER, "description": "Most messages replayed as turns."},
}
SAMPLING: Final = {
    "model": text("Left out, the configured model answers."),
    "stream": BOOLEAN,
    "max_tokens": INTEGER,
    "temperature": {"type": "number"},
    "user": text("Whose memory, if no key says so."),
    "conv_id": text("Which chat."),
    **BESIDE,
    "ltm": object_of(
        (),
        char=text("Name of the character."),
        user=text("Name of the user."),
        group=list_of(text("Name of a member.")),
        chat=text("Which chat."),
        exact={**BOOLEAN, "description": "No branch bears the chat's id."},
        parent=text("The chat that this one branched from."),
        story=text("Name of the storyline that the chat belongs to."),
        type=text("normal, swipe, regenerate, continue, impersonate or quiet."),
        narration=list_of(text("How a narrator's line in the chat begins.")),
        last_id={**NUMBER, "description": "Place of the chat's newest message."},
        enabled={**BOOLEAN, "description": "Whether memory takes part."},
        recall_tokens={**NUMBER, "description": "Most tokens for memories."},
        num_memories={**NUMBER, "description": "Most memories."},
        gate={**BOOLEAN, "description": "Be silent where nothing fits."},
        recalled_as={"enum": list(STYLES)},
        replay_turns={**NUMBER, "description": "Most messages replayed as turns."},
        show_memories={**BOOLEAN, "description": "List the memories used."},
        **BESIDE,
    ),
}
STORED: Final = object_of(
    ("id", "content"),
    id=text(),
    role=text(),
    content=text(),
    date={"anyOf": [INTEGER, text()]},
    meta=text(),
)
# What is read by hand, because it must be passed on untouched or read leniently.
BODIES: Final[Mapping[str, Schema]] = {
    "/v1/chat/completions": object_of(
        ("messages",), messages={**list_of(MESSAGE), "minItems": 1}, **SAMPLING
    ),
    "/v1/completions": object_of(("prompt",), prompt=text(), **SAMPLING),
    "/v1/embeddings": object_of(
        ("input",),
        input={"anyOf": [text(), list_of(text())]},
        model=text(),
        encoding_format={"enum": ["float", "base64"]},
    ),
    "/api/summarize": object_of(("text",), text=text(), params={"type": "object"}),
    "/api/classify": object_of(("text",), text=text()),
    "/api/embeddings/compute": object_of(
        ("text",), text={"anyOf": [text(), list_of(text())]}
    ),
    "/api/chromadb": object_of(
        ("chat_id", "messages"), chat_id=text(), messages=list_of(STORED)
    ),
    "/api/chromadb/query": object_of(
        ("chat_id", "query"), chat_id=text(), query=text(), n_results=INTEGER
    ),
    "/api/chromadb/multiquery": object_of(
        ("chat_list", "query"),
        chat_list=list_of(text()),
        query=text(),
        n_results=INTEGER,
    ),
    "/api/chromadb/purge": object_of(("chat_id",), chat_id=text()),
    "/api/chromadb/export": object_of(("chat_id",), chat_id=text()),
    "/api/chromadb/import": object_of(
        ("chat_id", "content"), chat_id=text(), content=list_of({"type": "object"})
    ),
}


def describe(app: FastAPI) -> Schema:
    """Return the OpenAPI schema of an app, with the bodies that it reads by hand.

    Answers of the memory API have examples.
    """
    if app.openapi_schema is None:
        for route in app.routes:
            if isinstance(route, LateRoute):
                route.read()
        schema = get_openapi(
            title=app.title,
            version=app.version,
            description=app.description,
            routes=app.routes,
        )
        for path, operations in schema["paths"].items():
            for method, operation in operations.items():
                _complete(operation, BODIES.get(path) if method == "post" else None)
        add_examples(schema["paths"], PREFIX)
        app.openapi_schema = schema
    return app.openapi_schema


def _complete(operation: Schema, body: Schema | None) -> None:
    """Add a body, and the answer to whatever is wrong with a request."""
    if body is not None:
        content = {"application/json": {"schema": body}}
        operation["requestBody"] = {"required": True, "content": content}
    answers = operation.setdefault("responses", {})
    answers.pop("422", None)  # told as 400
    told = {"description": "What is wrong.", "content": {"application/json": {}}}
    answers.setdefault("4XX", told)


def page_of(schema: Schema) -> str:
    """Return the page that shows an interface to people."""
    title = escape(f"{schema['info']['title']} {schema['info']['version']}")
    parts = "".join(_operations(schema))
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
        f"<style>{STYLE}</style><h1>{title}</h1><p>For programs: "
        f'<a href="/openapi.json">openapi.json</a>.</p>{parts}</html>'
    )


def _operations(schema: Schema) -> Iterator[str]:
    """Yield a section for each thing that can be asked."""
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            about = operation.get("description") or operation.get("summary", "")
            lines = [*_parameters(operation), *_body(operation)]
            fields = f"<pre>{escape(chr(10).join(lines))}</pre>" if lines else ""
            yield (
                f"<section><b>{method.upper()}</b> <code>{escape(path)}</code>"
                f"<p>{escape(about)}</p>{fields}</section>"
            )


def _parameters(operation: Schema) -> Iterator[str]:
    for one in operation.get("parameters", ()):
        yield f"{one['in']}: {one['name']}"


def _body(operation: Schema) -> Iterator[str]:
    """Yield a line for each property of a body."""
    content = operation.get("requestBody", {}).get("content", {})
    schema = content.get("application/json", {}).get("schema", {})
    required = schema.get("required", ())
    for name, one in schema.get("properties", {}).items():
        kind = one.get("type") or " or ".join(
            part.get("type", "") for part in one.get("anyOf", ())
        )
        needed = ", required" if name in required else ""
        about = one.get("description", "")
        yield f"{name}: {kind or 'any'}{needed}{'. ' + about if about else ''}"
