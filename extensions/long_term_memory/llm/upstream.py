"""Ask the language model, over one session for the server's life.

Owns: connections, retries, waiting, and what went wrong in words.
Knows nothing of: memory, clients, what is asked.

A call is tried again only while nothing of its answer has come: after that the client
has seen the beginning.
"""

from __future__ import annotations

import asyncio
import os
import random
import re
from collections.abc import Awaitable, Callable, Mapping
from email.utils import parsedate_to_datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from ..config import UpstreamSettings
from ..core.text.addresses import host_of
from ..models.llm import reason
from ..models.via import HEADER as VIA
from ..models.via import way_on
from ..web.openai_errors import error_words
from ..web.refusal import ProxyError
from .addresses import base_of

if TYPE_CHECKING:
    from aiohttp import ClientResponse, ClientSession

# Busy, or a gateway whose model is not there yet.
PASSING: Final = frozenset({429, 502, 503})
FIRST_PAUSE_SECONDS: Final = 0.5
# A person waits; who says later than this is told on at once.
LONGEST_PAUSE_SECONDS: Final = 20.0
MOST_ERROR_BYTES: Final = 1_000_000
# Whole answers hold a reply, its log probabilities, tool calls and pictures.
MOST_ANSWER_BYTES: Final = 32_000_000
# So much of an answer always has room.
SMALL_BYTES: Final = 1_000_000
# Of log probabilities there are some sixty a token.
MOST_ANSWER_VALUES: Final = 2_000_000
REDIRECTS: Final = range(300, 400)
ERRORS: Final = range(400, 600)
# Some services tell fractions; what has more digits is no time to wait.
_SECONDS: Final = re.compile(r"[0-9]{1,10}(\.[0-9]{1,9})?")


class Upstream:
    """The language model behind the proxy."""

    def __init__(
        self,
        settings: Callable[[], UpstreamSettings],
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:
        """Prepare; the first call connects.

        Args:
            settings: The settings in force.
            sleep: Waits between tries.
            chance: Spreads the tries of many clients; in [0, 1).
        """
        self._settings = settings
        self._sleep = sleep
        self._chance = chance
        self._session: ClientSession | None = None
        # Bytes of whole answers that are being read.
        self._held = 0

    @property
    def settings(self) -> UpstreamSettings:
        """The settings in force."""
        return self._settings()

    @property
    def host(self) -> str:
        """The model's host, for people; empty if none is set."""
        return host_of(self.settings.llm_base_url)

    async def close(self) -> None:
        """Close all connections."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def ask(
        self,
        method: str,
        path: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> ClientResponse:
        """Return an answer of status 200 whose content is still to be read.

        Args:
            method: "GET" or "POST".
            path: What is asked, such as "/chat/completions".
            body: JSON.
            headers: Sent along, the key among them.

        Raises:
            Refusal: No model is set, it cannot be reached, is silent, or refuses.
        """
        url = self._url(path)
        tries = self.settings.llm_retries
        for attempt in range(tries + 1):
            try:
                answer = await self._once(method, url, body, headers or {})
                if answer.status == 200:
                    return answer
                refusal = await self._refused(answer)
                passing = answer.status in PASSING
            except _Unreached as error:
                refusal, passing = error.refusal, True
            pause = self._pause(attempt, refusal)
            if not passing or attempt == tries or pause is None:
                raise refusal
            await self._sleep(pause)
        raise AssertionError  # the last try returns or raises

    async def read_first(self, answer: ClientResponse) -> bytes:
        """Return what comes first of an answer, more than blanks; empty if nothing.

        Raises:
            Refusal: It breaks off, or stops coming.
        """
        from aiohttp import ClientError

        first = b""
        try:
            async with asyncio.timeout(self.settings.llm_silence_seconds):
                while not first.strip() and (part := await answer.content.readany()):
                    first += part
        except TimeoutError:
            raise self.silent() from None
        except (ClientError, OSError) as error:
            raise self.broke_off() from error
        return first

    async def read_on(self, answer: ClientResponse) -> bytes:
        """Return what comes next of an answer; empty at its end.

        Raises:
            Refusal: It breaks off, or stops coming.
        """
        from aiohttp import ClientError

        try:
            # What lies there already is not waited for.
            if part := answer.content.read_nowait():
                return part
            async with asyncio.timeout(self.settings.llm_silence_seconds):
                return await answer.content.readany()
        except TimeoutError:
            raise self.silent() from None
        except (ClientError, OSError) as error:
            raise self.broke_off() from error

    async def read(self, answer: ClientResponse) -> bytes:
        """Return the whole content of an answer.

        Raises:
            Refusal: It breaks off, is too long, or stops coming.
        """
        from aiohttp import ClientError

        read = bytearray()
        try:
            while True:
                async with asyncio.timeout(self.settings.llm_silence_seconds):
                    part = await answer.content.readany()
                if not part:
                    return bytes(read)
                read += part
                self._held += len(part)
                # Answers are large by accident, and many at once are so together.
                if self._held > MOST_ANSWER_BYTES and len(read) > SMALL_BYTES:
                    raise ProxyError(
                        f"{self.named} sent answers of more than "
                        f"{MOST_ANSWER_BYTES // 1_000_000} MB. See its log, and "
                        "whether llm_base_url is right."
                    )
        except TimeoutError:
            raise self.silent() from None
        except (ClientError, OSError) as error:
            raise self.broke_off() from error
        finally:
            self._held -= len(read)
            answer.close()

    @property
    def named(self) -> str:
        """The model as the subject of a sentence."""
        return f"The language model at {self.host}"

    def silent(self) -> ProxyError:
        """Return what is said of a model that hangs."""
        seconds = self.settings.llm_silence_seconds
        return ProxyError(
            f"{self.named} sent nothing for {seconds:g} seconds. See whether it hangs, "
            "or raise llm_silence_seconds.",
            status=504,
            kind="upstream_timeout",
        )

    def broke_off(self) -> ProxyError:
        """Return what is said of an answer that has no end."""
        return ProxyError(
            f"{self.named} broke off its answer. See its log, and try again."
        )

    def check(self) -> None:
        """See whether there is a model to ask.

        Raises:
            Refusal: None is set, or its address is none.
        """
        self._url("")

    def _url(self, path: str) -> str:
        base = self.settings.llm_base_url
        if not base:
            raise ProxyError(
                "No language model is set. Start the server with --llm-base-url "
                "http://127.0.0.1:5000/v1, or with a key such as GEMINI_API_KEY.",
                status=503,
                kind="no_upstream",
            )
        try:
            return base_of(base) + path
        except ValueError as error:
            words = f"llm_base_url is wrong: {reason(error, base)}."
            raise ProxyError(words, status=503, kind="no_upstream") from error

    async def _once(
        self, method: str, url: str, body: bytes | None, headers: Mapping[str, str]
    ) -> ClientResponse:
        """Return the answer to one try, as soon as its status is known."""
        from aiohttp import ClientError

        try:
            async with asyncio.timeout(self.settings.llm_silence_seconds):
                return await self._open().request(
                    method,
                    url,
                    data=None if body is None else BytesIO(body),
                    headers={**headers, VIA: way_on()},
                    allow_redirects=False,
                    proxy=proxy_for(url),
                    timeout=_timeout(self.settings.llm_connect_seconds),
                )
        except ClientError as error:
            raise self._unreached(error) from error
        except TimeoutError:
            raise self.silent() from None
        except (OSError, ValueError) as error:
            raise self._unreached(error) from error

    def _unreached(self, error: Exception) -> _Unreached:
        words = reason(_plain(error), self.settings.llm_base_url)
        return _Unreached(
            ProxyError(
                f"{self.named} cannot be reached: {words}. Start it, or correct "
                "llm_base_url.",
                kind="upstream_unreachable",
            )
        )

    async def _refused(self, answer: ClientResponse) -> ProxyError:
        """Read an answer of another status than 200."""
        from aiohttp import ClientError

        try:
            async with asyncio.timeout(self.settings.llm_connect_seconds):
                body = await answer.content.read(MOST_ERROR_BYTES)
        except (ClientError, OSError):
            body = b""
        finally:
            answer.close()
        words, told = error_words(body)
        status = answer.status
        if status not in ERRORS:
            if told is None or status < ERRORS.start:
                words, told = _why_odd(status), None
            status = 502
        asked = answer.headers.get("Retry-After", "")
        return ProxyError(
            f"{self.named} answered {answer.status}: {words or answer.reason}",
            status=status,
            told=told,
            retry_after=asked if seconds_of(asked) is not None else "",
        )

    def _pause(self, attempt: int, refusal: ProxyError) -> float | None:
        """Return the seconds until the next try; None if that is too long."""
        asked = seconds_of(refusal.retry_after)
        if asked is not None:
            return asked if asked <= LONGEST_PAUSE_SECONDS else None
        return FIRST_PAUSE_SECONDS * 2.0**attempt * (0.5 + self._chance())

    def _open(self) -> ClientSession:
        if self._session is None:
            from aiohttp import ClientSession, DummyCookieJar, TCPConnector

            self._session = ClientSession(
                connector=TCPConnector(limit=0),
                cookie_jar=DummyCookieJar(),
                # What is passed on as it comes must come as it is.
                headers={"Accept-Encoding": "identity"},
                auto_decompress=True,
            )
        return self._session


class _Unreached(Exception):
    """Nothing of an answer has come, so another try does no harm."""

    def __init__(self, refusal: ProxyError) -> None:
        super().__init__(str(refusal))
        self.refusal = refusal


def _plain(error: Exception) -> Exception:
    """Return what the system said of a connection, without the library's wrapping."""
    cause = getattr(error, "os_error", None)
    if not isinstance(cause, OSError) or not cause.errno or cause.errno < 0:
        return error
    return OSError(os.strerror(cause.errno))


def _why_odd(status: int) -> str:
    """Say what is wrong with an answer that is neither a reply nor an error."""
    if status in REDIRECTS:
        return "it leads elsewhere; correct llm_base_url"
    if status < REDIRECTS.start:
        return "that is no reply; see whether llm_base_url is right"
    return "there is no such status; see whether llm_base_url is right"


def seconds_of(retry_after: str) -> float | None:
    """Return the seconds that a Retry-After header asks for; None if it says none."""
    from datetime import UTC, datetime

    told = retry_after.strip()
    if _SECONDS.fullmatch(told):
        return float(told)
    if not (told.isascii() and told.isprintable()):
        return None
    try:
        at = parsedate_to_datetime(told)
        # Without a zone it is Greenwich's, as the protocol has it.
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        return max(0.0, (at - datetime.now(UTC)).total_seconds())
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


def proxy_for(url: str) -> str | None:
    """Return the proxy that the environment names; none leads to this machine."""
    from urllib.parse import urlsplit
    from urllib.request import getproxies, proxy_bypass

    parts = urlsplit(url)
    host = parts.hostname or ""
    if host in ("localhost", "127.0.0.1", "::1") or proxy_bypass(host):
        return None
    return getproxies().get(parts.scheme)


def _timeout(connect_seconds: float) -> Any:
    from aiohttp import ClientTimeout

    return ClientTimeout(total=None, sock_connect=connect_seconds)
