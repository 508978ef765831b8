"""One odd file costs itself alone: it is told, and nothing hangs or fills up."""

from __future__ import annotations

import io
import json
import os
import socket
import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from long_term_memory.core.types import Query, Scope, Window, WindowMessage
from long_term_memory.engine.engine import Engine
from long_term_memory.errors import InvalidInput
from long_term_memory.importers.decoding import MAX_BYTES, MAX_LINE, bounded_lines
from long_term_memory.importers.detection import find_groups, read_file
from long_term_memory.importers.file_content import FileContent, ImportOptions
from long_term_memory.importers.import_job import Import
from long_term_memory.importers.report import FileReport
from long_term_memory.importers.walking import LEADS_OUT, Seen, find_files, printable

from .foreign import HEADER, PNG, chunk, jsonl, message, picture, put, webui_log
from .samples import as_json, conversation, gpt, packed

MEGABYTE = 1 << 20


def bring(engine: Engine, *paths: Path, character: str = "") -> dict[str, FileReport]:
    report = Import(engine, ImportOptions(character=character)).run(
        list(paths), learn=False
    )
    return {Path(file.path).name: file for file in report.files}


def refusal(path: Path) -> str:
    with pytest.raises(InvalidInput) as error:
        read_file(path, ImportOptions())
    return str(error.value)


def said(found: FileContent) -> list[str]:
    return [one.content for one in found.chats[0].window.messages]


# -- on the disk ---------------------------------------------------------------------


def test_a_group_chat_with_only_user_lines_costs_itself_alone(
    engine: Engine, inbox: Path
) -> None:
    """It ended the whole import with a traceback."""
    alone = jsonl(HEADER, message("Anyone?", user=True))
    put(inbox / "group chats/9.jsonl", alone)
    put(inbox / "chat/Miku/a.json", webui_log(("Hi.", "Hello.")))

    told = bring(engine, inbox)
    named = bring(engine, inbox / "group chats/9.jsonl", character="Gil")

    assert "no character speaks" in told["9.jsonl"].words
    assert told["a.json"].words == "Miku: 2 messages"
    assert named["9.jsonl"].words == "Gil: 1 message"


@pytest.mark.skipif(sys.platform == "win32", reason="no such files there")
def test_pipes_devices_and_sockets_are_told_and_never_opened(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "groups"
    put(tmp_path / "group chats/9.jsonl", jsonl(HEADER, message("Hm.", name="Gil")))
    folder.mkdir()
    os.mkfifo(folder / "pipe.json")
    (folder / "zero.json").symlink_to("/dev/zero")
    monkeypatch.chdir(folder)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket.json")

        told = bring(engine, tmp_path)

    assert told["pipe.json"].words == "is no file."
    assert told["socket.json"].words == "is no file."
    assert told["zero.json"].words == LEADS_OUT
    assert told["9.jsonl"].words == "Gil: 1 message"
    assert refusal(Path("/dev/zero")) == "is no file."


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_links_are_followed_in_the_folder_and_no_further(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    put(tmp_path / "out/secret.json", {})
    put(folder / "a/x.json", {})
    (folder / "a/round").symlink_to(folder, target_is_directory=True)
    (folder / "again.json").symlink_to(folder / "a/x.json")
    (folder / "gone.json").symlink_to(folder / "none")
    (folder / "leak.json").symlink_to(tmp_path / "out/secret.json")
    (folder / "leaks").symlink_to(tmp_path / "out", target_is_directory=True)

    found = {one.path.name: one.refusal for one in find_files([folder])}

    assert found == {
        "x.json": "",
        "gone.json": "",
        "leak.json": LEADS_OUT,
        "leaks": LEADS_OUT,
    }


def test_a_file_that_vanishes_is_told(inbox: Path) -> None:
    assert refusal(inbox / "gone.json") == "does not exist."


@pytest.mark.skipif(os.name != "posix", reason="the system knows no owners")
def test_a_file_that_may_not_be_read_is_told(inbox: Path) -> None:
    refusal(inbox / "gone.json")  # loads what nobody may be unable to read
    # The folders of tests are root's alone.
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        path = put(Path(name) / "a.json", {})
        path.chmod(0)
        with as_nobody():
            assert "cannot be read" in refusal(path)


@contextmanager
def as_nobody() -> Iterator[None]:
    """Be somebody who may not read everything, as root may."""
    me = os.geteuid()
    if me == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(me)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems allow no such name")
def test_a_name_that_is_no_text_is_shown_as_one(engine: Engine, inbox: Path) -> None:
    folder = Path(os.fsdecode(os.fsencode(inbox) + b"/chat/Miku"))
    path = Path(os.fsdecode(os.fsencode(folder) + b"/\xff\xfe.json"))
    put(path, webui_log(("Hi.", "Hello.")))

    [told] = bring(engine, inbox).values()

    assert told.words == "Miku: 2 messages"
    assert told.path == printable(path)
    assert told.path.encode().endswith("\ufffd\ufffd.json".encode())


# -- what is in them -----------------------------------------------------------------


@pytest.mark.parametrize("text", ["null", " null ", "17", '"text"', "true", "[]", "{}"])
def test_json_without_a_chat_is_told_as_such(inbox: Path, text: str) -> None:
    assert "is JSON, but no chat" in refusal(put(inbox / "x.json", text))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\0" * 9000, "nothing but zero bytes"),
        ("Grüße".encode("utf-16-le"), "UTF-16 text without its mark"),
        ("你好世界".encode("gbk"), "not UTF-8"),
        ("こんにちは".encode("shift-jis"), "not UTF-8"),
        (b'{"a": ' * 100_000, "nested too deeply"),
        (b'{"a": ' + b"9" * 5000 + b"}", "a number that cannot be read"),
        (b"\x7fELF\0\0\0\0" * 20, "no text"),
        (b"BZh9" + b"x" * 20, "is an archive"),
    ],
)
def test_what_is_no_text_of_ours_says_what_it_is(
    inbox: Path, data: bytes, reason: str
) -> None:
    assert reason in refusal(put(inbox / "x.json", data))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_text_with_its_mark_is_read_in_every_encoding(
    inbox: Path, encoding: str
) -> None:
    text = json.dumps(webui_log(("Grüße.", "Hallo 👋")), ensure_ascii=False)

    found = read_file(
        put(inbox / "chat/Miku/a.json", text.encode(encoding)), ImportOptions()
    )

    assert said(found) == ["Grüße.", "Hallo 👋"]


def test_zero_bytes_of_a_crash_cost_the_lines_that_they_cut(inbox: Path) -> None:
    lines = [json.dumps(message(f"Line {n}.")).encode() for n in range(4)]
    data = (
        json.dumps(HEADER).encode()
        + b"\n"
        + lines[0]
        + b"\n"
        + lines[1][:30]
        + b"\0" * 512
        + lines[2]
        + b"\n"
        + lines[3]
        + b"\n"
        + b"\0" * 4096
    )

    found = read_file(put(inbox / "chats/Seraphina/a.jsonl", data), ImportOptions())

    assert said(found) == ["Line 0.", "Line 2.", "Line 3."]
    assert found.warnings == (
        "line 3 is cut off or damaged",
        "4,608 zero bytes stand where a crash cut its text off",
    )


def test_zero_bytes_behind_a_chat_are_told(inbox: Path) -> None:
    data = as_json(webui_log(("Hi.", "Hello."))) + b"\0" * 100

    found = read_file(put(inbox / "chat/Miku/a.json", data), ImportOptions())

    assert said(found) == ["Hi.", "Hello."]
    assert "100 zero bytes" in found.warnings[0]


def test_many_damaged_lines_are_told_in_few_words(inbox: Path) -> None:
    text = jsonl(HEADER, message("Hi."), *["{"] * 500)

    found = read_file(put(inbox / "chats/Seraphina/a.jsonl", text), ImportOptions())

    assert len(found.warnings) == 6
    assert found.warnings[-1] == "and 495 more of the kind"


def test_a_line_that_nobody_wrote_is_left_out(inbox: Path) -> None:
    text = jsonl(HEADER, message("Hi."), message("x" * MAX_LINE), message("Bye."))

    found = read_file(put(inbox / "chats/Seraphina/a.jsonl", text), ImportOptions())

    assert said(found) == ["Hi.", "Bye."]
    assert found.warnings == ("line 3 is left out: it has 16 MB",)


# -- times ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "at", ["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00"]
)
def test_a_time_far_away_spoils_no_memory(engine: Engine, at: str) -> None:
    """It made search, history, recall and export fail for ever."""
    far = datetime.fromisoformat(at)
    bank = engine.bank(Scope(user="default", character="Miku"))
    shown = WindowMessage("user", "My sister Mira keeps bees.", said_at=far)

    bank.chat("one", host="webui").observe(Window(messages=(shown,), complete=True))

    query = Query(text="Who keeps bees?", gated=False)
    [found] = bank.chat("two", host="webui").recall(query)
    assert found.memory.happened_at is None


def test_a_time_in_the_future_is_unknown(engine: Engine, inbox: Path) -> None:
    soon = datetime.now(UTC) + timedelta(hours=3)
    late = datetime.now(UTC) + timedelta(days=900)
    text = jsonl(
        message("Soon.", send_date=soon.isoformat()),
        message("Late.", send_date=late.isoformat()),
    )

    [told] = bring(engine, put(inbox / "chats/Ann/a.jsonl", text)).values()

    assert told.warnings == ("1 time in the future, taken for unknown",)
    bank = engine.bank(Scope(user="default", character="Seraphina"))
    path = bank.chat("a", host="sillytavern").path()
    assert [place.message.said_at for place in path] == [soon, None]


# -- archives and pictures -----------------------------------------------------------


def zipped(*files: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return target.getvalue()


def test_of_an_archive_all_is_read_that_can_be(engine: Engine, inbox: Path) -> None:
    group = {"members": ["Gil.png", "Ann.png"], "chats": ["9"]}
    data = zipped(
        ("chats/Seraphina/a.jsonl", jsonl(HEADER, message("Hi.")).encode()),
        ("groups/1.json", as_json(group)),
        ("group chats/9.jsonl", jsonl(HEADER, message("Hm.", name="Gil")).encode()),
        ("inner.zip", b"PK\x03\x04"),
        ("broken.json", b"{"),
        ("__MACOSX/._a.jsonl", b"x"),
        ("readme.txt", b"x"),
    )

    [told] = bring(engine, put(inbox / "backup.zip", data)).values()

    assert told.words == "Seraphina, Gil, Ann: 3 messages"
    assert told.warnings == (
        "broken.json ends in the middle (line 1): only half of it was written. Take a "
        "backup of it",
        "inner.zip is an archive in an archive. Unpack it",
    )


def test_a_risu_package_tells_its_character(inbox: Path) -> None:
    chat = {"name": "Chat 1", "message": [{"role": "user", "data": "Hi."}]}
    export = {"type": "risuAllChats", "ver": 2, "data": [chat]}
    manifest = {"type": "risuCharacterPackage", "character": {"name": "Calla"}}
    data = packed(manifest_json=as_json(manifest), chats__chats_json=as_json(export))

    found = read_file(put(inbox / "calla.zip", data), ImportOptions())

    assert found.chats[0].characters == ("Calla",)


def test_a_card_behind_a_photograph_is_found(inbox: Path) -> None:
    card = {"spec": "chara_card_v3", "data": {"name": "Miku", "first_mes": "Hi."}}
    data = b"\xff\xd8\xff\xe0" + b"x" * 50 + packed(card_json=as_json(card))

    found = read_file(put(inbox / "m.jpg", data), ImportOptions())

    assert found.format == "archive: character card"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"PK\x03\x04" + b"x" * 100, "it breaks off"),
        (zipped(("a.txt", b"x")), "nothing is known"),
        (zipped(("a.json", b"x" * 99), method=zipfile.ZIP_LZMA), "unusual way"),
        (zipped(*((f"{n}.txt", b"") for n in range(20_001))), "more than 20,000 files"),
        (zipped(("a.json", b"[1]" * 9))[:60] + b"\0" * 90, "breaks off"),
        (zipped(("a.json", b"[" * 99)).replace(b"PK\1\2", b"PK\1\3"), "damaged"),
    ],
)
def test_a_bad_archive_is_told(inbox: Path, data: bytes, reason: str) -> None:
    assert reason in refusal(put(inbox / "a.zip", data))


def test_a_damaged_file_in_an_archive_costs_itself_alone(inbox: Path) -> None:
    good = as_json([conversation()])
    data = zipped(("a.json", good), ("b.json", good), method=zipfile.ZIP_STORED)
    spoilt = data.replace(b"Nine.", b"Ten!!", 1)

    found = read_file(put(inbox / "a.zip", spoilt), ImportOptions())

    assert len(found.chats) == 2
    assert found.warnings[-1] == "a.json is damaged"


@pytest.mark.parametrize("kind", [b"zTXt", b"iTXt"])
def test_a_text_that_unpacks_without_end_is_damage(inbox: Path, kind: bytes) -> None:
    packing = zlib.compressobj(9)
    parts = [packing.compress(b"A" * MEGABYTE) for _ in range(40)]
    body = b"".join([*parts, packing.flush()])
    head = b"chara\0\0" if kind == b"zTXt" else b"chara\0\1\0\0\0"

    path = put(inbox / "m.png", picture(chunk(kind, head + body)))

    assert "damaged" in refusal(path)


def test_a_cut_picture_is_read_as_far_as_it_goes(inbox: Path) -> None:
    assert "without a character card" in refusal(put(inbox / "m.png", PNG + b"\0" * 9))


# -- trees ---------------------------------------------------------------------------


def test_a_tree_that_leads_in_a_circle_is_read_once_around(inbox: Path) -> None:
    tree = {
        "mapping": {
            "a": gpt("user", "Hi.", parent="b", at=1.7e9),
            "b": gpt("assistant", "Hello.", parent="a", at=1.7e9),
        },
        "current_node": "b",
    }

    found = read_file(put(inbox / "c.json", [tree]), ImportOptions())

    assert said(found) == ["Hi.", "Hello."]


def test_of_too_many_branches_some_are_taken_and_the_rest_is_told(inbox: Path) -> None:
    nodes = {"root": gpt("user", "Hi.", parent=None, at=1.7e9)}
    nodes |= {
        f"u{n}": gpt("user", f"Way {n}.", parent="root", at=1.7e9) for n in range(60)
    }
    tree = {"mapping": nodes, "current_node": "u0"}

    found = read_file(put(inbox / "c.json", [tree]), ImportOptions())

    assert len(found.chats) == 51
    assert found.warnings == ("9 branches are not taken: there are too many",)


# -- bounds --------------------------------------------------------------------------

CHILD = """
import sys
from pathlib import Path
from long_term_memory.errors import InvalidInput
from long_term_memory.importers.detection import is_own, read_file, read_own
from long_term_memory.importers.file_content import ImportOptions

def high():
    [line] = [one for one in open("/proc/self/status") if one.startswith("VmHWM")]
    return int(line.split()[1]) // 1024

for name in sys.argv[1:]:
    before = high()
    try:
        read = read_own if is_own(Path(name)) else read_file
        options = [ImportOptions(character="Miku")] if read is read_file else []
        read(Path(name), *options)
    except InvalidInput:
        pass
    print(Path(name).name, high() - before)
"""


def sparse(path: Path, head: bytes, size: int) -> Path:
    with path.open("wb") as file:
        file.write(head)
        file.truncate(size)
    return path


def unfolding(path: Path) -> Path:
    """A small archive whose manifest and chat are larger than any file may be."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("manifest.json", "conversations.json"):
            with archive.open(name, "w", force_zip64=True) as file:
                for _ in range(20):
                    file.write(b" " * (4 * MEGABYTE))
    return path


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads Linux's own count")
def test_no_file_takes_more_memory_than_is_promised(inbox: Path) -> None:
    """A line of 3 GB took 6 GB, a manifest of 1 GB in a small archive 2.5 GB."""
    head = (
        b'{"format": "long-term-memory", "version": 1, "user": "", "character": ""}\n'
    )
    files = [
        sparse(inbox / "line.jsonl", b'{"mes": "', 3 << 30),
        sparse(inbox / "own.jsonl", head, 3 << 30),
        unfolding(inbox / "bomb.zip"),
        put(inbox / "lists.json", b"[" + b"[]," * (3 * MEGABYTE) + b"[]]"),
        put(inbox / "one.jsonl", jsonl(message("x" * (30 * MEGABYTE)))),
    ]
    root = Path(__file__).parents[2] / "extensions"

    done = subprocess.run(
        [sys.executable, "-c", CHILD, *map(str, files)],
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )

    grown = {name: int(much) for name, much in map(str.split, done.stdout.splitlines())}
    assert len(grown) == len(files)
    assert max(grown.values()) < 300, grown


def test_a_line_longer_than_a_file_may_be_ends_the_reading() -> None:
    class Endless(io.RawIOBase):
        def readable(self) -> bool:
            return True

        def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
            buffer[:] = b"x" * len(buffer)
            return len(buffer)

    with pytest.raises(InvalidInput, match="more than 64 MB in line 1"):
        list(bounded_lines(io.BufferedReader(Endless())))


def test_a_file_too_large_is_not_read(inbox: Path) -> None:
    path = sparse(inbox / "a.json", b"{", MAX_BYTES + 1)

    assert "at most 64 MB are read" in refusal(path)


def test_groups_that_cannot_be_read_are_passed_over(inbox: Path) -> None:
    chat = put(inbox / "group chats/9.jsonl", jsonl(HEADER, message("Hm.")))
    put(inbox / "groups/1.json", "{")
    put(inbox / "groups/2.json", {"members": ["Ann.png"], "chats": ["9"]})

    [group] = find_groups([Seen(chat)])

    assert group.members == ("Ann",)
