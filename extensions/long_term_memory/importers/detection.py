"""Files on disk: what each of them is, by its content.

Owns: choosing the reader.
Knows nothing of: what formats mean, engines.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path, PurePath
from typing import Any

from ..core.types import Scope
from ..errors import InvalidInput
from . import (
    agnai,
    archives,
    characterai,
    chatgpt,
    kobold,
    lorebooks,
    openwebui,
    pictures,
    risu,
    sillytavern,
    textgen,
)
from . import (
    character_cards as cards,
)
from . import (
    chromadb_export as chroma,
)
from . import (
    legacy as predecessor,
)
from . import (
    own_jsonl as own,
)
from .decoding import (
    MAX_BYTES,
    bounded_lines,
    check_size,
    decode,
    dict_of,
    opened,
    parse_json,
    read_bytes,
    read_head,
    refuse,
    text_of,
)
from .file_content import FileContent, ImportOptions, Whole
from .long_lists import begins_list, values_of
from .walking import Seen

SQLITE_MARK = b"SQLite format 3\0"
_HEAD_BYTES = 65_536
_JPEG = b"\xff\xd8\xff"
_PICTURES = (_JPEG, b"GIF8", b"RIFF", b"BM")
_ARCHIVES = (b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"BZh", b"\xfd7zXZ")
# Zero bytes are what a crash leaves.
_BLANKS = "\0 \t\r\n"
# What a text may begin with to be JSON: an object, a list, a text, a number, a word.
_JSON_STARTS = tuple('{["-0123456789ntf')


def find_groups(files: Sequence[Seen]) -> list[sillytavern.Group]:
    """Return the groups that tell who is in the group chats among the files."""
    folders = {
        one.path.parent.with_name(sillytavern.GROUPS)
        for one in files
        if one.path.parent.name == sillytavern.GROUP_CHATS
    }
    groups = []
    for file in sorted(one for folder in folders for one in folder.glob("*.json")):
        try:
            value = parse_json(decode(read_bytes(file)))
        except InvalidInput:
            continue
        if sillytavern.is_group(value):
            groups.append(sillytavern.read_group(value))
    return groups


def written_at(path: Path) -> datetime:
    """Return when a file was last written.

    Raises:
        InvalidInput: It is gone.
    """
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except (OSError, OverflowError, ValueError) as error:
        raise refuse("cannot be read: it is gone.") from error


def is_own(path: Path) -> bool:
    """Say whether a file is an export of ours, whatever its size.

    Raises:
        InvalidInput: It cannot be read.
    """
    head = read_head(path, _HEAD_BYTES)
    try:
        return own.is_head(json.loads(head.split(b"\n", 1)[0].decode("utf-8-sig")))
    except (ValueError, RecursionError):
        return False


def read_file(
    path: Path, wishes: ImportOptions, groups: Sequence[sillytavern.Group] = ()
) -> FileContent:
    """Read a file of whatever kind it is.

    Raises:
        InvalidInput: It cannot be read, or is nothing we know; its words go on a line
            after the file's name.
        StoreError: It is a database that cannot be read.
    """
    head = read_head(path, 16)
    if head.startswith(SQLITE_MARK):
        return predecessor.read_memories(
            predecessor.read_long_term_memory(path), path, wishes
        )
    if head.startswith(archives.ZIP_MARK) or _is_packed_picture(path, head):
        return _read_archive(path, wishes)
    if begins_list(head) and path.stat().st_size > MAX_BYTES:
        return _read_long(path, wishes)
    return _read_bytes(read_bytes(path), path, wishes, groups)


def _read_long(path: Path, wishes: ImportOptions) -> FileContent:
    """Read an export of ChatGPT larger than files may be, of which years have some."""
    with opened(path) as file:
        values = values_of(file)
        first = next(values, None)
        if not chatgpt.is_conversation(first):
            check_size(path.stat().st_size)
        return chatgpt.read_conversations(chain((first,), values), wishes)


def read_own(path: Path) -> own.Contents:
    """Check an export of ours.

    Raises:
        InvalidInput: It is damaged; nothing of it should be taken.
    """
    with opened(path) as file:
        return own.check(bounded_lines(file))


def own_records(path: Path) -> Iterator[own.Record]:
    """Yield what a checked export of ours holds."""
    with opened(path) as file:
        yield from own.records(bounded_lines(file))


def whose(scope: Scope, wishes: ImportOptions) -> Scope:
    """Return whose memory an export becomes."""
    return Scope(user=wishes.user, character=wishes.character or scope.character)


def _is_packed_picture(path: Path, head: bytes) -> bool:
    """Say whether a photograph has an archive behind it, as some CHARX cards have."""
    if not head.startswith(_JPEG):
        return False
    with opened(path) as file:
        return archives.ends_as_archive(file)


def _read_archive(path: Path, wishes: ImportOptions) -> FileContent:
    """Read all in an archive that can be read, as if it lay in a folder of its name."""
    whole = Whole()
    with opened(path) as file:
        about = list(archives.members(file, _tells_of_others))
        wishes = _with_character(about, wishes)
        groups = [
            sillytavern.read_group(value)
            for value in map(dict_of, map(_value_of, about))
            if sillytavern.is_group(value)
        ]
        for member in archives.members(file, lambda _: not whole.full):
            try:
                if member.fault:
                    raise refuse(f"{member.fault}.")
                inner = path / member.path
                whole.add(_read_bytes(member.data, inner, wishes, groups))
            except InvalidInput as error:
                whole.faults.append(f"{member.path} {error}".removesuffix("."))
    return whole.found()


def _tells_of_others(path: PurePath) -> bool:
    """Say whether a file in an archive tells what the others are."""
    return path.parent.name == sillytavern.GROUPS or path == PurePath("manifest.json")


def _value_of(member: archives.Member) -> object:
    """Return the JSON of a file in an archive; None if it is none."""
    try:
        return None if member.fault else parse_json(decode(member.data))
    except InvalidInput:
        return None


def _with_character(
    about: Sequence[archives.Member], wishes: ImportOptions
) -> ImportOptions:
    """Take the character of a RisuAI package, whose chats are named for nobody."""
    for told in map(dict_of, map(_value_of, about)):
        if told.get("type") == "risuCharacterPackage" and not wishes.character:
            name = text_of(dict_of(told.get("character")).get("name")).strip()
            return replace(wishes, character=name)
    return wishes


def _read_bytes(
    data: bytes, path: Path, wishes: ImportOptions, groups: Sequence[sillytavern.Group]
) -> FileContent:
    if data.startswith(pictures.PNG_MARK):
        return pictures.read_picture(data, wishes)
    if data.startswith(_PICTURES):
        raise refuse("is a picture without a character card: only PNG can hold one.")
    if data.startswith((*_ARCHIVES, archives.ZIP_MARK)):
        raise refuse("is an archive. Unpack it.")
    if not data.strip(b"\0 \t\r\n"):
        raise refuse(
            "holds nothing but zero bytes, as a crash leaves them. Take a backup of it."
            if b"\0" in data
            else "is empty."
        )
    return _read_text(decode(data), path, wishes, groups)


def _read_text(
    text: str, path: Path, wishes: ImportOptions, groups: Sequence[sillytavern.Group]
) -> FileContent:
    if characterai.is_page(text):
        return characterai.read_page(text, path, wishes)
    if not text[:_HEAD_BYTES].lstrip(_BLANKS).startswith(_JSON_STARTS):
        raise refuse(
            "is no text, and nothing else that is known."
            if "\0" in text[:1024]
            else "is neither JSON nor a picture, so no chat that is known."
        )
    if sillytavern.is_line(_value_of_first_line(text)):
        return sillytavern.read_chat(text, path, wishes, groups)
    nuls = text.count("\0")
    value = parse_json(text.strip(_BLANKS) if nuls else text)
    if sillytavern.is_line(value):
        return sillytavern.read_chat(text, path, wishes, groups)
    found = _read_value(value, path, wishes)
    if not nuls:
        return found
    words = f"{nuls:,} zero bytes stand around it, as a crash leaves them"
    return replace(found, warnings=(*found.warnings, words))


def _read_value(value: Any, path: Path, wishes: ImportOptions) -> FileContent:
    """Read JSON; the narrow shapes are asked for before the wide ones."""
    listed = value if isinstance(value, list) else [value]
    if any(map(chatgpt.is_conversation, listed)):
        return chatgpt.read_conversations(listed, wishes)
    if any(map(openwebui.is_chat, listed)):
        return openwebui.read_chats(listed, wishes)
    if risu.is_export(value):
        return risu.read_export(value, path, wishes)
    if textgen.is_log(value):
        return textgen.read_log(value, path, wishes)
    if kobold.is_story(value):
        return kobold.read_story(value, path, wishes)
    if agnai.is_export(value):
        return agnai.read_export(value, path, wishes)
    if characterai.is_export(value):
        return characterai.read_export(value, path, wishes)
    return _read_other(value, wishes)


def _read_other(value: Any, wishes: ImportOptions) -> FileContent:
    if cards.is_card(value):
        return cards.read_card(value, wishes)
    if chroma.is_export(value):
        return chroma.read_export(value, wishes)
    if predecessor.is_config(value):
        return predecessor.read_config(value)
    if sillytavern.is_group(value):
        return FileContent(format="SillyTavern group")
    if lorebooks.is_lorebook(value):
        return lorebooks.read_lorebook(value, wishes)
    raise refuse("is JSON, but no chat, card or export that is known.")


def _value_of_first_line(text: str) -> object:
    """Return the value of the first of several lines; None if it has none.

    The text is not copied, for it may be large.
    """
    start = len(text) - len(text.lstrip(_BLANKS)) if text[:1] in _BLANKS else 0
    end = text.find("\n", start)
    if end < 0:
        return None
    try:
        return parse_json(text[start:end].strip(_BLANKS))
    except InvalidInput:
        return None
