"""Language models that write: the protocol, and any OpenAI-compatible service.

Owns: the request, its answer, and what went wrong in words.
Knows nothing of: what is written and why, prompts, settings.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterable, Mapping
from http.client import HTTPException
from typing import Any, Final, NamedTuple, Protocol
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener, getproxies

from ..core.text.addresses import host_of, without_credentials
from ..core.text.echoes import repeats
from ..errors import UpstreamError
from .via import HEADER, way_on

PATH: Final = "/chat/completions"
# A local model on a CPU may write for minutes; nobody waits for a summary.
TIMEOUT_SECONDS: Final = 180.0
MOST_BYTES: Final = 4_000_000
SHOWN_CHARS: Final = 200
OK: Final = 200
NO_SCHEMAS: Final = frozenset({400, 404, 415, 422, 500, 501})
"""What services answer that do not know `response_format`, or not this schema."""

# Some models think aloud before they answer; the service may or may not take it out.
_THOUGHT: Final = re.compile(r"<(think|thinking|seed:think)>.*?(?:</\1>|\Z)", re.DOTALL)


class Answer(NamedTuple):
    """What a service sent back."""

    status: int
    body: bytes


Post = Callable[[str, bytes, Mapping[str, str]], Answer]


class Writer(Protocol):
    """A language model that follows one instruction at a time."""

    @property
    def name(self) -> str:
        """The model's name, for people."""
        ...

    def write(
        self,
        instruction: str,
        text: str,
        *,
        max_tokens: int,
        schema: Mapping[str, Any] | None = None,
    ) -> str:
        """Return what the model writes for a text.

        Args:
            instruction: What it is told to do.
            text: What it is told to do that with.
            max_tokens: Most tokens of its answer.
            schema: JSON schema of the answer, for models that can be held to one;
                others may answer in any form.

        Raises:
            UpstreamError: It cannot be reached, refuses, or writes nothing.
        """
        ...


class OpenAIWriter:
    """A model behind an OpenAI-compatible service."""

    def __init__(
        self,
        endpoint: str,
        *,
        model: str = "",
        api_key: str = "",
        post: Post | None = None,
    ) -> None:
        """Prepare; nothing is sent yet.

        Args:
            endpoint: Its address, with or without the path of chat completions.
            model: Which of its models; empty leaves the choice to the service.
            api_key: Sent as a bearer token; empty sends none.
            post: Sends a request and returns the answer; raises OSError if it cannot.
        """
        base = endpoint.rstrip("/")
        self._url = base if base.endswith(PATH) else base + PATH
        self._host = host_of(endpoint)
        self._model = model
        self._headers = {"Content-Type": "application/json"}
        if api_key:
            self._headers["Authorization"] = f"Bearer {api_key}"
        self._post = post or send
        self._takes_schemas = True

    @property
    def name(self) -> str:
        """The model's name, or the service's."""
        return self._model or self._host

    def write(
        self,
        instruction: str,
        text: str,
        *,
        max_tokens: int,
        schema: Mapping[str, Any] | None = None,
    ) -> str:
        """Return what the model writes for a text.

        A service that refuses a schema is asked again without one, and from then on.
        """
        asked: dict[str, Any] = {
            "messages": [
                {"role": "system", "content": instruction},
                {"role": "user", "content": text},
            ],
            "max_tokens": max_tokens,
            "temperature": 0.2,
            "stream": False,
        }
        if self._model:
            asked["model"] = self._model
        sent = (instruction, text)
        if schema is not None and self._takes_schemas:
            form = {"name": "answer", "strict": True, "schema": schema}
            held = {"type": "json_schema", "json_schema": form}
            answer = self._answer({**asked, "response_format": held})
            if answer.status not in NO_SCHEMAS:
                return self._read(answer, sent)
        answer = self._answer(asked)
        # One that refuses both does not do so because of the schema.
        if schema is not None and answer.status == OK:
            self._takes_schemas = False
        return self._read(answer, sent)

    def _answer(self, asked: Mapping[str, Any]) -> Answer:
        body = json.dumps(asked).encode("ascii")
        if not self._url.startswith(("http://", "https://")):
            raise UpstreamError("summary_endpoint must begin with http:// or https://.")
        try:
            return self._post(self._url, body, self._headers)
        except (OSError, HTTPException, ValueError) as error:
            raise UpstreamError(
                f"The language model at {self._host} cannot be reached: "
                f"{reason(error, self._url)}. Start it, or correct summary_endpoint."
            ) from error

    def _read(self, answer: Answer, sent: Iterable[str]) -> str:
        if answer.status != OK:
            raise UpstreamError(
                f"The language model at {self._host} answered {answer.status}. See "
                "summary_endpoint, summary_model and the key.",
                said=said(answer.body, sent),
            )
        return written(_content(answer.body, sent), self._host)


def written(text: str, source: str) -> str:
    """Return a model's text without its thoughts.

    Raises:
        UpstreamError: Nothing is left.
    """
    bare = _THOUGHT.sub("", text).strip()
    if not bare:
        raise UpstreamError(f"The language model ({source}) wrote nothing.")
    return bare


def _content(body: bytes, sent: Iterable[str]) -> str:
    try:
        content = json.loads(body)["choices"][0]["message"]["content"]
    except (ValueError, LookupError, TypeError, RecursionError):
        content = None
    if not isinstance(content, str):
        raise UpstreamError(
            "The language model's answer makes no sense.", said=said(body, sent)
        )
    return content


def said(body: bytes, sent: Iterable[str]) -> str:
    """Return the beginning of an answer on one line, if it repeats nothing.

    Args:
        body: The answer.
        sent: The texts that were asked about; whoever reads an error reads none.
    """
    words = " ".join(body.decode("utf-8", "replace").split())[:SHOWN_CHARS]
    return "" if repeats(words, sent) else words


def reason(error: Exception, address: str) -> str:
    """Return why somebody cannot be reached, without passwords of any address."""
    words = str(error) or type(error).__name__
    return without_credentials(words, address, *getproxies().values())


class _NoRedirects(HTTPRedirectHandler):
    """Lets a redirect be an answer: the key must not travel to another host."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        """Follow no redirect."""


def send(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    timeout_seconds: float = TIMEOUT_SECONDS,
) -> Answer:
    """Post a body and return the answer, whatever its status.

    Raises:
        OSError: Nobody answers, or not to the end in time.
    """
    end = time.monotonic() + timeout_seconds
    sent = {**headers, HEADER: way_on()}
    request = Request(url, data=body, headers=sent, method="POST")
    try:
        with build_opener(_NoRedirects).open(
            request, timeout=timeout_seconds
        ) as answer:
            return Answer(answer.status, _read(answer.read1, end))
    except HTTPError as error:
        with error:
            return Answer(error.code, _read(error.read1, end))


def _read(read: Callable[[int], bytes], end: float) -> bytes:
    """Read an answer that may come by drops, each of which is in time."""
    parts, left = [], MOST_BYTES
    while left > 0 and (part := read(min(left, 65_536))):
        parts.append(part)
        left -= len(part)
        if time.monotonic() > end:
            raise TimeoutError("the answer takes too long")
    return b"".join(parts)
