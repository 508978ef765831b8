"""Which texts are a piece of forgotten ones, or hold one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from long_term_memory.core.forgetting.suppression import is_telling, plain
from long_term_memory.engine.forgetting.texts import PART, TextPieces, without

from ..core.chatting import examples

WORDS = st.lists(
    st.sampled_from("heliotrope lantern mill of the a".split()), min_size=1
)
TEXTS = WORDS.map(" ".join)


@given(texts=st.lists(TEXTS, max_size=90), one=TEXTS)
@examples(200)
def test_what_is_known_is_a_text_a_piece_of_one_or_holds_one(
    texts: list[str], one: str
) -> None:
    """However many there are: it is looked for in another way where there are many."""
    expected = any(
        one == text
        or (len(one) >= PART and one in text)
        or (is_telling(text) and text in one)
        for text in map(plain, texts)
    )

    assert TextPieces(texts=frozenset(texts)).are_in(one.upper()) == expected
    more = frozenset(texts) | {
        f"{number} other words that tell" for number in range(80)
    }
    assert TextPieces(texts=more).are_in(one) == expected


def test_what_stands_beside_an_entry_is_emptied_wherever_it_stands() -> None:
    def gone(text: str) -> bool:
        return "heliotrope" in text

    for meta, left in (
        ("no JSON", "no JSON"),
        ("no JSON, a heliotrope", ""),
        ('["a", {"b": ["a heliotrope", 1]}]', '["a", {"b": ["", 1]}]'),
        ('{"a heliotrope": 1}', "{}"),
        ('{"a":1}', '{"a":1}'),
        ("[" * 99_999 + "heliotrope", ""),
        ("", ""),
    ):
        assert without(meta, gone) == left
