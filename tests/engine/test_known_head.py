"""Facts in every prompt change in steps, and leave at once when they no longer hold."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from long_term_memory.config import Settings
from long_term_memory.core.knowledge.promotion import STEP
from long_term_memory.core.types import Query, Scope, Window, WindowMessage
from long_term_memory.engine.bank import Bank
from long_term_memory.engine.state.policies import Viewer
from long_term_memory.testing import InMemoryBank

from .builders import a_request

MIKU = Scope(user="anon", character="Miku")
BEGIN = datetime(2026, 3, 2, 9, tzinfo=UTC)
LINES = (
    "My sister is called Ana.",
    "I'm allergic to peanuts.",
    "I live in Oslo.",
    "I moved to Rome.",
    "I work as a nurse.",
    "Look at the rain out there.",
    "That was a long walk by the river.",
)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(LINES), min_size=2, max_size=3 * STEP))
def test_the_head_is_the_same_bytes_while_no_fact_enters_or_leaves(
    said: list[str],
) -> None:
    now = BEGIN + timedelta(hours=len(said))
    bank = Bank(MIKU, InMemoryBank(), settings=Settings, clock=lambda: now)
    chat = bank.chat("one", host="test")
    shown: list[WindowMessage] = []
    head, facts, stood = "", frozenset[str](), frozenset[str]()
    for at, text in enumerate(said):
        time = BEGIN + timedelta(minutes=at)
        shown.append(
            WindowMessage(role="user", name="Anna", content=text, said_at=time)
        )
        chat.observe(Window(messages=tuple(shown), complete=True))
        # All of it is shown, so that no story changes the head.
        request = a_request(text, query=Query(text=text), head_tokens=400)
        before, head = head, chat.compose(request).head.text
        viewer = Viewer(bank.state.chats.row_called("test", "one"))
        kept = bank.knowledge.facts.for_prompt(viewer)
        known, facts = facts, frozenset(one.id + one.content for one in kept)
        if known == facts:
            assert head == before
        if (at + 1) % STEP:
            # What was replaced may come back, if it is said again.
            assert facts <= stood, "nothing new enters between two steps"
        else:
            stood = facts
