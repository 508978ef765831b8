"""Whatever is derived can be made anew, and nothing that a user can see changes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from long_term_memory.core.knowledge.facts import Category
from long_term_memory.core.records import Lexicon
from long_term_memory.core.types import MemoryKind, Query
from long_term_memory.engine.bank import Bank
from long_term_memory.engine.engine import Engine
from long_term_memory.engine.rebuild import RebuildProgress, What
from long_term_memory.engine.state.policies import Viewer
from long_term_memory.errors import EmbeddingError

from .builders import a_chat, recalled
from .conftest import MIKU, Clock
from .histories import Life, acts, differing, seen
from .models import Library, Model, start
from .test_summaries import lines as long_chat
from .test_summaries import told as summaries_told

LINES = [f"{'> ' if n % 2 else ''}Line number {n} about thing{n}." for n in range(40)]


KEY = "the lighthouse keeper lost his brass key in the winter storm"
OSLO = "I moved to Oslo last spring because of the job"
SAID_AGAIN = ("say", 0, KEY, KEY)
# What two chats share stood in another of them than it did when the bank was opened.
SHARED = [
    *(SAID_AGAIN, SAID_AGAIN, ("edit", 0, 0, KEY), ("delete", 1), ("branch", 0, 0)),
    SAID_AGAIN,
]
# What a person took out was told by what was made anew.
TAKEN_OUT = [
    *(SAID_AGAIN, SAID_AGAIN, SAID_AGAIN, ("swipe", 0, KEY), ("delete", 26)),
    *(("say", 27, KEY, OSLO), ("delete", 1), ("edit", 0, 14, KEY)),
    *(SAID_AGAIN, SAID_AGAIN),
]


@settings(max_examples=12, deadline=None)
@example(history=SHARED, what={What.WORDS})
@example(history=TAKEN_OUT, what={What.SUMMARIES})
@given(
    history=st.lists(acts, min_size=4, max_size=24),
    what=st.sets(st.sampled_from(What), min_size=1),
)
def test_a_rebuild_changes_nothing_that_a_user_can_see(
    history: list[tuple[object, ...]], what: set[What]
) -> None:
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        life = Life(Path(folder))
        try:
            for act in history:
                life.do(act)
            before = seen(life)

            life.bank.rebuild().run(what)
            assert differing(before, seen(life)) == []

            life.stop()
            life.start()
            # What left the window is known again once a host has shown the chats.
            for name, lines in life.chats.items():
                life.show(name, lines)
            assert differing(before, seen(life)) in ([], ["chats"])  # seen again, later
        finally:
            life.stop()


def test_a_rebuild_tells_how_far_it_is(bank: Bank) -> None:
    a_chat(bank, "a", *LINES)
    told: list[RebuildProgress] = []

    made = bank.rebuild(told.append).run()

    assert made == {
        What.WORDS: 40,
        What.VECTORS: 40,
        What.EMOTIONS: 40,
        What.FACTS: 40,
        What.SUMMARIES: 0,
    }
    assert [one.what for one in told] == sorted(
        (one.what for one in told), key=list(What).index
    )
    assert told[0] == RebuildProgress(what=What.WORDS, done=40, total=40)
    assert told[-1] == RebuildProgress(what=What.FACTS, done=40, total=40)


def test_lost_words_are_found_again(bank: Bank) -> None:
    chat = a_chat(bank, "a", *LINES)
    store = bank.state.store
    store.messages.put_lexicons({row: Lexicon(b"", False) for row in range(1, 41)})
    bank.state.reread()
    query = Query(text="thing7", limit=1, gated=False)
    assert not chat.recall(query)[0].parts.of("lexical")

    bank.rebuild().run([What.WORDS])

    assert chat.recall(query)[0].parts.of("lexical")
    assert bank.memories.search("thing7")


def test_extracts_are_chosen_again_and_what_is_by_hand_or_by_a_model_stays(
    bank: Bank,
) -> None:
    chat = a_chat(bank, "one", *long_chat(200))
    before = summaries_told(bank, chat, sent=20)
    listed = bank.memories.list(kind=MemoryKind.SUMMARY, limit=100)
    locked, *others = [one for one in listed if one.content]
    bank.memories.update(locked.id, content="They moved boxes, says a hand.")
    summaries_told(bank, chat, sent=20)
    extracts = bank.state.store.summaries.all()
    [chunk, other, *_] = [one for one in extracts if one.tier == "chunk"]
    written = other._replace(maker="model", model="scripted", text="Boxes, says one.")
    bank.state.summaries.put(written)
    summaries_told(bank, chat, sent=20)
    before = summaries_told(bank, chat, sent=20)
    kept = {(one.key, one.maker): one for one in bank.state.store.summaries.all()}
    bank.state.store.summaries.put(chunk._replace(text="Damaged."))
    bank.state.reload()

    made = bank.rebuild().run([What.SUMMARIES])

    assert made[What.SUMMARIES] >= 10
    found = {(one.key, one.maker): one for one in bank.state.store.summaries.all()}
    assert found == kept
    assert summaries_told(bank, chat, sent=20) == before
    assert "says one" in str(found[written.key, "model"].text)
    assert bank.memories.get(locked.id).content == "They moved boxes, says a hand."
    assert others


def test_extracts_made_anew_tell_nothing_that_a_person_took_out(bank: Bank) -> None:
    said = [f"> I sold boat number {number}, to Mira in Porto." for number in range(60)]
    chat = a_chat(bank, "one", *said)
    told = summaries_told(bank, chat, sent=10)
    number = next(number for number in range(60) if f"number {number}," in told)
    messages = bank.memories.list(kind=MemoryKind.TURN, limit=100)
    bank.memories.delete(
        next(one.id for one in messages if f"number {number}," in one.content)
    )
    summaries_told(bank, chat, sent=10)

    assert bank.rebuild().run([What.SUMMARIES])[What.SUMMARIES]

    assert f"number {number}," not in summaries_told(bank, chat, sent=10)


def test_facts_are_read_anew_and_what_is_by_hand_stays(bank: Bank) -> None:
    facts = bank.knowledge.facts
    lines = [f"line {number}" for number in range(300)]
    a_chat(bank, "one", "> My sister is called Ana.", "> I live in Oslo.", *lines)
    [home] = facts.all(Viewer(), category=Category.PLACE)
    facts.edit(home.id, "Anon lives by the sea.", Viewer())
    before = [one.text for one in facts.all(Viewer())]

    made = bank.rebuild().run([What.FACTS])

    assert made == {What.FACTS: 302}
    assert [one.text for one in facts.all(Viewer())] == before
    assert "Anon lives by the sea." in before
    assert "Ana is Anon's sister." in before


def test_a_rebuild_that_is_stopped_leaves_a_bank_that_works(bank: Bank) -> None:
    chat = a_chat(bank, "a", *LINES)
    steps: list[RebuildProgress] = []

    made = bank.rebuild(steps.append, lambda: bool(steps)).run([What.VECTORS])

    assert 0 < made[What.VECTORS] < 40
    assert recalled(chat, "thing7", limit=1) == ["Line number 7 about thing7."]
    bank.begin_indexing()
    assert bank.settle(20)
    assert bank.stats().embedded == 40
    assert bank.rebuild(stop=lambda: True).run() == dict.fromkeys(What, 0)


class Killed(BaseException):
    """The end of a process, as far as one can be had within it."""


@pytest.mark.parametrize("step", range(3))
def test_one_that_was_killed_is_told_at_the_next_opening_and_mended_by_itself(
    engine: Engine, bank: Bank, open_engine: Callable[[], Engine], step: int
) -> None:
    a_chat(bank, "a", *LINES)
    steps: list[RebuildProgress] = []

    def killed_at(progress: RebuildProgress) -> None:
        steps.append(progress)
        if len(steps) > step:
            raise Killed

    with pytest.raises(Killed):
        bank.rebuild(killed_at).run()
    engine.close()
    again = open_engine()
    bank = again.bank(MIKU)

    [words] = again.status().mended
    assert (
        "a rebuild (words, vectors, emotions, facts, summaries) had not come to its end"
        in words
    )
    assert bank.settle(20)
    assert bank.stats().embedded == 40
    assert recalled(bank.chat("a", host="test"), "thing7", limit=1)
    again.close()
    third = open_engine()
    third.bank(MIKU)
    assert third.status().mended == ()


def test_without_a_model_no_vector_is_touched(tmp_path: Path, clock: Clock) -> None:
    library = Library(Model("small"))
    engine = start(tmp_path, library, "small", clock)
    a_chat(engine.bank(MIKU), "a", *LINES)
    engine.close()
    library.models.clear()
    engine = start(tmp_path, library, "small", clock)
    bank = engine.bank(MIKU)

    with pytest.raises(EmbeddingError, match="no model 'small'"):
        bank.rebuild().run([What.VECTORS])

    [one] = bank.state.store.vectors.models()
    assert one.vectors == 40
    engine.close()


def test_a_rebuild_of_vectors_drops_those_of_every_model(
    tmp_path: Path, clock: Clock
) -> None:
    library = Library(Model("small"), Model("large", dimension=96))
    engine = start(tmp_path, library, "small", clock)
    a_chat(engine.bank(MIKU), "a", *LINES).path()
    engine.bank(MIKU).pause_indexing()
    engine.close()
    engine = start(tmp_path, library, "large", clock)
    bank = engine.bank(MIKU)

    bank.rebuild().run([What.VECTORS])

    assert [one.model.name for one in bank.state.store.vectors.models()] == ["large"]
    assert bank.embedding_state().phase == "ready"
    engine.close()
