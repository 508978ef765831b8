"""Small files as other programs write them."""

from __future__ import annotations

import json
import sqlite3
from base64 import b64encode
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any
from zlib import crc32

PNG = b"\x89PNG\r\n\x1a\n"


def put(path: Path, content: object) -> Path:
    """Write bytes, a text, or JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif isinstance(content, str):
        path.write_text(content, "utf-8")
    else:
        path.write_text(json.dumps(content), "utf-8")
    return path


def webui_log(*rows: tuple[str, str], times: Sequence[str] = ()) -> dict[str, Any]:
    """A chat log; `times` are those of each row, for both sides of it."""
    metadata: dict[str, Any] = {}
    for number, at in enumerate(times):
        metadata[f"user_{number}"] = {"timestamp": at}
        metadata[f"assistant_{number}"] = {"timestamp": at, "model_name": "m"}
    listed = [list(row) for row in rows]
    return {"internal": listed, "visible": listed, "metadata": metadata}


def message(text: str, *, user: bool = False, name: str = "", **more: Any) -> Any:
    """A line of a SillyTavern chat."""
    return {
        "name": name or ("Anon" if user else "Seraphina"),
        "is_user": user,
        "is_system": False,
        "send_date": "2026-11-21T00:32:43.282Z",
        "mes": text,
        "extra": {},
        **more,
    }


def jsonl(*lines: Any) -> str:
    """Lines of JSON; texts stand as they are."""
    written = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    return "\n".join(written) + "\n"


HEADER = {
    "chat_metadata": {"integrity": "x"},
    "user_name": "unused",
    "character_name": "unused",
}


def chunk(kind: bytes, data: bytes, *, broken: bool = False) -> bytes:
    """A PNG chunk."""
    check = crc32(kind + data) ^ (1 if broken else 0)
    return len(data).to_bytes(4, "big") + kind + data + check.to_bytes(4, "big")


def picture(*chunks: bytes) -> bytes:
    """A picture of one point with further chunks."""
    header = chunk(b"IHDR", bytes.fromhex("00000001000000010802000000"))
    return PNG + header + b"".join(chunks) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


def text_chunk(keyword: str, value: object, **how: bool) -> bytes:
    """A card in a chunk; bytes stand as they are."""
    packed = (
        value if isinstance(value, bytes) else b64encode(json.dumps(value).encode())
    )
    return chunk(b"tEXt", keyword.encode() + b"\0" + packed, **how)


def card(spec: str = "chara_card_v2", **fields: Any) -> dict[str, Any]:
    """A card of version 2 or 3 with one lorebook entry."""
    entry = {"keys": ["forest"], "content": "{{char}} guards Eldoria.", "enabled": True}
    data = {
        "name": "Seraphina",
        "description": "{{char}} heals.",
        "first_mes": "Hello.",
        "character_book": {"entries": [entry]},
        **fields,
    }
    return {"spec": spec, "spec_version": "2.0", "data": data}


def old_database(
    path: Path, *rows: tuple[str, str, str], table: str = "long_term_memory"
) -> Path:
    """The predecessor's database: name, message and timestamp of each row."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(
            f"CREATE TABLE {table} (id INTEGER PRIMARY KEY, name TEXT NOT NULL, "
            "message TEXT NOT NULL UNIQUE, timestamp TEXT NOT NULL)"
        )
        db.executemany(
            f"INSERT INTO {table} VALUES (?, ?, ?, ?)",
            [(number, *row) for number, row in enumerate(rows)],
        )
    return path


def chroma_export(chat_id: str, *rows: tuple[str, str, dict[str, Any]]) -> Any:
    """An export as the Extras API gives it: role, text and chat message."""
    return {
        "chat_id": chat_id,
        "content": [
            {
                "id": f"msg-{number}",
                "document": text,
                "metadata": {"role": role, "date": number, "meta": json.dumps(meta)},
            }
            for number, (role, text, meta) in enumerate(rows)
        ],
    }
