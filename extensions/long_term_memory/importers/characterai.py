"""Chats of Character.AI, as CAI Tools and its like save them.

Owns: the shapes in which they are saved, and which of several answers was chosen.
Knows nothing of: files on disk, engines.

    {"histories": {"histories": [{"external_id", "created", "msgs": [{"text",
      "is_alternative", "src": {"name", "is_human"}}]}]}, "info": {…}}
    {"turns": [{"author": {"name", "is_human"}, "create_time",
      "primary_candidate_id", "candidates": [{"candidate_id", "raw_content"}]}]}
    a page to read offline, which holds
    {"history": [{"date", "chat": [{"isUser", "name", "message"}]}]}

Its chats for other programs are read as those are.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePath
from typing import Any
from urllib.parse import unquote

from ..core.types import Role, Window, WindowMessage
from .dates import read_date
from .decoding import dict_of, list_of, parse_json, refuse, text_of
from .file_content import FileContent, FoundChat, ImportOptions, titled
from .speech import spoken

HOST = "character.ai"
_OFFLINE = re.compile(r"historyData = JSON\.parse\(`(.*?)`\)", re.DOTALL)


def is_export(value: object) -> bool:
    """Say whether a JSON value is a saved chat, or several."""
    told = dict_of(value)
    return bool(_histories(told)) or _are_turns(told.get("turns")) or _is_page(told)


def is_page(text: str) -> bool:
    """Say whether a web page is one of CAI Tools to read offline."""
    return "historyData = JSON.parse(`" in text


def read_page(text: str, path: PurePath, wishes: ImportOptions) -> FileContent:
    """Read a page to read offline."""
    found = _OFFLINE.search(text)
    if found is None:
        raise refuse("is a page of CAI Tools that breaks off. Save it anew.")
    return read_export(dict_of(parse_json(found[1])), path, wishes)


def read_export(
    value: Mapping[str, Any], path: PurePath, wishes: ImportOptions
) -> FileContent:
    """Read saved chats.

    Raises:
        InvalidInput: Nobody speaks in them, or nothing tells who is the character.
    """
    told = [(name, list(rows)) for name, rows in _chats(value)]
    character = wishes.character or _character(value, told)
    if not character:
        raise refuse("does not tell whose chat it is. Name the character.")
    chats = []
    for number, (name, rows) in enumerate(told, 1):
        messages = tuple(_named(row, character, wishes.your_name) for row in rows)
        if messages:
            mark = name or f"{path.stem} {number}" if len(told) > 1 else name
            chats.append(
                FoundChat(
                    host=HOST,
                    name=titled(path.stem, mark) if mark else path.stem,
                    characters=(character,),
                    window=Window(messages=messages, complete=True),
                )
            )
    if not chats:
        raise refuse("is an export of Character.AI without a message.")
    return FileContent(format="Character.AI chats", chats=tuple(chats))


def _histories(told: Mapping[str, Any]) -> list[Any]:
    inner = told.get("histories")
    listed = list_of(dict_of(inner).get("histories")) or list_of(inner)
    return [one for one in listed if isinstance(dict_of(one).get("msgs"), list)]


def _are_turns(turns: object) -> bool:
    rows = list_of(turns)[:20]
    return bool(rows) and all(
        isinstance(dict_of(one).get("author"), dict) for one in rows
    )


def _is_page(told: Mapping[str, Any]) -> bool:
    history = list_of(told.get("history"))[:20]
    return bool(history) and all(
        isinstance(dict_of(one).get("chat"), list) for one in history
    )


def _chats(told: Mapping[str, Any]) -> Iterator[tuple[str, Iterator[WindowMessage]]]:
    """Yield the id of each chat, and its messages as far as they tell."""
    for one in _histories(told):
        yield text_of(one.get("external_id")), _of_messages(one["msgs"])
    if _are_turns(told.get("turns")):
        yield text_of(told.get("chat_id")), _of_turns(told["turns"])
    if _is_page(told):
        for one in told["history"]:
            yield text_of(one.get("date")), _of_lines(one["chat"])


def _of_messages(rows: Sequence[object]) -> Iterator[WindowMessage]:
    for row in map(dict_of, rows):
        source = dict_of(row.get("src"))
        human = source.get("is_human", row.get("src__is_human"))
        name = source.get("name") or row.get("src__name")
        if row.get("is_alternative") is not True:
            at = row.get("created") or row.get("create_time")
            yield from _shown(human, name, row.get("text"), at)


def _of_turns(rows: Sequence[object]) -> Iterator[WindowMessage]:
    """Yield turns, of each the answer that was chosen; the newest come first."""
    found: list[WindowMessage] = []
    for row in map(dict_of, rows):
        answers = [dict_of(one) for one in list_of(row.get("candidates"))]
        chosen = row.get("primary_candidate_id")
        first = [one for one in answers if one.get("candidate_id") == chosen and chosen]
        text = next(iter(first or answers[-1:]), {}).get("raw_content")
        author = dict_of(row.get("author"))
        at = row.get("create_time")
        found += _shown(author.get("is_human"), author.get("name"), text, at)
    times = [one.said_at for one in found if one.said_at]
    yield from found[::-1] if not times or times[0] >= times[-1] else found


def _of_lines(rows: Sequence[object]) -> Iterator[WindowMessage]:
    for row in map(dict_of, rows):
        text = unquote(text_of(row.get("message")))
        yield from _shown(row.get("isUser"), row.get("name"), text, None)


def _shown(
    human: object, name: object, text: object, at: object
) -> Iterator[WindowMessage]:
    said = text_of(text).strip() if human else spoken(text_of(text))
    if said:
        role: Role = "user" if human else "assistant"
        yield WindowMessage(
            role, said, name=text_of(name).strip(), said_at=read_date(at)
        )


def _character(
    value: Mapping[str, Any], told: Sequence[tuple[str, Sequence[WindowMessage]]]
) -> str:
    """Return who speaks as the character, the most talkative of several."""
    names = Counter(
        one.name for _, rows in told for one in rows if one.role == "assistant"
    )
    del names[""]
    if names:
        return names.most_common(1)[0][0]
    info = dict_of(value.get("info"))
    about = dict_of(info.get("character")) or info
    return text_of(about.get("name")).strip()


def _named(one: WindowMessage, character: str, you: str) -> WindowMessage:
    return one._replace(name=one.name or (you if one.role == "user" else character))
