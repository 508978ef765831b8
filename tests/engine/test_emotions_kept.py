"""What messages show of feelings is derived, kept, made anew and forgotten."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from numpy.typing import NDArray

from long_term_memory.build import build_engine
from long_term_memory.config import PromptSettings, Settings
from long_term_memory.core.forgetting.target import ForgetTarget
from long_term_memory.core.knowledge.emotion import emotion_of, packed
from long_term_memory.core.records import StoredEmotion
from long_term_memory.core.text.emotion import LABELS
from long_term_memory.core.types import Message, Query
from long_term_memory.engine.bank import Bank
from long_term_memory.engine.engine import Engine
from long_term_memory.engine.forgetting.forget import Forgetting
from long_term_memory.engine.knowledge.emotion_job import LOT, EmotionJob
from long_term_memory.engine.knowledge.emotions import Emotions
from long_term_memory.engine.rebuild import RebuildProgress, What
from long_term_memory.engine.state.emotions import BY_BOTH, BY_WORDS, EmotionIndex
from long_term_memory.errors import NotFound
from long_term_memory.models.emotion import load_emotion_model
from long_term_memory.storage.in_memory import InMemoryBank
from long_term_memory.storage.protocols import BankStore
from long_term_memory.testing import HashEmbedder

from .builders import a_chat, a_request, recalled, window
from .conftest import MIKU

SAID = (
    "> I am so happy to see you again!",
    "*slams the door* I am furious. How dare you!",
    "> The door is open.",
    "I am scared, something is out there.",
)


class Fitted(HashEmbedder):
    """Makes vectors for which the coefficients say grief."""

    def __init__(self) -> None:
        super().__init__(dimension=384)
        self.fingerprint = load_emotion_model().fingerprint

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        grief = load_emotion_model().vector[:, LABELS.index("grief")]
        return np.tile(grief / np.linalg.norm(grief), (len(texts), 1))


class Meanwhile:
    """A bank's store; as soon as messages were read for it, one is forgotten."""

    def __init__(self, bank: Bank, word: str) -> None:
        self._bank = bank
        self._word = word
        self.messages = self

    def __getattr__(self, name: str) -> object:
        return getattr(self._bank.state.store, name)

    def get(self, rows: Sequence[int]) -> dict[int, Message]:
        found = self._bank.state.store.messages.get(rows)
        gone = [one.id for one in found.values() if self._word in one.content]
        if gone:
            Forgetting(self._bank.state).forget(ForgetTarget(memories=tuple(gone)))
        return found


def makers(bank: Bank) -> list[int]:
    found = sorted(bank.state.store.emotions.all())
    return [one.maker for one in found]


def labels(bank: Bank) -> dict[str, str]:
    """Return each memory's strongest label, by its text."""
    memories = bank.memories.list(limit=1000)
    found = bank.emotions.of(memories)
    return {m.content: one.label for m, one in zip(memories, found, strict=True)}


def test_what_is_said_is_read_by_its_words_in_the_background(bank: Bank) -> None:
    a_chat(bank, "one", *SAID)

    assert makers(bank) == [BY_WORDS] * 4
    assert list(labels(bank).values()) == ["fear", "neutral", "anger", "joy"]


def test_it_is_read_once_more_when_its_vector_is_there(tmp_path: Path) -> None:
    engine = build_engine(Settings(), tmp_path, load=Fitted)
    try:
        bank = engine.bank(MIKU)
        a_chat(bank, "one", *SAID)
        found = {one.message: one for one in bank.state.store.emotions.all()}
        vector = Fitted().embed([""])[0].astype(np.float16).astype(np.float32)
        assert {one.maker for one in found.values()} == {BY_BOTH}
        assert found[3].emotion == packed(
            "The door is open.", load_emotion_model(), vector
        )
        before = labels(bank)
        assert bank.rebuild().run([What.EMOTIONS]) == {What.EMOTIONS: 4}
        assert labels(bank) == before
        assert makers(bank) == [BY_BOTH] * 4
    finally:
        engine.close()


def test_with_the_embedder_at_hand_new_messages_are_read_once(tmp_path: Path) -> None:
    engine = build_engine(Settings(), tmp_path, load=Fitted)
    try:
        bank = engine.bank(MIKU)
        a_chat(bank, "one", *SAID[:2])
        before = bank.state.store.emotions.all()[-1].number
        a_chat(bank, "one", *SAID)

        assert makers(bank) == [BY_BOTH] * 4
        assert bank.state.store.emotions.all()[-1].number == before + 2
    finally:
        engine.close()


def test_another_embedder_leaves_no_feeling_of_the_formers_vectors(
    tmp_path: Path,
) -> None:
    """The coefficients are of one embedder alone: of others, words speak alone."""
    for load in (Fitted, HashEmbedder, Fitted):
        engine = build_engine(Settings(), tmp_path, load=load)
        try:
            bank = engine.bank(MIKU)
            a_chat(bank, "one", *SAID)
            bank.begin_indexing()
            assert bank.settle(20)
            both = load is Fitted
            assert makers(bank) == [BY_BOTH if both else BY_WORDS] * 4
            kept = {one.message: one.emotion for one in bank.state.store.emotions.all()}
            by_words = packed("The door is open.", load_emotion_model())
            assert (kept[3] == by_words) == (not both)
        finally:
            engine.close()


def test_what_is_not_kept_yet_is_read_at_once(bank: Bank) -> None:
    a_chat(bank, "one", *SAID)
    read = labels(bank)
    bank.state.store.emotions.put(
        [StoredEmotion(row, 0, b"of a former making") for row in (1, 2, 3, 4)]
    )
    bank.state.reload()

    assert labels(bank) == read


def test_what_a_former_version_read_is_read_anew(bank: Bank) -> None:
    a_chat(bank, "one", *SAID)
    old = bytes(len(bank.state.store.emotions.all()[0].emotion))
    bank.state.store.emotions.put([StoredEmotion(row, 0, old) for row in (1, 3)])
    bank.state.reload()
    job = EmotionJob(bank.state)

    assert job.words_due()
    assert job.read_words()
    assert not job.read_words()
    assert not job.words_due()
    assert makers(bank) == [BY_WORDS] * 4
    assert not job.read_words()


def test_other_programs_emotions_are_taken_over(
    open_engine: Callable[[], Engine],
) -> None:
    one, other = open_engine().bank(MIKU), open_engine().bank(MIKU)
    a_chat(one, "one", *SAID)
    other.chats()

    assert labels(other) == labels(one)
    assert other.state.emotions.kept(2) == one.state.emotions.kept(2) is not None


def test_a_correction_is_read_in_place_of_what_was_said(bank: Bank) -> None:
    a_chat(bank, "one", *SAID)
    [fear, *_] = bank.memories.list(limit=1)
    bank.memories.update(fear.id, content="Thank you, I really appreciate it.")

    assert next(iter(labels(bank).values())) == "gratitude"
    assert bank.emotions.mood(bank.chats()[0].id).speakers["Miku"].label != "fear"


def test_a_note_has_a_feeling_and_an_importance_too(bank: Bank) -> None:
    note = bank.memories.add("I love you so much!", pinned=True)

    [found] = bank.emotions.felt([note])
    assert (found.emotion.label, found.importance) == ("love", 1.0)


def test_moods_are_of_a_chats_own_path_and_of_each_who_speaks(bank: Bank) -> None:
    a_chat(bank, "one", *SAID[:2])
    a_chat(bank, "two", SAID[2])
    moods = {
        info.title or info.names[0][1]: bank.emotions.mood(info.id)
        for info in bank.chats()
    }

    assert {who: one.label for who, one in moods["one"].speakers.items()} == {
        "Miku": "anger",
        "Anon": "joy",
    }
    assert moods["two"].chat.label == "neutral"
    with pytest.raises(NotFound):
        bank.emotions.mood("no such chat")


def test_what_was_taken_out_of_recall_is_no_part_of_a_mood(bank: Bank) -> None:
    a_chat(bank, "one", *SAID[:2])
    [angry, _] = bank.memories.list(limit=2)

    bank.memories.delete(angry.id)

    mood = bank.emotions.mood(bank.chats()[0].id)
    assert list(mood.speakers) == ["Anon"]
    assert mood.chat.label == "joy"


def test_what_is_hidden_is_no_part_of_a_mood(bank: Bank) -> None:
    a_chat(bank, "one", *SAID[:2])
    [angry, _] = bank.memories.list(limit=2)

    bank.memories.hide(angry.id)

    mood = bank.emotions.mood(bank.chats()[0].id)
    assert list(mood.speakers) == ["Anon"]
    assert mood.chat.label == "joy"


def test_importance_knows_questions_and_what_was_asked_back(bank: Bank) -> None:
    a_chat(
        bank,
        "one",
        "> Where did you put it?",
        "I put the key under the mat.",
        "> Under which mat?",
        "> Is it the blue one?",
    )
    felt = {
        one.memory.content: one.importance
        for one in bank.emotions.felt(bank.memories.list(limit=9))
    }
    [told] = [m for m in bank.memories.list(limit=9) if m.content.startswith("I put")]

    answer = felt["I put the key under the mat."]
    row = bank.state.store.messages.rows_of([told.id])[told.id]
    plain = Emotions(bank.state).felt([told])[0].importance
    counts = np.zeros(row + 1, np.uint8)
    counts[row] = 1
    factual = Emotions(bank.state, lambda: counts).felt([told])[0].importance
    assert factual == pytest.approx(plain + 0.125)
    asks, beside = felt["Under which mat?"], felt["Is it the blue one?"]
    assert answer > 0.14, "it answers, and is asked back"
    assert asks > 0.06, "it asks"
    assert beside > 0.06


def test_what_is_forgotten_leaves_no_feeling(bank: Bank) -> None:
    a_chat(bank, "one", *SAID)
    [angry] = [m for m in bank.memories.list(limit=9) if "furious" in m.content]

    Forgetting(bank.state).forget(ForgetTarget(memories=(angry.id,)))
    assert bank.settle(20)

    calm = packed("", load_emotion_model())
    kept = {one.message: one.emotion for one in bank.state.store.emotions.all()}
    assert kept.get(2, calm) == calm
    assert "Miku" in bank.emotions.mood(bank.chats()[0].id).speakers
    assert bank.emotions.mood(bank.chats()[0].id).speakers["Miku"].label == "fear"


def test_what_is_forgotten_while_it_is_read_gets_no_feeling_back(bank: Bank) -> None:
    a_chat(bank, "one", *SAID)
    old = bytes(len(bank.state.store.emotions.all()[0].emotion))
    bank.state.store.emotions.put([StoredEmotion(row, 0, old) for row in (1, 2)])
    bank.state.reload()
    state = copy(bank.state)
    state.store = cast(BankStore, Meanwhile(bank, "furious"))

    assert EmotionJob(state).read_words()

    makers = {one.message: one.maker for one in bank.state.store.emotions.all()}
    assert makers.get(2) != BY_WORDS
    assert makers[1] == BY_WORDS


def test_an_index_of_no_messages_knows_nothing() -> None:
    index = EmotionIndex(InMemoryBank())

    assert index.lacking(0).tolist() == []
    assert index.kept(3) is None
    assert not index.stale


def test_a_rebuild_tells_how_far_it_is_and_can_be_stopped(bank: Bank) -> None:
    chat = bank.chat("one", host="test")
    chat.observe(window(*[f"> Line {number}." for number in range(LOT + 20)]))
    assert bank.settle(30)
    steps: list[RebuildProgress] = []

    made = bank.rebuild(steps.append).run([What.EMOTIONS])

    assert made == {What.EMOTIONS: LOT + 20}
    assert [(one.done, one.total) for one in steps] == [
        (LOT, LOT + 20),
        (LOT + 20, LOT + 20),
    ]
    stopped = bank.rebuild(stop=lambda: True).run([What.EMOTIONS])
    assert stopped == {What.EMOTIONS: 0}


def test_a_bank_without_messages_has_nothing_to_read(bank: Bank) -> None:
    assert bank.rebuild().run([What.EMOTIONS]) == {What.EMOTIONS: 0}


def test_a_feeling_that_is_asked_for_ranks_what_shows_it(bank: Bank) -> None:
    lines = [
        "> I was sad at work today, I cried a lot.",
        "> I was at work today, we had a long meeting about work.",
        "> At work they were kind, I was so happy at work!",
    ]
    chat = a_chat(bank, "one", *lines)

    assert recalled(chat, "When was I happy at work?")[0].endswith("happy at work!")
    assert recalled(chat, "When was I sad at work?")[0].startswith("I was sad")


def test_a_mood_line_stands_behind_what_is_recalled_if_it_is_wanted(
    tmp_path: Path,
) -> None:
    settings = Settings(prompt=PromptSettings(mood_line=True))
    engine = build_engine(settings, tmp_path, load=HashEmbedder)
    try:
        chat = a_chat(engine.bank(MIKU), "one", *SAID[:2])
        new = engine.bank(MIKU).chat("two", host="test")
        room = chat.compose(a_request("Hello.", query=Query(text="Hello.")))
        tight = chat.compose(a_request("Hello.", recall_tokens=3))
        nothing = new.compose(a_request("Hello."))
    finally:
        engine.close()

    line = "[Mood of late: Miku: strong anger, Anon: strong joy.]"
    assert room.recall.text.startswith("[Mood of late: Miku: ")
    assert room.recall.text.endswith("joy.]"), line
    assert room.recall.tokens == len(room.recall.text.split())
    assert "Mood of late" not in tight.recall.text
    assert "Mood of late" not in nothing.recall.text


def test_no_mood_is_told_by_default(bank: Bank) -> None:
    chat = a_chat(bank, "one", *SAID[:2])

    assert "Mood" not in chat.compose(a_request("Hello.")).recall.text


def test_a_vector_of_another_embedder_is_not_read(bank: Bank) -> None:
    a_chat(bank, "one", *SAID)
    job = EmotionJob(bank.state)

    assert job.due() == 0
    assert job.work(HashEmbedder(), 8) == 0
    assert emotion_of("", load_emotion_model()).label == "neutral"
