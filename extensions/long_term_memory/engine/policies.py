"""What a person sets for a character and its chats: what is remembered and recalled.

Owns: `bank.policies` and `bank.storylines`: checks, that nobody's change is lost, and
that each is a step which `edit_history` undoes.
Knows nothing of: how it is kept, hosts.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from ..core.policy import Policy, PolicyInForce, Storyline, story_name
from ..core.policy_records import StoryRecord
from ..core.records import StoredChat
from ..core.text.names import is_same_name
from ..errors import Conflict, InvalidInput, NotFound
from .records import ChatName
from .state.bank_state import BankState
from .state.policies import PolicyDirectory, Viewer


class PolicyAccess:
    """What policies and storylines share: reading, and changing under the lock."""

    def __init__(self, state: BankState) -> None:
        """Work on a bank."""
        self._state = state
        self.chats = state.chats

    @contextmanager
    def reading(self) -> Iterator[PolicyDirectory]:
        """Hold the lock, and know what others set."""
        with self._state.lock:
            self._state.refresh()
            yield self._state.policies

    @contextmanager
    def changing(self, what: str) -> Iterator[PolicyDirectory]:
        """Let nobody else write meanwhile; if it fails, nothing is changed.

        Args:
            what: A word for the step that it is; see `edit_history`.
        """
        with self._state.step(what):
            yield self._state.policies

    def row_of(self, chat_id: str) -> int:
        """Return the row of a chat by our id; raises NotFound."""
        row = next(
            (
                chat.row
                for chat in self.chats
                # Nothing is left of one without names and title.
                if chat.id == chat_id and (chat.names or chat.title)
            ),
            None,
        )
        if row is None:
            raise NotFound(f"There is no chat with the id {chat_id!r}.")
        return row


class Policies:
    """What is set for one character and its chats. Safe to use from any thread.

    Every change is durable when the method returns.
    """

    def __init__(self, state: BankState) -> None:
        """Set what one bank keeps."""
        self._access = PolicyAccess(state)

    def character(self) -> Policy:
        """Return what is set for the character."""
        with self._access.reading() as directory:
            return directory.bank.character

    def set_character(self, policy: Policy, *, seen: Policy | None = None) -> Policy:
        """Replace what is set for the character.

        Args:
            policy: What holds from now on.
            seen: What whoever changes it saw there; None writes over whatever is set.

        Raises:
            Conflict: Something else is set by now; nothing was changed.
        """
        with self._access.changing("rules") as directory:
            _check_seen(directory.bank.character, seen)
            directory.keep_bank(replace(directory.bank, character=policy))
        return policy

    def chat(self, chat_id: str) -> Policy:
        """Return what is set for a chat by our id.

        Raises:
            NotFound: There is no such chat.
        """
        with self._access.reading() as directory:
            return directory.entry(self._access.row_of(chat_id), None).policy

    def set_chat(
        self, chat_id: str, policy: Policy, *, seen: Policy | None = None
    ) -> Policy:
        """Replace what is set for a chat by our id; see `set_character`.

        Raises:
            NotFound: There is no such chat.
            Conflict: Something else is set by now; nothing was changed.
        """
        with self._access.changing("rules") as directory:
            row = self._access.row_of(chat_id)
            _check_seen(directory.entry(row, None).policy, seen)
            self._set(directory, row, None, policy)
        return policy

    def in_force(self, chat_id: str | None = None) -> PolicyInForce:
        """Return what holds in a chat by our id; None is one that is not begun yet.

        Raises:
            NotFound: There is no such chat.
        """
        with self._access.reading() as directory:
            row = None if chat_id is None else self._access.row_of(chat_id)
            return directory.in_force(Viewer(row))

    # -- by the host's name --------------------------------------------------------

    def named(self, name: ChatName) -> Policy:
        """Return what is set for a chat by its host's name."""
        with self._access.reading() as directory:
            return directory.entry(self._access.chats.row_of(name), name).policy

    def set_named(self, name: ChatName, policy: Policy) -> Policy:
        """Replace what is set for a chat that may not have begun yet.

        Raises:
            InvalidInput: The chat has no name, so nothing can be kept of it.
        """
        if not name.name:
            raise InvalidInput("A chat without a name has no policy.", field="chat")
        with self._access.changing("rules") as directory:
            self._set(directory, self._access.chats.row_of(name), name, policy)
        return policy

    def in_force_named(self, name: ChatName) -> PolicyInForce:
        """Return what holds in a chat by its host's name."""
        with self._access.reading() as directory:
            return directory.in_force(Viewer(self._access.chats.row_of(name), name))

    def _set(
        self,
        directory: PolicyDirectory,
        row: int | None,
        name: ChatName | None,
        policy: Policy,
    ) -> None:
        directory.give_key()
        entry = directory.entry(row, name)
        directory.keep(row, name, replace(entry, policy=policy))


def _check_seen(now: Policy, seen: Policy | None) -> None:
    """Refuse to write over what whoever changes it has not seen."""
    if seen is not None and now != seen:
        raise Conflict(
            "Somebody else changed what is remembered meanwhile. Look at it again."
        )


class Storylines:
    """The storylines of one character. Safe to use from any thread.

    Every change is durable when the method returns.
    """

    def __init__(self, state: BankState) -> None:
        """Set what one bank keeps."""
        self._access = PolicyAccess(state)

    def all(self) -> list[Storyline]:
        """Return all, in the order in which they were begun; there is always one."""
        with self._access.reading() as directory:
            return self._all(directory)

    def get(self, name_or_id: str) -> Storyline:
        """Return a storyline by its id, else by its name, however it is written.

        Raises:
            NotFound: There is none.
        """
        with self._access.reading() as directory:
            return self._meant(directory, name_or_id)

    def of(self, chat_id: str) -> Storyline:
        """Return the storyline of a chat by our id.

        Raises:
            NotFound: There is no such chat.
        """
        with self._access.reading() as directory:
            story = directory.story_of(Viewer(self._access.row_of(chat_id)))
            return self._by_id(directory, story)

    def begin(self, name: str = "") -> Storyline:
        """Begin a storyline; chats that are new from now on join it.

        Raises:
            Conflict: Another one has that name.
            InvalidInput: The name is too long.
        """
        with self._access.changing("begin") as directory:
            name = _checked(directory, name or _unused_name(directory))
            return self._by_id(directory, directory.begin(name).id)

    def rename(self, story_id: str, name: str) -> Storyline:
        """Give a storyline another name.

        Raises:
            NotFound: There is none.
            Conflict: Another one has that name.
            InvalidInput: The name is empty or too long.
        """
        with self._access.changing("rename") as directory:
            found = self._by_id(directory, story_id)
            name = _checked(directory, name, but=found.id)
            stories = tuple(
                replace(one, name=name) if one.id == found.id else one
                for one in directory.bank.stories
            )
            directory.keep_bank(replace(directory.bank, stories=stories))
            return self._by_id(directory, story_id)

    def move(self, chat_id: str, story_id: str) -> Storyline:
        """Put a chat into a storyline, with its branches; it leaves the one it was in.

        Raises:
            NotFound: There is no such chat, or no such storyline.
        """
        with self._access.changing("move") as directory:
            found = self._by_id(directory, story_id)
            directory.move(self._access.row_of(chat_id), None, found.id)
            return self._by_id(directory, story_id)

    def drop(self, story_id: str) -> None:
        """Take away a storyline without chats.

        Raises:
            NotFound: There is none.
            Conflict: It holds chats, or it is the first.
        """
        with self._access.changing("drop") as directory:
            found = self._by_id(directory, story_id)
            if not found.id or found.chats:
                raise Conflict(
                    f"The storyline {found.name!r} holds chats: move them first."
                    if found.chats
                    else "The first storyline is always there."
                )
            stories = tuple(one for one in directory.bank.stories if one.id != found.id)
            directory.keep_bank(replace(directory.bank, stories=stories))

    # -- inside ------------------------------------------------------------------

    def _all(self, directory: PolicyDirectory) -> list[Storyline]:
        chats: dict[str, list[StoredChat]] = {}
        for chat in sorted(
            self._access.chats, key=lambda chat: chat.seen_at, reverse=True
        ):
            if chat.names or chat.title:  # Nothing is left of others.
                story = directory.story_of(Viewer(chat.row))
                chats.setdefault(story, []).append(chat)
        return [
            _as_told(
                one,
                [chat.id for chat in chats.get(one.id, ())],
                newest=one is directory.bank.newest,
            )
            for one in directory.bank.stories
        ]

    def _by_id(self, directory: PolicyDirectory, story_id: str) -> Storyline:
        for one in self._all(directory):
            if one.id == story_id:
                return one
        raise NotFound(f"There is no storyline with the id {story_id!r}.")

    def _meant(self, directory: PolicyDirectory, name_or_id: str) -> Storyline:
        told = self._all(directory)
        for one in told:
            if one.id == name_or_id:
                return one
        for one in told:
            if is_same_name(one.name, name_or_id):
                return one
        listed = ", ".join(repr(one.name) for one in told)
        raise NotFound(f"There is no storyline {name_or_id!r}. There are: {listed}.")


def _as_told(record: StoryRecord, chats: list[str], *, newest: bool) -> Storyline:
    return Storyline(
        id=record.id,
        name=record.name,
        begun_at=record.begun_at,
        chats=tuple(chats),
        newest=newest,
    )


def _checked(directory: PolicyDirectory, name: str, *, but: str | None = None) -> str:
    """Return a name that no other storyline has."""
    name = story_name(name)
    found = directory.named(name)
    if found is not None and found.id != but:
        raise Conflict(f"There is a storyline {found.name!r} already.")
    return name


def _unused_name(directory: PolicyDirectory) -> str:
    number = len(directory.bank.stories) + 1
    while directory.named(f"Story {number}") is not None:
        number += 1
    return f"Story {number}"
