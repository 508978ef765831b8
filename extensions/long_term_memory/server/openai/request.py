"""What a client asks, checked, and what of it goes to the model.

Owns: what the proxy itself needs of a body, the defaults it fills in, which headers go
on, and with which key.
Knows nothing of: routes, the model's answer, memory.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from ...config import UpstreamSettings, upstream_key
from ...errors import InvalidInput
from ...web.openai_errors import error_body
from ...web.refusal import bad_request
from .client_hints import ClientHints, read_ids, without_ours
from .completion import ClientCall

# Of the headers these go on, for services and gateways that read them.
PASSED: Final = ("x-", "openai-", "anthropic-", "helicone-")
# Services refuse longer ones, and all that comes with them.
LONGEST_HEADER: Final = 4_000
REFERRER: Final = "http-referer"
# Of these, what speaks of the way here or to us, tells who chats (Open WebUI: with name
# and e-mail), or would have the service answer another path or method than is asked.
KEPT: Final = (
    *("x-forward", "x-real-", "x-client-ip", "x-cluster-client-ip", "x-remote-"),
    *("x-true-client-ip", "x-envoy-", "x-proxy", "x-via", "x-host", "x-arr-"),
    *("x-openwebui-", "x-ltm-", "x-api-key"),
    *("x-csrf-", "x-xsrf-", "x-cookie", "x-set-cookie"),
    *("x-http-", "x-method", "x-original-", "x-rewrite-", "x-accel-", "x-sendfile"),
)


WithoutKeys = Callable[[Mapping[str, Any]], dict[str, Any]]


def check_chat(body: Mapping[str, Any]) -> None:
    """Check what the proxy itself reads of a chat.

    Raises:
        Refusal: There are no messages, or they are none.
    """
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        raise bad_request("messages must be a list that is not empty.")
    if not all(isinstance(message, dict) for message in messages):
        raise bad_request("Each of messages must be an object.")


def check_text(body: Mapping[str, Any]) -> None:
    """Check what the proxy itself reads of a text to continue.

    Raises:
        Refusal: There is no prompt.
    """
    if not isinstance(body.get("prompt"), str | list):
        raise bad_request("prompt must be a text.")


def as_meant(
    call: ClientCall, settings: UpstreamSettings, without_keys: WithoutKeys
) -> ClientCall:
    """Return a call with its hints read, and without what does not go to the model.

    Of a large body this takes a while, so call it from a thread.

    Args:
        call: As it came.
        settings: What is filled in where the client gave nothing.
        without_keys: Takes out what holds a key of ours.

    Raises:
        Refusal: A field of what is for us makes no sense; it is named.
    """
    body = without_keys(with_defaults(call.body, settings))
    hints = _hints(body, call.headers)
    return replace(call, body=without_ours(body), hints=hints)


def _hints(body: Mapping[str, Any], headers: Mapping[str, str]) -> ClientHints:
    try:
        return read_ids(body, headers)
    except InvalidInput as error:
        refusal = bad_request(str(error))
        refusal.told = error_body(
            str(error), status=400, kind=refusal.kind, param=error.field
        )
        raise refusal from error


def with_defaults(
    body: Mapping[str, Any], settings: UpstreamSettings
) -> dict[str, Any]:
    """Return a request with the settings' values where the client gave none."""
    filled = dict(body)
    if settings.llm_model and not filled.get("model"):
        filled["model"] = settings.llm_model
    lengths = ("max_tokens", "max_completion_tokens")
    if settings.llm_max_tokens and all(filled.get(name) is None for name in lengths):
        filled["max_tokens"] = settings.llm_max_tokens
    if settings.llm_temperature >= 0 and filled.get("temperature") is None:
        filled["temperature"] = settings.llm_temperature
    return filled


def bearer_of(headers: Mapping[str, str]) -> str:
    """Return the key that a client sent; SillyTavern sends "Bearer " without one."""
    scheme, _, key = headers.get("authorization", "").strip().partition(" ")
    return key.strip() if scheme.lower() == "bearer" else ""


def headers_for(
    headers: Mapping[str, str],
    base_url: str,
    environ: Mapping[str, str],
    *,
    holds_ours: Callable[[str], bool],
) -> dict[str, str]:
    """Return the headers that go to the model.

    Args:
        headers: The client's, by names in small letters.
        base_url: Where the model listens.
        environ: Holds the key where the client has none.
        holds_ours: Whether a text holds a key of ours; such a header stays here.
    """
    passed = {
        name: value
        for name, value in headers.items()
        if _goes_on(name, value) and not holds_ours(f"{name}: {value}")
    }
    passed["content-type"] = "application/json"
    theirs = bearer_of(headers)
    theirs = "" if holds_ours(theirs) else theirs
    if key := theirs or upstream_key(base_url, environ):
        passed["authorization"] = f"Bearer {key}"
    return passed


def _goes_on(name: str, value: str) -> bool:
    if len(name) + len(value) > LONGEST_HEADER:
        return False
    if name == REFERRER:
        return True
    return name.startswith(PASSED) and not name.startswith(KEPT)
