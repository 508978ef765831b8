"""What keeps memories: a bank a scope, and what else can be done with them.

Owns: the protocol of a back end, and those of what it may be able to do.
Knows nothing of: files, SQLite, which back end there is (`build` chooses).

A capability that a back end lacks is None; whoever asks for it says what is to be used
instead. Where a scope may be None, what clients keep is meant.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol

from ..core.maintenance import Archive, Beside, Finding, LeftOut
from ..core.records import ModelInfo
from ..core.timeline.turns import Turn
from ..core.types import Scope
from .protocols import BankStore, CollectionStore

Skipped = Callable[[Scope | Beside, str, bool], None]
"""Told of what could not be saved: whose, why, and whether nothing of it is saved."""


class ChatLog(Protocol):
    """The readable logs of one bank; the bank's lock guards them."""

    def follow(self, chat: str, title: str, turns: Sequence[Turn]) -> object:
        """Append what a chat's log lacks.

        Args:
            chat: Our id of the chat.
            title: What people call it.
            turns: All its settled turns.

        Raises:
            StoreError: It cannot be written.
        """

    def renew(self, chats: Iterable[tuple[str, str, Sequence[Turn]]]) -> None:
        """Write all logs anew that there are, from what stands on the paths now.

        Raises:
            StoreError: A log cannot be removed or written.
        """


class Backups(Protocol):
    """Copies of banks, made while they are in use, and put back."""

    def before_change(self, scope: Scope, change: str) -> Path | None:
        """Back a bank up before something changes it, whatever the settings say.

        Returns:
            The backup, None if there was nothing to back up.

        Raises:
            StoreError: It cannot be made, so the change had better not happen.
        """

    def make(
        self,
        scopes: Sequence[Scope],
        folder: Path,
        *,
        reason: str,
        at: datetime,
        beside: Collection[Beside],
        skipped: Skipped,
    ) -> Archive:
        """Back banks up into one file, checked; one that is damaged stops no other.

        Args:
            scopes: Whose.
            folder: Where the file goes.
            reason: Why, as a word: "by-hand".
            at: When.
            beside: What goes along of what is kept beside the banks.
            skipped: Told of what is not in it.

        Raises:
            StoreError: It cannot be written, or no bank can be read.
        """

    def read(self, path: Path) -> Archive:
        """Return what a backup holds.

        Raises:
            NotFound: There is none.
            StoreCorrupt: It is damaged, or no backup of ours.
            SchemaVersion: A newer version wrote it.
        """

    def check(self, archive: Archive) -> None:
        """Read all of a backup.

        Raises:
            StoreCorrupt: It is damaged.
        """

    def automatic(self, scope: Scope) -> Path:
        """Return the folder of a bank's backups before changes; it need not exist."""

    def check_fits(
        self, archive: Archive, scope: Scope | Beside, *, in_clear: bool
    ) -> None:
        """Raise what `restore` would, and change nothing."""

    def restore(
        self, archive: Archive, scope: Scope | Beside, *, in_clear: bool
    ) -> Path | None:
        """Put a bank from a backup in its place; what stands there is set aside.

        Args:
            archive: Where it comes from; it holds the bank.
            scope: Whose.
            in_clear: Whether one in clear may take the place of an encrypted one.

        Returns:
            Where what stood there lies now, None if there was nothing.

        Raises:
            Conflict: It is in clear, and what stands there is encrypted.
            StoreError: Somebody has it open.
            StoreCorrupt: The backup is damaged; all is as it was.
            SchemaVersion: A newer version wrote it; all is as it was.
        """


class Checks(Protocol):
    """Looking whether banks are whole, and mending what is derived in them."""

    def describe(self) -> list[tuple[str, str]]:
        """Return what the back end runs on, with its version."""

    def exposed(self) -> str:
        """Say that others can look into the memories; else nothing."""

    def unnamed(self, scopes: Iterable[Scope]) -> list[LeftOut]:
        """Return what looks like memories and is none of these."""

    def unreadable(self, scope: Scope, known: Iterable[Scope]) -> LeftOut | None:
        """Return what may be a bank that is none of these; None if nothing is."""

    def examine(self, scope: Scope, now: datetime) -> list[Finding]:
        """Say of a bank whether it is whole; nothing is changed."""

    def models(self, scope: Scope) -> list[ModelInfo]:
        """Return the models that a bank has vectors of, the oldest first.

        Raises:
            StoreError: It cannot be read.
        """

    def repair(self, scope: Scope) -> list[str]:
        """Mend what is derived in a bank; return what was done, for people.

        Raises:
            StoreError: It cannot be mended.
        """

    def open_in(self, scope: Scope) -> list[int]:
        """Return the numbers of the processes that have a bank open."""

    def put_aside(self, scope: Scope, beside: Scope) -> Path:
        """Put all of a closed bank where a forgetting in another one finds it.

        Returns:
            Where it lies now.

        Raises:
            OSError: It cannot be put there.
        """


class Encryption(Protocol):
    """Memories as ciphers: all of a bank, or nothing of it."""

    @property
    def has_key(self) -> bool:
        """Whether a key is set, whether or not it can be read."""

    def key_is_there(self) -> bool:
        """Whether the key can be read.

        Raises:
            EncryptionError: It makes no sense.
        """

    def is_encrypted(self, scope: Scope | None) -> bool:
        """Whether a bank is encrypted; no key is needed.

        Raises:
            StoreError: It cannot be read.
        """

    def check_fields(self, scope: Scope) -> int:
        """Open every field of an encrypted bank; return how many rows there are.

        Raises:
            EncryptionError: The key is not there, or another one.
            StoreCorrupt: A field was changed.
        """

    def encrypt(self, scope: Scope | None, *, vectors: bool) -> None:
        """Encrypt a bank, and leave nothing in clear.

        Args:
            scope: Whose.
            vectors: Whether vectors stay, which tell a little of the texts.
        """

    def decrypt(self, scope: Scope | None) -> None:
        """Put a bank in clear again."""

    def change_key(self, scope: Scope | None, new: bytes) -> None:
        """Let another key open a bank; the present one no longer does."""


class StorageBackend(Protocol):
    """Where the memories of all characters are kept; safe to use from any thread."""

    @property
    def collections(self) -> CollectionStore:
        """What clients keep apart from the memories; opens nothing yet."""

    @property
    def backups(self) -> Backups | None:
        """How copies are made, if they can be."""

    @property
    def checks(self) -> Checks | None:
        """How damage is found, if there can be any."""

    @property
    def encryption(self) -> Encryption | None:
        """How memories are encrypted, if they can be."""

    def scopes(self) -> list[Scope]:
        """Name the banks there are.

        Raises:
            StoreError: That cannot be read.
        """

    def holds(self, scope: Scope) -> bool:
        """Whether there is such a bank."""

    def open(self, scope: Scope) -> BankStore:
        """Open a bank, or make it.

        Raises:
            StoreError: It cannot be opened; the message says what to do.
        """

    def keeps_all(self, scope: Scope) -> bool:
        """Whether a bank that is closed is known to keep whatever is said there.

        Only one is known that was closed here and that nobody touched since: nothing
        was ever set, forgotten or encrypted in it. It is not opened for that.
        """

    def chat_log(self, scope: Scope) -> ChatLog | None:
        """Return a bank's readable logs; None if it is to have none."""

    def changed_at(self, scope: Scope) -> float:
        """Return when a bank was changed last, in seconds; 0 if nobody can tell."""

    def at_rest(self, scope: Scope) -> Hashable:
        """Return what tells a closed bank from the same one changed, at two looks.

        None of one that is open somewhere, or not there, or if nobody can tell.

        Raises:
            StoreError: There can be no such bank.
        """

    @property
    def is_crowded(self) -> bool:
        """Whether there is hardly room for another open bank."""

    def make_room(self, wanted: int) -> None:
        """Close files that were used least, so that so many banks may be opened.

        Whoever works on one of these does so undisturbed; see `BankStore.rest`.
        """

    def affordable(self, most: int) -> int:
        """Return how many banks may be open at once, at most so many."""

    def unkept(self) -> str:
        """Say why memories are not kept at present, in words for people."""

    def let_go(self, scope: Scope) -> None:
        """Close what is open of a bank, for its place is about to be taken."""

    def close(self) -> None:
        """Close what is open of all banks."""
