"""One name is one name, however it is written."""

from __future__ import annotations

from unicodedata import normalize

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from long_term_memory.core.text.names import is_same_name, name_key

NAMES = st.text(min_size=1)


@pytest.mark.parametrize(
    "names",
    [
        ("Zoë", "Zoe\u0308", "ZOË", "zoë ", "\ufeffZoë", "Zoe\u200b\u0308"),
        ("Seraphine", "seraphine", "SERAPHINE", "Ｓｅｒａｐｈｉｎｅ", " Seraphine\n"),  # noqa: RUF001
        ("Anna Lee", "Anna  Lee", "anna\u00a0lee", "Anna\tLee"),
        ("Strauß", "STRAUSS", "strauss"),
        ("ｶﾞﾊﾞ", "ガバ"),
        ("Ὀδυσσεύς", "ὈΔΥΣΣΕΎΣ"),
        ("İpek", "ipek", "IPEK", "i\u0307pek"),
        ("I\u015f\u0131l", "I\u015eIL", "\u0131\u015f\u0131l"),
        (
            "\u0645\u062d\u0645\u062f",
            "\u0645\u064f\u062d\u064e\u0645\u0651\u0640\u062f",
        ),
        ("\u05e9\u05e8\u05d4", "\u05e9\u05c2\u05b8\u05e8\u05b8\u05d4"),
        ("Rose\u2764\ufe0f", "rose\u2764"),
    ],
)
def test_these_are_one(names: tuple[str, ...]) -> None:
    assert len({name_key(name) for name in names}) == 1
    assert is_same_name(names[0], names[1])


@pytest.mark.parametrize(
    ("one", "other"),
    [("Zoë", "Zoe"), ("Anna", "Ann"), ("Anna Lee", "Annalee"), ("Ⅳ", "Ⅵ"), ("a", "")],
)
def test_these_are_two(one: str, other: str) -> None:
    assert not is_same_name(one, other)


@given(NAMES)
def test_a_key_is_a_name_of_the_same_key(name: str) -> None:
    assert name_key(name_key(name)) == name_key(name)


@example("\u00a0", "NFKC")
@given(NAMES, st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]))
def test_a_form_changes_no_key(name: str, form: str) -> None:
    assert name_key(normalize(form, name)) == name_key(name)  # type: ignore[arg-type]


@given(NAMES)
def test_names_that_are_one_in_capitals_are_one(name: str) -> None:
    assert name_key(name.upper()) == name_key(name)
    assert name_key(name.lower()) == name_key(name)


@given(NAMES)
def test_case_and_blanks_change_no_key(name: str) -> None:
    if name_key(name) != name:
        assert name_key(f" {name} ") == name_key(name)
    assert name_key(f"a{name}".casefold()) == name_key(f"a{name}")


def test_a_name_that_nobody_sees_is_itself() -> None:
    assert name_key("\u200b") == "\u200b"
    assert name_key("") == ""


@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1))
def test_plain_names_have_the_key_that_a_longer_look_finds(name: str) -> None:
    # What nobody sees makes a name one that is looked at letter by letter.
    if name_key(name) != " ":
        assert name_key(name) == name_key(f"{name}\u200b")
