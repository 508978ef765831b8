"""What a client tells of its chat: in the body, in headers, or by a tag in the prompt.

Owns: the names of these fields, their checks and their order, and taking what is for us
out of a request.
Knows nothing of: what a request shows, chats, the engine.

The body's `ltm` counts before `user`, `conv_id` and the like beside it, these before
the headers `x-ltm-...`, these before Open WebUI's own, and these before a tag
`[[ltm chat="..." char="..."]]`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Final
from urllib.parse import unquote

from ...core.policy import story_name
from ...errors import InvalidInput
from ...identity.callers import HEADER, OPEN_WEBUI
from ...llm.speech import texts_of
from .cast import MOST_MEMBERS
from .tags import told_by_tag, without_tags

LONGEST_NAME: Final = 300
MOST_TOKENS: Final = 1_000_000
# Names that other memory servers made known; with `user`, which is OpenAI's own.
BESIDE: Final = (
    *("user_id", "conv_id"),
    *("recent_turns", "candidates", "gate_keep", "replay_k"),
)
OURS: Final = ("ltm", *BESIDE)
# By what each means to us.
_OPEN_WEBUI_NAMES: Final = {
    "chat": f"{OPEN_WEBUI}chat-id",
    "user_id": f"{OPEN_WEBUI}user-id",
    "user": f"{OPEN_WEBUI}user-name",
}
YES: Final = frozenset({"true", "1", "on", "yes"})
NO: Final = frozenset({"false", "0", "off", "no"})
MOST_NARRATION: Final = 50
STYLES: Final = ("system", "turns")


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestOptions:
    """What one request wants otherwise than the settings; None leaves them.

    Attributes:
        recall_tokens: Most tokens for recalled memories.
        num_memories: Most memories.
        candidates: The same, where a gate may keep fewer of them.
        replay_turns: Most recalled messages that are replayed as turns.
        recent_turns: So many of the newest turns are sent, older ones are not.
        gate: Whether to be silent when nothing fits.
        recalled_as: "system" or "turns".
        show_memories: Whether the reasoning field lists the memories used.
    """

    recall_tokens: int | None = None
    num_memories: int | None = None
    candidates: int | None = None
    replay_turns: int | None = None
    recent_turns: int | None = None
    gate: bool | None = None
    recalled_as: str | None = None
    show_memories: bool | None = None

    @property
    def limit(self) -> int | None:
        """Most memories, by whatever was said of that."""
        told = (self.num_memories, self.candidates)
        return min((one for one in told if one is not None), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientHints:
    """What a client tells; empty is not told.

    Attributes:
        owner: Who the user is for us, where several share a server.
        user: What the user is called in the chat.
        character: Who speaks next.
        members: Who is in the group.
        chat: The client's id of the chat.
        exact: The id is this chat's alone, and no branch's.
        parent: The id of the chat that this one branched from.
        story: Name of the storyline that the chat belongs to.
        kind: What is generated: "normal", "swipe", "continue", "quiet" and so on.
        narration: How the narrator's newest lines in the chat begin.
        last_id: Place of the newest message in the whole chat, from 0.
        enabled: Whether memory takes part.
    """

    owner: str = ""
    user: str = ""
    character: str = ""
    members: tuple[str, ...] = ()
    chat: str = ""
    exact: bool = False
    parent: str = ""
    story: str = ""
    kind: str = ""
    narration: tuple[str, ...] = ()
    last_id: int | None = None
    enabled: bool = True
    wishes: RequestOptions = field(default_factory=RequestOptions)


def read_ids(body: Mapping[str, Any], headers: Mapping[str, str]) -> ClientHints:
    """Read what a client tells.

    Args:
        body: The request.
        headers: By names in small letters.

    Raises:
        InvalidInput: A field makes no sense, or several users are named; the error
            names it.
    """
    ltm = body.get("ltm")
    if ltm is not None and not isinstance(ltm, Mapping):
        raise InvalidInput("ltm must be an object.", field="ltm")
    told = _from_body(body, ltm or {})
    by_header = _from_headers(headers)
    beside = (body.get(name) for name in ("user_id", "user"))
    owners = {told.get("owner", ""), by_header.get("owner", ""), *map(_said, beside)}
    if len(owners - {""}) > 1:
        raise InvalidInput(
            "The request names several users: it must name one.", field="user_id"
        )
    for name, value in by_header.items():
        told.setdefault(name, value)
    told |= _of_tag(body, told)
    names = {one.name for one in fields(RequestOptions)} & told.keys()
    wishes = RequestOptions(**{name: told.pop(name) for name in names})
    return ClientHints(wishes=wishes, **told)


def without_ours(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return a request without what is for us; what is left is not copied."""
    clean = {name: value for name, value in body.items() if name not in OURS}
    if isinstance(body.get("prompt"), str):
        clean["prompt"] = without_tags(body["prompt"])
    if isinstance(body.get("messages"), list):
        clean["messages"] = [_untagged(message) for message in body["messages"]]
    return clean


def _untagged(message: Any) -> Any:
    """Return a message without our tags, the same one if it has none."""
    content = message.get("content") if isinstance(message, Mapping) else None
    if not any("[[" in text for text in texts_of(content)):
        return message
    if not isinstance(content, list):
        return {**message, "content": without_tags(str(content))}
    parts = [
        {**part, "text": without_tags(part["text"])}
        if isinstance(part, Mapping) and isinstance(part.get("text"), str)
        else part
        for part in content
    ]
    return {**message, "content": parts}


# -- where it stands -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Field:
    """Where values stand, and these."""

    where: str
    values: Mapping[str, Any]


def _from_body(body: Mapping[str, Any], ltm: Mapping[str, Any]) -> dict[str, Any]:
    told = _fields(_Field("ltm", ltm))
    beside = {name: body.get(name) for name in (*BESIDE, "user")}
    found = _fields(_Field("body", beside))
    if "chat" in found and "chat" not in told:
        told["exact"] = True
    return found | told


def _from_headers(headers: Mapping[str, str]) -> dict[str, Any]:
    values = {
        name.removeprefix(HEADER).replace("-", "_"): value
        for name, value in headers.items()
        if name.startswith(HEADER)
    }
    if "conv_id" in values:
        values.setdefault("chat", "")
    for name, header in _OPEN_WEBUI_NAMES.items():
        # It sends names as in addresses, for a header holds Latin-1 alone.
        values.setdefault(name, unquote(headers.get(header, "")))
    return _fields(_Field("header", values))


def _of_tag(body: Mapping[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a tag adds; nothing, if it contradicts what is told already."""
    tag = _fields(_Field("tag", told_by_tag(body)), lenient=True)
    if any(told.get(name, value) != value for name, value in tag.items()):
        return {}
    return tag


def _fields(told: _Field, *, lenient: bool = False) -> dict[str, Any]:
    """Check values, under our own names; a lenient look passes over what is wrong."""
    found: dict[str, Any] = {}
    for key, value in told.values.items():
        name, read = _READERS.get(key, ("", _name))
        if key == "user" and told.where == "body":
            name = "owner"  # OpenAI's own field, not what the user is called
        if value is None or value == "" or not name:
            continue
        try:
            if (kept := read(value)) != "":
                found.setdefault(name, kept)
        except InvalidInput as error:
            if not lenient:
                where = key if told.where == "body" else f"{told.where}.{key}"
                raise InvalidInput(f"{where} {error}", field=where) from error
    return found


# -- one value -------------------------------------------------------------------------


def _name(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise InvalidInput("must be a text.")
    text = " ".join(str(value).split())
    if len(text) > LONGEST_NAME:
        raise InvalidInput(f"must have at most {LONGEST_NAME} characters.")
    # An older SillyTavern does not fill its macros in.
    return "" if "{{" in text else text


def _story(value: object) -> str:
    name = _name(value)
    return story_name(name) if name else ""


def _said(value: object) -> str:
    return "" if value is None else _name(value)


def _names(value: object) -> tuple[str, ...] | str:
    if isinstance(value, str):
        value = value.split(",")
    if not isinstance(value, list) or len(value) > MOST_MEMBERS:
        raise InvalidInput(f"must be a list of at most {MOST_MEMBERS} names.")
    return tuple(filter(None, map(_name, value))) or ""


def _beginnings(value: object) -> tuple[str, ...] | str:
    if not isinstance(value, list) or len(value) > MOST_NARRATION:
        raise InvalidInput(f"must be a list of at most {MOST_NARRATION} texts.")
    if not all(isinstance(one, str) and len(one) <= LONGEST_NAME for one in value):
        raise InvalidInput(f"must hold texts of at most {LONGEST_NAME} characters.")
    return tuple(value) or ""


def _switch(value: object) -> bool:
    text = str(value).strip().lower()
    if text not in YES | NO or not isinstance(value, bool | str | int):
        raise InvalidInput("must be true or false.")
    return text in YES


def _count(value: object) -> int:
    text = str(value).strip()
    if isinstance(value, bool) or not text.isascii() or not text.isdigit():
        raise InvalidInput("must be a whole number, 0 or more.")
    if len(text) > len(str(MOST_TOKENS)) or int(text) > MOST_TOKENS:
        raise InvalidInput(f"must be at most {MOST_TOKENS}.")
    return int(text)


def _place(value: object) -> int | str:
    """Read a place; a chat without messages has an odd one in some clients."""
    if str(value).strip() == "-1" or "{{" in str(value):
        return ""
    return _count(value)


def _style(value: object) -> str:
    if value not in STYLES:
        raise InvalidInput("must be " + " or ".join(STYLES) + ".")
    return str(value)


def _kind(value: object) -> str:
    return _name(value).lower()


Reader = Callable[[object], Any]
_READERS: Final[dict[str, tuple[str, Reader]]] = {
    "user_id": ("owner", _name),
    "user": ("user", _name),
    "char": ("character", _name),
    "character": ("character", _name),
    "group": ("members", _names),
    "chat": ("chat", _name),
    "conv_id": ("chat", _name),
    "exact": ("exact", _switch),
    "parent": ("parent", _name),
    "story": ("story", _story),
    "type": ("kind", _kind),
    "narration": ("narration", _beginnings),
    "last_id": ("last_id", _place),
    "last": ("last_id", _place),
    "enabled": ("enabled", _switch),
    # What is wanted otherwise, by the fields of `RequestOptions`.
    "recall_tokens": ("recall_tokens", _count),
    "num_memories": ("num_memories", _count),
    "gate_keep": ("num_memories", _count),
    "candidates": ("candidates", _count),
    "replay_turns": ("replay_turns", _count),
    "replay_k": ("replay_turns", _count),
    "recent_turns": ("recent_turns", _count),
    "gate": ("gate", _switch),
    "recalled_as": ("recalled_as", _style),
    "show_memories": ("show_memories", _switch),
}
