"""Whatever happened, feelings are those of a new bank that is shown what is left.

Emotions, moods and importance rest on what stands on the chats' paths alone: edits,
swipes, branches, what is taken out and what is forgotten leave nothing behind, and a
rebuild changes nothing.
"""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from long_term_memory.core.forgetting.target import ForgetTarget
from long_term_memory.core.knowledge.emotion import Emotion
from long_term_memory.core.knowledge.mood import Mood
from long_term_memory.engine.forgetting.forget import Forgetting
from long_term_memory.engine.rebuild import What

from .histories import Life

TEXTS = (
    "I am so happy to see you again!",
    "*slams the door* How dare you, I am furious!!!",
    "*sobs* I miss her so much.",
    "Thank you, I really appreciate it.",
    "Where did you put the key?",
    "The key is under the mat by the blue door.",
    "I am scared, something is out there.",
)
texts = st.tuples(st.sampled_from(TEXTS), st.integers(0, 2)).map(
    lambda pair: pair[0] + " Yes." * pair[1]
)
numbers = st.integers(0, 20)
acts = st.one_of(
    st.tuples(st.just("say"), numbers, texts, texts),
    st.tuples(st.just("say"), numbers, texts, texts),
    st.tuples(st.just("swipe"), numbers, texts),
    st.tuples(st.just("edit"), numbers, numbers, texts),
    st.tuples(st.just("take out"), numbers, numbers),
    st.tuples(st.just("branch"), numbers, numbers),
    st.tuples(st.just("forget"), numbers),
)

Line = tuple[str, Emotion, float]

# More by hand: LTM_EXAMPLES=1000.
EXAMPLES = int(os.environ.get("LTM_EXAMPLES", "12"))


def forget(life: Life, number: int) -> None:
    """Forget a message that stands on a path, and have the host show it no more."""
    paths = [place.message for one in life.chats for place in life.handle(one).path()]
    if not paths:
        return
    gone = paths[number % len(paths)]
    Forgetting(life.bank.state).forget(ForgetTarget(memories=(gone.id,)))
    for name, lines in life.chats.items():
        life.chats[name] = [
            line for line in lines if line.removeprefix("> ") != gone.content
        ]


def lines_of(life: Life, name: str) -> list[Line]:
    """Return what stands in a chat, what it shows, and how much it weighs."""
    path = [place.message.id for place in life.handle(name).path()]
    memories = [life.bank.memories.get(one) for one in path]
    return [
        (one.memory.content, one.emotion, one.importance)
        for one in life.bank.emotions.felt(memories)
    ]


def felt(life: Life) -> dict[str, tuple[list[Line], Mood, dict[str, Mood]]]:
    """Return all that is felt in the chats that are not empty."""
    found = {}
    by_name = {info.names[0][1]: info.id for info in life.bank.chats() if info.names}
    for name in life.chats:
        if lines := lines_of(life, name):
            mood = life.bank.emotions.mood(by_name[name])
            found[name] = (lines, mood.chat, dict(mood.speakers))
    return found


def shown_anew(life: Life, folder: Path) -> Life:
    """Show a new bank what stands on the paths of another."""
    fresh = Life(folder)
    for name in life.chats:
        path = [place.message for place in life.handle(name).path()]
        lines = [
            f"> {one.content}" if one.role == "user" else one.content for one in path
        ]
        if lines:
            fresh.show(name, lines)
    return fresh


@given(st.lists(acts, min_size=3, max_size=12), st.booleans())
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
def test_feelings_are_those_of_a_new_bank_that_is_shown_what_is_left(
    done: list[tuple[object, ...]], restarted: bool
) -> None:
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        life = Life(Path(folder) / "one")
        try:
            for act in done:
                if act[0] == "forget":
                    forget(life, int(str(act[1])))
                else:
                    life.do(act)
            if restarted:
                life.stop()
                life.start()
            assert life.bank.settle(30)
            found = felt(life)
            fresh = shown_anew(life, Path(folder) / "other")
            try:
                assert fresh.bank.settle(30)
                assert felt(fresh) == found
            finally:
                fresh.stop()
            life.bank.rebuild().run([What.EMOTIONS])
            assert felt(life) == found
        finally:
            life.stop()
