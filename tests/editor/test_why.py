"""The explanation of a turn."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from long_term_memory.core.types import (
    Candidate,
    Context,
    Explanation,
    MemoryItem,
    MemoryKind,
    Reason,
    Signal,
)
from long_term_memory.editor import trying, turns
from long_term_memory.editor.sample import sample
from long_term_memory.editor.texts import table
from long_term_memory.editor.turn_markup import Opened
from long_term_memory.editor.why import MAX_TOLD, nearly, read_as
from long_term_memory.engine.engine import Engine
from tests.editor.conftest import NOW


def candidate(text: str, reason: Reason | None, *, minutes: int = 0) -> Candidate:
    """Return a candidate first known of so many minutes after now."""
    memory = MemoryItem(
        id=text,
        kind=MemoryKind.TURN,
        content=text,
        name="Anna",
        created_at=NOW + timedelta(minutes=minutes),
    )
    signal = Signal(name="lexical", value=0.25, weight=12, part=3, share=1)
    return Candidate(memory=memory, score=3, signals=(signal,), reason=reason)


def test_every_reason_has_words() -> None:
    told = {
        key.removeprefix("reasons.") for key in table() if key.startswith("reasons.")
    }

    assert told == {one.value.replace(" ", "_") for one in Reason}


def test_what_nearly_made_it_is_told_with_its_reason_and_signals() -> None:
    explanation = Explanation(
        readings=("<my cat>",),
        about="user",
        dates=((NOW, NOW + timedelta(days=1)),),
        candidates=(
            candidate("Recalled.", None),
            candidate("Miso & I.", Reason.BUDGET),
            candidate("You took it out.", Reason.DELETED),
            candidate("Said later.", Reason.LIMIT, minutes=1),
        ),
    )

    told = nearly(explanation, Opened(asked="Where is Miso?"), until=NOW)

    assert "Nearly made it (1)" in told
    assert "Miso &amp; I." in told
    assert "over the token limit" in told
    assert "shared words" in told
    assert "Recalled." not in told
    assert "Said later." not in told
    assert told.index("Could not come up (1)") < told.index("You took it out.")
    assert "\u201c<my cat>\u201d, about you, around" in read_as(explanation, Context())


def test_the_words_of_a_neighbour_are_no_shared_words() -> None:
    explanation = Explanation(
        readings=("x",), candidates=(candidate("Miso & I.", Reason.UNLIKELY),)
    )

    told = nearly(explanation, Opened(asked="Where is the key?"), until=NOW)

    assert "words said beside it" in told
    assert "shared words" not in told


def test_what_was_told_anew_is_told_with_the_newer() -> None:
    newer = candidate("I bake <now>.", None).memory
    old = replace(candidate("I count money.", Reason.BUDGET), superseded_by=newer)
    explanation = Explanation(readings=("work",), candidates=(old,))

    told = nearly(explanation, Opened(), until=NOW)

    assert "over the token limit; told anew on" in told
    assert "I bake &lt;now&gt;." in told


def test_a_silent_gate_is_told_and_few_of_many_are_shown() -> None:
    many = tuple(candidate(f"Nr {n}.", Reason.GATE) for n in range(20))

    silent = Explanation(
        readings=("ok",), intent="filler", needed=0.04, silent=True, candidates=many
    )
    told = nearly(silent, Opened(), until=NOW)

    assert f"({MAX_TOLD})" in told
    assert "kept back" in told
    judged = "Taken for: filler; 4 % likely that something told before helps."
    assert judged in read_as(silent, Context(kind="filler", needed=0.04))


def test_with_nothing_left_out_nothing_is_told() -> None:
    assert nearly(Explanation(readings=("ok",)), Opened(), until=NOW) == ""


def test_a_tried_message_is_explained(engine: Engine) -> None:
    trying.load_sample(engine)

    html = turns.turn(
        engine, trying.ask(engine, sample().questions[1], sample().scope), "ear", ""
    )

    assert "Nearly made it" in html
    assert "not likely enough to help" in html
