"""A small file of every format that is read, in its real shape, made by hand."""

from __future__ import annotations

import io
import json
import sqlite3
import zipfile
import zlib
from base64 import b64encode
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .foreign import (
    HEADER,
    card,
    chroma_export,
    chunk,
    jsonl,
    message,
    old_database,
    picture,
    text_chunk,
    webui_log,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A file, and what must come of it.

    Attributes:
        path: Where it lies in the folder.
        data: What it holds.
        said: What the shown chat says; empty if it brings notes alone.
        notes: How many notes come.
        chats: How many chats come.
        character: Whose memory it becomes.
        named: The person names the character.
    """

    path: str
    data: bytes
    character: str
    said: tuple[str, ...] = ()
    notes: int = 0
    chats: int = 1
    named: bool = False


def as_json(value: object) -> bytes:
    """JSON as programs write it."""
    return json.dumps(value, ensure_ascii=False).encode()


def packed(**files: bytes) -> bytes:
    """A zip file; `__` in a name stands for a slash, `_` before its end for a dot."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            stem, _, end = name.replace("__", "/").rpartition("_")
            archive.writestr(f"{stem}.{end}", data)
    return target.getvalue()


def gpt(role: str, *parts: object, parent: str | None, at: float, **more: Any) -> Any:
    """A node of a conversation with ChatGPT."""
    kind = more.pop("kind", "text")
    content = {"content_type": kind, "parts": list(parts)}
    return {
        "id": "x",
        "parent": parent,
        "children": [],
        "message": {
            "id": "x",
            "author": {"role": role, "name": None, "metadata": {}},
            "create_time": at,
            "content": content,
            "status": "finished_successfully",
            "recipient": "all",
            "metadata": {},
            **more,
        },
    }


def conversation() -> dict[str, Any]:
    """With instructions, a tool, thoughts, a picture, a swipe and a branch."""
    start = 1_700_000_000.25
    hidden = {"is_visually_hidden_from_conversation": True}
    return {
        "title": "Bees",
        "create_time": start,
        "update_time": start,
        "conversation_id": "6553a1b2-0000-8000-8000-000000000001",
        "current_node": "a2",
        "mapping": {
            "root": {"id": "root", "message": None, "parent": None, "children": ["s"]},
            "s": gpt("system", "Rules.", parent="root", at=start, metadata=hidden),
            "u1": gpt(
                "user",
                {"content_type": "image_asset_pointer", "asset_pointer": "file://x"},
                "My sister Mira keeps bees.",
                parent="s",
                at=start + 1,
                kind="multimodal_text",
            ),
            "t": gpt("assistant", parent="u1", at=start + 2, kind="thoughts"),
            "c": gpt(
                "assistant", "search()", parent="t", at=start + 3, recipient="web"
            ),
            "r": gpt("tool", "Results.", parent="c", at=start + 4),
            "a1": gpt(
                "assistant",
                "How many hives?\ue200cite\ue202turn0search1\ue201",
                parent="r",
                at=start + 5,
            ),
            "swipe": gpt("assistant", "Oh, bees.", parent="r", at=start + 6),
            "u2": gpt("user", "Nine.", parent="a1", at=start + 7),
            "a2": gpt("assistant", "A lot.", parent="u2", at=start + 8),
            "u3": gpt("user", "Ten, I think.", parent="a1", at=start + 9),
            "a3": gpt("assistant", "Even more.", parent="u3", at=start + 10),
        },
    }


def webui_node(
    role: str, content: str, parent: str | None, at: int, **more: Any
) -> Any:
    """A message of Open WebUI."""
    return {
        "id": "x",
        "parentId": parent,
        "childrenIds": [],
        "role": role,
        "content": content,
        "timestamp": at,
        **more,
    }


def open_webui_chat() -> dict[str, Any]:
    """With reasoning in the text, a file, a swipe and a branch."""
    thought = (
        '<details type="reasoning" done="true" duration="3">\n'
        "<summary>Thought for 3 seconds</summary>\n&gt; Hm.\n</details>\n"
    )
    miku = {"model": "miku-7b", "modelName": "Miku", "done": True}
    at = 1_700_000_000
    messages = {
        "u1": webui_node(
            "user", "My sister Mira keeps bees.", None, at, files=[{"type": "image"}]
        ),
        "a1": webui_node("assistant", f"{thought}How many?", "u1", at + 1, **miku),
        "a1b": webui_node("assistant", "Bees!", "u1", at + 2, **miku),
        "u2": webui_node("user", "Nine.", "a1", at + 3),
        "a2": webui_node("assistant", "A lot.", "u2", at + 4, **miku),
        "u3": webui_node("user", "Ten.", "a1", at + 5),
        "a3": webui_node("assistant", "More.", "u3", at + 6, **miku),
    }
    chat = {
        "id": "",
        "title": "Bees",
        "models": ["miku-7b"],
        "history": {"currentId": "a2", "messages": messages},
        "messages": [messages[key] for key in ("u1", "a1", "u2", "a2")],
        "tags": [],
        "timestamp": at * 1000,
    }
    return {
        "id": "f3a1c0de-1111-4222-8333-444455556666",
        "user_id": "u",
        "title": "Bees",
        "chat": chat,
        "created_at": at,
        "updated_at": at,
        "archived": False,
        "meta": {},
    }


def risu_chat() -> dict[str, Any]:
    """With thoughts, a picture, a comment, and a message that is switched off."""
    rows = [
        {"role": "char", "data": "Hello {{user}}.", "time": 1_700_000_000_000},
        {"role": "user", "data": "My sister keeps bees.", "chatId": "c1"},
        {"role": "char", "data": "<Thoughts>\nBees.\n</Thoughts>\nHow many?"},
        {"role": "user", "data": "Aside.", "isComment": True},
        {"role": "user", "data": "Nine.{{inlay::abc}}", "disabled": True},
    ]
    return {"id": "r1", "name": "Chat 1", "note": "", "localLore": [], "message": rows}


def agnai_chat() -> dict[str, Any]:
    """As it is exported: the path that was shown."""
    you = {"handle": "Bo", "name": "Bo", "userId": "u", "state": "x"}
    miku = {"handle": "Miku", "name": "Miku", "characterId": "imported", "state": "x"}
    at = "2024-06-03T17:01:00.000Z"
    return {
        "name": "Exported",
        "greeting": "Hello.",
        "sampleChat": "",
        "scenario": "",
        "treeLeafId": "m3",
        "messages": [
            {**miku, "_id": "m1", "msg": "Hello {{user}}.", "createdAt": at},
            {**you, "_id": "m2", "parent": "m1", "msg": "My sister keeps bees."},
            {**miku, "_id": "m3", "parent": "m2", "msg": "How many?"},
        ],
    }


def cai_history() -> dict[str, Any]:
    """As older tools saved it."""
    miku = {"name": "Miku", "is_human": False}
    you = {"name": "Bo", "is_human": True}
    messages = [
        {"id": 1, "text": "Hello.", "src": miku, "is_alternative": False},
        {"id": 2, "text": "My sister keeps bees.", "src": you, "is_alternative": False},
        {"id": 3, "text": "Bees!", "src": miku, "is_alternative": True},
        {"id": 4, "text": "How many?", "src": miku, "is_alternative": False},
    ]
    one = {"external_id": "e1", "created": "2023-01-02T03:04:05Z", "msgs": messages}
    return {"info": {"character": {"name": "Miku"}}, "histories": {"histories": [one]}}


def cai_turns() -> dict[str, Any]:
    """As the site itself sends a chat, the newest turn first."""

    def turn(name: str, human: bool, at: str, *answers: str, chosen: int = 0) -> Any:
        listed = [
            {"candidate_id": f"c{number}", "raw_content": text}
            for number, text in enumerate(answers)
        ]
        return {
            "author": {"name": name, **({"is_human": True} if human else {})},
            "create_time": at,
            "primary_candidate_id": f"c{chosen}",
            "candidates": listed,
        }

    turns = [
        turn("Miku", False, "2024-01-02T03:04:07Z", "Bees!", "How many?", chosen=1),
        turn("Bo", True, "2024-01-02T03:04:06Z", "My sister keeps bees."),
        turn("Miku", False, "2024-01-02T03:04:05Z", "Hello."),
    ]
    return {"turns": turns, "meta": {"next_token": None}}


def cai_page() -> bytes:
    """A page to read offline."""
    rows = [
        {"isUser": False, "name": "Miku", "message": "Hello."},
        {"isUser": True, "name": "Bo", "message": "My%20sister%20keeps%20bees."},
    ]
    told = {"charPic": "", "userPic": "", "history": [{"date": None, "chat": rows}]}
    script = f"const historyData = JSON.parse(`{json.dumps(told)}`);"
    return f"<!DOCTYPE html><html><script>{script}</script></html>".encode()


def cai_tavern() -> bytes:
    """What CAI Tools writes for SillyTavern: all times are that of the export."""
    at = 1_700_000_000_000
    rows = [
        {"user_name": "You", "character_name": "Miku", "create_date": at},
        {"name": "Miku", "is_user": False, "is_name": True, "mes": "Hello."},
        {"name": "You", "is_user": True, "is_name": True, "mes": "My sister."},
    ]
    for number, row in enumerate(rows[1:]):
        row["send_date"] = at + number
    return jsonl(*rows).encode()


def kobold(opmode: int, prompt: str, *actions: str, **settings: Any) -> bytes:
    """A saved story."""
    book = [{"key": "bees", "content": "Mira keeps bees.", "comment": ""}]
    return as_json(
        {
            "gamestarted": True,
            "prompt": prompt,
            "memory": "",
            "authorsnote": "",
            "anotetemplate": "",
            "actions": list(actions),
            "actions_metadata": {},
            "worldinfo": book,
            "savedsettings": {"opmode": opmode, **settings},
        }
    )


def world() -> dict[str, Any]:
    """A world of SillyTavern."""
    return {
        "entries": {
            "0": {
                "uid": 0,
                "key": ["Eldoria"],
                "keysecondary": [],
                "comment": "The forest",
                "content": "A magical forest.",
                "disable": False,
            },
            "1": {"uid": 1, "key": ["x"], "content": "Off.", "disable": True},
        }
    }


def packed_text(kind: bytes, value: object) -> bytes:
    """A card in a text that is deflated."""
    data = zlib.compress(b64encode(json.dumps(value).encode()))
    if kind == b"zTXt":
        return chunk(kind, b"chara\0\0" + data)
    return chunk(kind, b"ccv3\0\1\0en\0\0" + data)


def database(folder: Path) -> bytes:
    """The predecessor's database."""
    rows = [
        ("Miku", "Hello.", "2023-05-12 10:11:12"),
        ("Bo", "My sister keeps bees.", "2023-05-12 10:12:12"),
    ]
    path = old_database(folder / "db/sample.db", *rows)
    with closing(sqlite3.connect(path)) as db:
        db.execute("VACUUM")
    return path.read_bytes()


THREE = ("Hello Bo.", "My sister keeps bees.", "How many?")
CHAT = "\nBo: My sister keeps bees.\nMiku: How many?"
TAGGED = "\n{{[INPUT]}}\nMy sister keeps bees.\n{{[OUTPUT]}}\n"
LOG = webui_log(("Hi.", "Hello."), times=["Nov 21, 2025 10:00"])
GROUP = {"members": ["Gil.png", "Miku.png"], "chats": ["9"]}
V3 = card("chara_card_v3", name="Miku")
BEES = ("My sister Mira keeps bees.", "How many hives?", "Nine.", "A lot.")
ST = jsonl(HEADER, message("Hello."), message("Hi.", user=True)).encode()
IN_GROUP = jsonl(
    HEADER,
    message("Hi.", user=True),
    message("Hm.", name="Gil", original_avatar="Gil.png"),
).encode()


def samples(folder: Path) -> dict[str, Sample]:
    """A file of each format; the folder is for what must be written to be made."""
    predecessor = Sample(
        path="miku/long_term_memory.db",
        data=database(folder),
        character="Miku",
        said=("Hello.", "My sister keeps bees."),
    )
    return {**PLAIN, "predecessor": predecessor}


def _plain() -> dict[str, Sample]:
    miku = "Miku"
    return {
        "webui": Sample(
            path="chat/Miku/a.json",
            data=as_json(LOG),
            character=miku,
            said=("Hi.", "Hello."),
        ),
        "sillytavern": Sample(
            path="chats/Seraphina/a.jsonl",
            data=ST,
            character="Seraphina",
            said=("Hello.", "Hi."),
        ),
        "group": Sample(
            path="group chats/9.jsonl",
            data=IN_GROUP,
            character="Gil",
            said=("Hi.", "Hm."),
        ),
        "group file": Sample(
            path="groups/1.json", data=as_json(GROUP), character=miku, chats=0
        ),
        "card": Sample(
            path="miku.json", data=as_json(V3), character=miku, notes=1, chats=0
        ),
        "picture": Sample(
            path="m.png",
            data=picture(text_chunk("chara", V3)),
            character=miku,
            notes=1,
            chats=0,
        ),
        "picture zTXt": Sample(
            path="z.png",
            data=picture(packed_text(b"zTXt", V3)),
            character=miku,
            notes=1,
            chats=0,
        ),
        "picture iTXt": Sample(
            path="i.png",
            data=picture(packed_text(b"iTXt", V3)),
            character=miku,
            notes=1,
            chats=0,
        ),
        "charx": Sample(
            path="miku.charx",
            data=packed(card_json=as_json(V3), assets__icon__main_png=picture()),
            character=miku,
            notes=1,
            chats=0,
        ),
        "world": Sample(
            path="worlds/Eldoria.json",
            data=as_json(world()),
            character=miku,
            notes=1,
            chats=0,
            named=True,
        ),
        "risu": Sample(
            path="Miku_2024-06-03T170100000Z_chat.json",
            data=as_json({"type": "risuChat", "ver": 2, "data": risu_chat()}),
            character=miku,
            said=("Hello You.", "My sister keeps bees.", "How many?", "Nine."),
        ),
        "risu all": Sample(
            path="Miku_all_chats_2024-06-03T170100000Z.json",
            data=as_json(
                {
                    "type": "risuAllChats",
                    "ver": 2,
                    "folders": [],
                    "data": [risu_chat(), {**risu_chat(), "id": "r2"}],
                }
            ),
            character=miku,
            chats=2,
            said=("Hello You.", "My sister keeps bees.", "How many?", "Nine."),
        ),
        "agnai": Sample(
            path="chat-ab12.json",
            data=as_json(agnai_chat()),
            character=miku,
            said=THREE,
        ),
        "cai": Sample(
            path="cai.json",
            data=as_json(cai_history()),
            character=miku,
            said=("Hello.", *THREE[1:]),
        ),
        "cai turns": Sample(
            path="turns.json",
            data=as_json(cai_turns()),
            character=miku,
            said=("Hello.", *THREE[1:]),
        ),
        "cai page": Sample(
            path="Miku_Offline.html",
            data=cai_page(),
            character=miku,
            said=("Hello.", "My sister keeps bees."),
        ),
        "cai tavern": Sample(
            path="Miku_TavernHistory.zip",
            data=packed(chat_1_jsonl=cai_tavern()),
            character=miku,
            said=("Hello.", "My sister."),
        ),
        "kobold chat": Sample(
            path="saved.json",
            data=kobold(
                3,
                "A kitchen.",
                CHAT,
                "\nBo: Ni",
                "ne.",
                chatname="Bo",
                chatopponent=miku,
            ),
            character=miku,
            notes=1,
            said=("A kitchen.", "My sister keeps bees.", "How many?", "Nine."),
        ),
        "kobold instruct": Sample(
            path="saved_instruct.json",
            data=kobold(4, TAGGED, "<think>Bees", ".</think>How many?"),
            character="Instruct",
            notes=1,
            said=("My sister keeps bees.", "How many?"),
        ),
        "kobold adventure": Sample(
            path="saved_adventure.json",
            data=kobold(2, "A door.", "\n\n> open it\n\n", "It opens."),
            character=miku,
            named=True,
            notes=1,
            said=("A door.", "open it", "It opens."),
        ),
        "open webui": Sample(
            path="chat-export-1700000000000.json",
            data=as_json([open_webui_chat()]),
            character=miku,
            chats=2,
            said=("My sister Mira keeps bees.", "How many?", "Nine.", "A lot."),
        ),
        "chatgpt": Sample(
            path="conversations.json",
            data=as_json([conversation()]),
            character="ChatGPT",
            chats=2,
            said=BEES,
        ),
        "chatgpt archive": Sample(
            path="chatgpt.zip",
            data=packed(
                conversations_json=as_json([conversation()]),
                user_json=b'{"id": "x"}',
                chat_html=b"<html></html>",
            ),
            character="ChatGPT",
            chats=2,
            said=BEES,
        ),
        "chroma": Sample(
            path="chroma.json",
            data=as_json(
                chroma_export(
                    "Miku - 2026-11-21@00h32m",
                    ("user", "Hi.", {"is_user": True, "index": 0}),
                    ("assistant", "Hello.", {"name": "Miku", "index": 1}),
                )
            ),
            character=miku,
            said=("Hi.", "Hello."),
        ),
    }


PLAIN = _plain()
NAMES = sorted([*PLAIN, "predecessor"])
