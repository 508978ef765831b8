"""The errors of the project; each names the fault and the way out.

    LtmError                 500  anything of ours
    ├── ConfigError          500  a setting is wrong
    ├── InvalidInput         400  a request is wrong; `field` names the part
    │   ├── TooLarge         413  it holds more than is taken at once
    │   └── TooMany          429  somebody asks too often; `retry_seconds` says when
    ├── NotFound             404  no such memory, chat or bank
    ├── Conflict             409  the thing changed meanwhile, or exists already
    │   └── PreconditionFailed 412 it is not what the caller has seen: read it again
    ├── StoreError           503  the store cannot be used now: locked, full, denied
    │   ├── StoreCorrupt     500  the store's content makes no sense
    │   ├── StoreMoved       503  its files are not where they were opened
    │   ├── OutOfHandles     503  too many files are open
    │   ├── SchemaVersion    500  the store was written by a newer version
    │   └── EncryptionError  503  no key, another key, or no library to use it
    ├── EmbeddingError       503  no embedder: says what to install
    │   └── EmbeddingMismatch 409 stored vectors are of another model
    └── UpstreamError        502  the language model failed: its status and words
        └── UnusableAnswer   502  it answered, and nothing of that can be told

`status_hint` lets a server answer without this module knowing HTTP.
An error's own words hold no text of a chat, so they may be logged. What a service said
is kept apart in `said`, for the owner's eyes alone.
"""

from __future__ import annotations

from traceback import format_tb


class LtmError(Exception):
    """Something in the memory failed.

    Attributes:
        said: What a service said of it, without what it was sent; empty if nothing.
    """

    status_hint = 500

    def __init__(self, message: str = "", *, said: str = "") -> None:
        """Say what failed, and keep a service's words apart."""
        super().__init__(message)
        self.said = said

    def __reduce__(self) -> tuple[object, ...]:
        """Let another process have it, whatever its class is made with."""
        return _anew, (type(self), self.args), {**self.__dict__}

    @property
    def for_the_owner(self) -> str:
        """The error in words, with what a service said."""
        return in_full(str(self), self.said)


def _anew(kind: type[LtmError], args: tuple[object, ...]) -> LtmError:
    """Make an error as it was, without saying again what it was made with."""
    return kind.__new__(kind, *args)


def in_full(words: str, said: str) -> str:
    """Return an error's words with what a service said of it."""
    return f"{words} It said: {said}" if said else words


def places(error: BaseException) -> str:
    """Return where an error arose and from which others, without their words.

    A text that was being worked on may stand in the words of any library's error.
    """
    lines, seen = [], set[int]()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        lines.append(
            f"{type(cause).__name__}\n{''.join(format_tb(cause.__traceback__))}"
        )
        cause = cause.__cause__ or cause.__context__
    return "from ".join(lines).rstrip()


class ConfigError(LtmError):
    """A setting is wrong."""


class InvalidInput(LtmError):
    """A request is wrong; `field` names the part that is."""

    status_hint = 400

    def __init__(self, message: str, *, field: str = "") -> None:
        """Remember which field is wrong."""
        super().__init__(message)
        self.field = field


class TooLarge(InvalidInput):
    """A request holds more than is taken at once; the message says how much is."""

    status_hint = 413


class TooMany(InvalidInput):
    """Somebody asks too often.

    Attributes:
        retry_seconds: After so many it is time to ask again.
    """

    status_hint = 429

    def __init__(self, message: str, *, retry_seconds: int, field: str = "") -> None:
        """Remember when to ask again."""
        super().__init__(message, field=field)
        self.retry_seconds = retry_seconds


class NotFound(LtmError):
    """There is no such memory, chat or bank."""

    status_hint = 404


class Conflict(LtmError):
    """The thing changed meanwhile, or exists already."""

    status_hint = 409


class PreconditionFailed(Conflict):
    """The thing is not what the caller has seen; nothing was changed."""

    status_hint = 412


class StoreError(LtmError):
    """The store cannot be used now: locked, full, or not permitted."""

    status_hint = 503


class StoreCorrupt(StoreError):
    """The content of the store makes no sense; nothing was overwritten."""

    status_hint = 500


class StoreMoved(StoreError):
    """The files of the store were moved, deleted or replaced while it was open."""


class OutOfHandles(StoreError):
    """This program has as many files open as the system allows."""


class SchemaVersion(StoreError):
    """The store was written by a newer version; it was left untouched."""

    status_hint = 500


class EncryptionError(StoreError):
    """There is no key, it is another one, or no library to use it; nothing changed."""


class EmbeddingError(LtmError):
    """There is no embedder; the message says what to install."""

    status_hint = 503


class EmbeddingMismatch(EmbeddingError):
    """The stored vectors are of another model."""

    status_hint = 409


class UpstreamError(LtmError):
    """The language model failed; the message carries its status and words."""

    status_hint = 502


class UnusableAnswer(UpstreamError):
    """The language model answered, and nothing of that can be told."""
