"""One conversation in a bank, as a host names it.

Owns: nothing but the name; the acts do the work.
Knows nothing of: stores, ranking, prompts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from operator import attrgetter
from typing import Final

from ..core.policy import Policy, PolicyInForce, story_name
from ..core.recalls import DayUsage
from ..core.types import Context, Explanation, PathEntry, Query, Recalled, Window
from ..errors import InvalidInput
from .compose import Request
from .composer import Composer
from .ingestion.observe import Observation
from .ingestion.observer import Observer
from .policies import Policies
from .recalls import RecallRecords
from .records import ChatName, RecallResult
from .retrieval.explain import explain
from .retrieval.retriever import Retriever
from .state.bank_state import BankState
from .timings import Timings

_POSITION: Final = attrgetter("position")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatActs:
    """What can be done in any chat of one bank."""

    state: BankState
    observer: Observer
    retriever: Retriever
    composer: Composer
    policies: Policies
    recalls: RecallRecords
    timings: Timings


class Chat:
    """One conversation: observe, recall, compose. Safe to use from any thread."""

    def __init__(self, acts: ChatActs, name: ChatName) -> None:
        """Name a chat; it is created by the first window that shows something."""
        self._acts = acts
        self._name = name

    def observe(self, window: Window) -> Observation:
        """Follow what the host shows; durable when this returns.

        Raises:
            InvalidInput: A message stands before the first place, or the storyline's
                name is too long.
            StoreError: It could not be stored; nothing was half written.
        """
        # In every turn, of the whole chat: a loop in Python takes four times as long.
        if min(filter(None, map(_POSITION, window.messages)), default=0) < 0:
            raise InvalidInput("Positions of messages begin at 0.", field="position")
        if self._name.story:
            story_name(self._name.story)
        with self._acts.timings.of("observe"):
            return self._acts.observer.observe(self._name, window)

    def path(self) -> list[PathEntry]:
        """Return the chat's path, oldest first."""
        with self._acts.state.lock:
            return self._acts.state.path(self._name)

    def is_told_of_others(self) -> bool:
        """Say whether the head block may tell of the character's other chats."""
        return self._acts.composer.is_told_of_others(self._name)

    def has_facts(self) -> bool:
        """Say whether facts stand in every prompt of this chat."""
        return self._acts.composer.has_facts(self._name)

    def newest_ids(self, count: int) -> frozenset[str]:
        """Return the ids of the last `count` messages that are not hidden."""
        shown = (
            place.message.id for place in reversed(self.path()) if not place.hidden
        )
        return frozenset(islice(shown, max(count, 0)))

    def recall(self, query: Query) -> list[Recalled]:
        """Return what a message brings to mind, best first."""
        return self._acts.retriever.recall(self._name, query).found

    def look(self, query: Query) -> RecallResult:
        """Return the same, and what was amiss: vectors that are not there yet."""
        return self._acts.retriever.recall(self._name, query)

    def explain(self, query: Query, context: Context | None = None) -> Explanation:
        """Say why a message brings to mind what it does, and why not the rest.

        Args:
            query: What is asked.
            context: What was composed for it: then what did not fit is told as well.
        """
        return explain(self._acts.retriever, self._name, query, context)

    @property
    def policy(self) -> Policy:
        """What is set for this chat alone."""
        return self._acts.policies.named(self._name)

    def set_policy(self, policy: Policy) -> Policy:
        """Replace what is set for this chat, which need not have begun yet.

        Of one that has not, a keyed hash of its name is kept until it does.

        Raises:
            InvalidInput: It has no name.
        """
        return self._acts.policies.set_named(self._name, policy)

    @property
    def policy_in_force(self) -> PolicyInForce:
        """What holds in this chat."""
        return self._acts.policies.in_force_named(self._name)

    def note_turn(
        self,
        context: Context | None,
        took: DayUsage | None = None,
        *,
        query: Query | None = None,
        at: datetime | None = None,
        round_: str | None = None,
    ) -> None:
        """Keep in the record what was put into this chat's prompt, and what it took.

        Args:
            context: What was put in; None if nothing was, after all.
            took: What the reply took; None where nobody tells.
            query: What it was recalled for, to explain it by as long as this process
                lives; None takes the chat's newest message of the user.
            at: When it was composed; None is now.
            round_: Of forgetting, as it was composed; see `RecallRecords.note`.

        Raises:
            StoreError: It could not be stored.
        """
        self._acts.recalls.note(
            self._name, context, took, query=query, at=at, round_=round_
        )

    def compose(self, request: Request) -> Context:
        """Return the blocks that memory adds to the prompt."""
        with self._acts.timings.of("compose"):
            return self._acts.composer.compose(self._name, request)

    def preview(self, request: Request) -> Context:
        """Return what `compose` would, and leave no trace of it."""
        return self._acts.composer.preview(self._name, request)
