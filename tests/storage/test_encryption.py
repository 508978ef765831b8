"""What encryption keeps from those who have the files, and what it refuses."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import pytest

from long_term_memory.core.maintenance import Level
from long_term_memory.core.records import Erasure, StoredEmotion, StoredPathEntry
from long_term_memory.core.types import MemoryKind, Scope
from long_term_memory.errors import Conflict, EncryptionError, StoreCorrupt, StoreError
from long_term_memory.storage.encryption.user_key import no_key
from long_term_memory.storage.protocols import BankStore
from long_term_memory.storage.sqlite.archive import read_archive
from long_term_memory.storage.sqlite.backups import automatic, put_back
from long_term_memory.storage.sqlite.bank import open_bank
from long_term_memory.storage.sqlite.bank_key import is_encrypted
from long_term_memory.storage.sqlite.check import examine
from long_term_memory.storage.sqlite.layout import make_bank_folder
from long_term_memory.storage.sqlite.reencryption import (
    change_key,
    check_fields,
    decrypt,
    encrypt,
)
from long_term_memory.storage.sqlite.repair import mend
from long_term_memory.storage.sqlite.replacement import DATABASE_FILE

from .builders import (
    KEY,
    LATER,
    MODEL,
    NOW,
    a_chat,
    a_message,
    a_note,
    a_summary,
    embed,
    say,
)
from .calls import CALLS

SECRETS = (
    "Xanadu",
    "Quillfeather",
    "Zephyrine",
    "Brindlewick",
    "Mordax",
    "Thistlewood",
    "Vexillary",
    "Ombrage",
)
OTHER_KEY = bytes(32)


def key() -> bytes:
    return KEY


def other_key() -> bytes:
    return OTHER_KEY


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_bank_folder(tmp_path, Scope(user="anna", character="miku"))


def fill(bank: BankStore) -> None:
    """Put a secret word into everything that a user can write."""
    table = bank.vectors.table(MODEL)
    chat = bank.chats.add(
        "chat", names=[("host", "Quillfeather")], title="Zephyrine", forked_from=None,
        now=NOW,
    )  # fmt: skip
    first = a_message("first", "We met in Xanadu.")
    second = a_message("second", "It was cold there.")
    tail = [(one, StoredPathEntry(0)) for one in (first, second)]
    bank.chats.write_path(chat.row, keep=0, tail=tail, now=NOW)
    bank.messages.put(
        [a_message("named", "Yes.", name="Brindlewick", present=("Mordax",))]
    )
    bank.annotations.put(a_note(content="Thistlewood"))
    bank.annotations.put(a_note(content="Thistlewood now"))
    bank.summaries.put(a_summary(text="Vexillary"))
    bank.emotions.put([StoredEmotion(row, 2, bytes([row]) * 33) for row in (1, 2)])
    bank.metadata.put("batch/1", "Ombrage")
    embed(table, 1, [1, 2])


def everything(bank: BankStore) -> list[object]:
    """All that a user can see."""
    table = bank.vectors.table(MODEL)
    chats = bank.chats.all()
    return [
        [(one.id, one.names, one.title) for one in chats],
        [bank.chats.path(one.row) for one in chats],
        bank.messages.get(range(1, bank.messages.last_row() + 1)),
        list(bank.messages.index_entries()),
        bank.annotations.all(),
        bank.annotations.history(MemoryKind.NOTE, "note"),
        bank.summaries.all(),
        bank.emotions.all(),
        bank.metadata.get("batch/1"),
        bank.full_text.search("xana", limit=5),
        [one.tolist() for one in table.links()],
    ]


def found_in(folder: Path) -> dict[str, set[str]]:
    """Name the secrets that stand in clear in any file, folder by folder."""
    found: dict[str, set[str]] = {}
    for path in folder.rglob("*"):
        if path.is_file():
            raw = path.read_bytes().lower()
            words = {one for one in SECRETS if one.lower().encode() in raw}
            if words:
                found[path.name] = words
    return found


def test_no_file_of_an_encrypted_bank_holds_a_word_in_clear(folder: Path) -> None:
    with closing(open_bank(folder, keys=key)) as bank:
        fill(bank)
        assert found_in(folder) == {}
        bank.vectors.table(MODEL).flush()
        bank.back_up("test")

    assert found_in(folder) == {}
    with closing(open_bank(folder, keys=key)) as bank:
        assert bank.full_text.search("xanadu", limit=5) == [1]


def test_an_encrypted_field_has_the_parts_that_the_docs_tell(folder: Path) -> None:
    """A version byte, a nonce, as many bytes as the text has, and a tag."""
    with closing(open_bank(folder, keys=key)) as bank:
        fill(bank)
    with closing(sqlite3.connect(folder / DATABASE_FILE)) as database:
        found = [row[0] for row in database.execute("SELECT content FROM messages")]

    texts = ["We met in Xanadu.", "It was cold there.", "Yes."]
    assert [one[0] for one in found] == [0xFF] * 3
    assert [len(one) for one in found] == [1 + 12 + len(one) + 16 for one in texts]
    assert len({one[1:13] for one in found}) == 3


def hashes_in(folder: Path) -> dict[str, set[bytes]]:
    """Return what stands for a text in a bank, by which it is found again."""
    columns = {
        "messages": "digest",
        "visits": "digest",
        "vectors": "key",
        "summaries": "inputs",
    }
    with closing(sqlite3.connect(folder / DATABASE_FILE)) as database:
        return {
            table: {row[0] for row in database.execute(f"SELECT {column} FROM {table}")}
            for table, column in columns.items()
        }


def test_no_hash_of_a_text_can_be_made_without_the_key(tmp_path: Path) -> None:
    """Else guesses could be tried: the same text would have the same hash."""
    found = []
    for number, keys in enumerate((no_key, key, key)):
        scope = Scope(user="anna", character=f"miku {number}")
        folder = make_bank_folder(tmp_path, scope)
        with closing(open_bank(folder, keys=keys)) as bank:
            fill(bank)
        found.append(hashes_in(folder))

    clear, one, other = found
    for table, marks in clear.items():
        assert marks
        assert not marks & one[table], table
        assert not one[table] & other[table], table


def test_a_bank_is_encrypted_afterwards_and_nothing_in_clear_is_left(
    folder: Path,
) -> None:
    """Backups, readable logs, free pages and the journal would tell it otherwise."""
    with closing(open_bank(folder)) as bank:
        fill(bank)
        before = everything(bank)
        bank.back_up("test")
    (folder / "logs").mkdir()
    (folder / "logs" / "one.jsonl").write_text("Xanadu")
    assert found_in(folder)[DATABASE_FILE] == set(SECRETS)

    encrypt(folder, key)

    assert found_in(folder) == {}
    assert automatic(folder) == []
    with closing(open_bank(folder, keys=key)) as bank:
        assert everything(bank) == before
        assert bank.metadata.get("forgetting") is None
    with pytest.raises(Conflict):
        encrypt(folder, key)


def test_vectors_can_be_left_out(folder: Path) -> None:
    with closing(open_bank(folder)) as bank:
        fill(bank)
        bank.vectors.table(MODEL).flush()

    encrypt(folder, key, vectors=False)

    assert not list((folder / "embeddings.zarr").glob("*/c/**/*"))
    with closing(open_bank(folder, keys=key)) as bank:
        table = bank.vectors.table(MODEL)
        assert len(table.links()) == 0
        assert len(table.vectors()) == 0
    assert all(one.level is not Level.FAULT for one in examine(folder, LATER))


def test_a_bank_in_clear_again_is_what_it_was(folder: Path) -> None:
    with closing(open_bank(folder, keys=key)) as bank:
        fill(bank)
        before = everything(bank)

    decrypt(folder, key)

    assert not is_encrypted(folder)
    with closing(open_bank(folder)) as bank:
        assert everything(bank) == before
    assert all(one.level is not Level.FAULT for one in examine(folder, LATER))
    with pytest.raises(Conflict):
        decrypt(folder, key)


@pytest.mark.parametrize(
    ("keys", "words"),
    [(no_key, "LTM_ENCRYPTION_KEY"), (other_key, "does not open this memory")],
)
def test_without_its_key_a_bank_stays_shut_and_untouched(
    folder: Path, keys: Callable[[], bytes | None], words: str
) -> None:
    with closing(open_bank(folder, keys=key)) as bank:
        fill(bank)
    before = (folder / DATABASE_FILE).read_bytes()

    with pytest.raises(EncryptionError, match=words):
        open_bank(folder, keys=keys)
    with pytest.raises(EncryptionError, match=words):
        mend(folder, keys=keys)
    with pytest.raises(EncryptionError, match=words):
        decrypt(folder, keys)
    with pytest.raises(EncryptionError, match=words):
        check_fields(folder, keys)

    assert (folder / DATABASE_FILE).read_bytes() == before


def test_a_bank_in_clear_stays_in_clear_though_there_is_a_key(folder: Path) -> None:
    with closing(open_bank(folder)) as bank:
        fill(bank)
        before = everything(bank)

    with closing(open_bank(folder, keys=key)) as bank:
        assert everything(bank) == before
    assert not is_encrypted(folder)


@pytest.mark.parametrize(
    ("statement", "read"),
    [
        ("UPDATE messages SET content = ? WHERE row = 1", "messages.get"),
        ("UPDATE hand SET content = ?", "annotations.all"),
        ("UPDATE summaries SET text = ?", "summaries.all"),
        ("UPDATE chats SET title = ?", "chats.all"),
        ("UPDATE lexicon SET terms = ?", "messages.index_entries"),
        ("UPDATE emotions SET emotion = ?", "emotions.all"),
    ],
)
@pytest.mark.parametrize("change", ["flipped", "cut", "moved", "in clear"])
def test_what_another_program_changed_is_refused(
    folder: Path, statement: str, read: str, change: str
) -> None:
    with closing(open_bank(folder, keys=key)) as bank:
        fill(bank)
    table, column = statement.split()[1], statement.split()[3]
    with closing(sqlite3.connect(folder / DATABASE_FILE)) as raw, raw:
        [value] = raw.execute(f"SELECT {column} FROM {table}").fetchone()
        [elsewhere] = raw.execute(
            "SELECT present FROM messages WHERE row = 3"
        ).fetchone()
        flipped = value[:-1] + bytes([value[-1] ^ 1])
        changes = {
            "flipped": flipped,
            "cut": value[:5],
            "moved": elsewhere,
            "in clear": "Hello." if read != "messages.index_entries" else b"1234",
        }
        raw.execute(statement, (changes[change],))

    with closing(open_bank(folder, keys=key)) as bank, pytest.raises(StoreCorrupt):
        CALLS[read](bank)
    with pytest.raises(StoreCorrupt):
        check_fields(folder, key)


def test_messages_that_changed_places_are_refused(folder: Path) -> None:
    with closing(open_bank(folder, keys=key)) as bank:
        say(bank, a_chat(bank).row, "Yes.", "No.")
    with closing(sqlite3.connect(folder / DATABASE_FILE)) as raw, raw:
        [(one,), (other,)] = raw.execute("SELECT content FROM messages ORDER BY row")
        raw.execute("UPDATE messages SET content = ? WHERE row = 1", (other,))
        raw.execute("UPDATE messages SET content = ? WHERE row = 2", (one,))

    with closing(open_bank(folder, keys=key)) as bank, pytest.raises(StoreCorrupt):
        bank.messages.get([1, 2])


def test_another_key_opens_a_bank_and_the_former_does_no_longer(folder: Path) -> None:
    with closing(open_bank(folder, keys=key)) as bank:
        fill(bank)
        before = everything(bank)

        assert change_key(folder, key, OTHER_KEY)

    assert not change_key(folder, key, OTHER_KEY), "interrupted and begun again"
    with pytest.raises(EncryptionError):
        open_bank(folder, keys=key)
    with closing(open_bank(folder, keys=other_key)) as bank:
        assert everything(bank) == before


def test_a_bank_in_clear_has_no_key_to_change(folder: Path) -> None:
    open_bank(folder).close()

    with pytest.raises(Conflict):
        change_key(folder, key, OTHER_KEY)


def test_what_is_open_elsewhere_is_not_encrypted(folder: Path) -> None:
    """It would go on writing in clear."""
    with closing(open_bank(folder)) as bank:
        fill(bank)
        with pytest.raises(StoreError, match=str(os.getpid())):
            encrypt(folder, key)

    assert not is_encrypted(folder)


def test_without_a_key_nothing_is_encrypted(folder: Path) -> None:
    with closing(open_bank(folder)) as bank:
        fill(bank)

    with pytest.raises(EncryptionError):
        encrypt(folder, no_key)

    assert not is_encrypted(folder)


def test_a_backup_of_an_encrypted_bank_is_encrypted_and_can_be_put_back(
    folder: Path, tmp_path: Path
) -> None:
    with closing(open_bank(folder, keys=key)) as bank:
        fill(bank)
        before = everything(bank)
        kept = Path(bank.back_up("test"))
    archive = read_archive(kept)

    put_back(archive, archive.banks[0], tmp_path / "new")

    there = make_bank_folder(tmp_path / "new", archive.banks[0].scope)
    assert found_in(tmp_path) == {}
    with pytest.raises(EncryptionError):
        open_bank(there)
    with closing(open_bank(there, keys=key)) as bank:
        assert everything(bank) == before


def test_forgotten_words_are_found_no_longer(folder: Path) -> None:
    with (
        closing(open_bank(folder, keys=key)) as ours,
        closing(open_bank(folder, keys=key)) as theirs,
    ):
        fill(ours)
        assert theirs.full_text.search("xanadu", limit=5) == [1]

        ours.erasure.erase(
            lambda: Erasure(messages=(1,), metas={"forgetting-round": "1"})
        )

        assert ours.full_text.search("xanadu", limit=5) == []
        assert theirs.full_text.search("xanadu", limit=5) == []
        assert ours.messages.get([1])[1].content == ""


def test_words_of_messages_that_were_never_kept_are_found_no_longer(
    folder: Path,
) -> None:
    """The search sees what is being written, which may be taken back."""
    with closing(open_bank(folder, keys=key)) as bank:
        fill(bank)
        with suppress(KeyError), bank.exclusive():
            bank.messages.put([a_message("never", "Gossamer")])
            assert bank.full_text.search("gossamer", limit=5) == [4]
            raise KeyError
        bank.messages.put([a_message("instead", "Tapestry")])

        assert bank.full_text.search("gossamer", limit=5) == []
        assert bank.full_text.search("tapestry", limit=5) == [4]


def test_an_encrypted_bank_is_whole_and_can_be_mended(folder: Path) -> None:
    with closing(open_bank(folder, keys=key)) as bank:
        fill(bank)
    assert all(one.level is not Level.FAULT for one in examine(folder, LATER))
    with closing(sqlite3.connect(folder / DATABASE_FILE)) as raw, raw:
        raw.execute("DELETE FROM lexicon")

    assert "words of 3 messages" in mend(folder, keys=key)[0]

    with closing(open_bank(folder, keys=key)) as bank:
        assert all(entry.lexicon.terms for entry in bank.messages.index_entries())


_KILLED = """
import os, signal, sys
from pathlib import Path
from long_term_memory.storage.sqlite import reencryption

step = sys.argv[2]
def killed(*words):
    os.kill(os.getpid(), signal.SIGKILL)
if step == "before the end":
    reencryption._note_due = killed
else:
    reencryption._leave_no_traces = killed
reencryption.encrypt(Path(sys.argv[1]), lambda: bytes(range(32)))
"""


@pytest.mark.skipif(os.name != "posix", reason="other systems kill otherwise")
@pytest.mark.parametrize(
    ("step", "encrypted"), [("before the end", False), ("after it", True)]
)
def test_encrypting_that_is_killed_leaves_a_whole_bank_and_goes_on(
    folder: Path, step: str, *, encrypted: bool
) -> None:
    with closing(open_bank(folder)) as bank:
        fill(bank)
        before = everything(bank)
    extensions = Path(__file__).parents[2] / "extensions"

    ended = subprocess.run(
        [sys.executable, "-c", _KILLED, str(folder), step],
        env={**os.environ, "PYTHONPATH": str(extensions)},
        check=False,
    )

    assert ended.returncode == -signal.SIGKILL
    assert is_encrypted(folder) is encrypted
    if not encrypted:
        with closing(open_bank(folder)) as bank:
            assert everything(bank) == before
        encrypt(folder, key)
    with closing(open_bank(folder, keys=key)) as bank:
        assert everything(bank) == before
        # The mark that an engine finds when it opens the bank.
        assert (bank.metadata.get("forgetting") is not None) is encrypted
        bank.erasure.remove_traces()
    assert found_in(folder) == {}


def test_an_envelope_that_makes_no_sense_is_told(folder: Path) -> None:
    open_bank(folder, keys=key).close()
    for envelope, error in (
        ("nonsense", StoreCorrupt),
        ('{"format": 99}', EncryptionError),
    ):
        with closing(sqlite3.connect(folder / DATABASE_FILE)) as raw, raw:
            raw.execute(
                "UPDATE meta SET value = ? WHERE key = 'encryption'", (envelope,)
            )
        with pytest.raises(error):
            open_bank(folder, keys=key)
