"""No name and no password of an address is told."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from long_term_memory.core.text.addresses import host_of, without_credentials

# Capitals stand for what must not be told: nothing else here is written in them.
LETTERS = "ABCXYZ"
WORD = st.text(LETTERS + "@:/?#%&=+. \\'\"é[]-_~!$", min_size=4, max_size=20).filter(
    lambda word: any(letter in word for letter in LETTERS)
)
# The first colon ends a name.
USER = WORD.map(lambda word: word.replace(":", "").replace("/", ""))
SCHEME = st.sampled_from(["http://", "https://", "socks5h://", "", "//"])
TAIL = st.sampled_from(["", "/", "/v1", "/v1/chat?a=b#c", "?x"])


def _told(text: str) -> set[str]:
    return set(LETTERS) & set(text)


@given(scheme=SCHEME, user=USER, password=WORD, tail=TAIL)
@example(scheme="http://", user="A", password="B/@C", tail="/v1")
@example(scheme="http://", user="A", password="12/34B", tail="")
def test_an_address_is_told_by_its_host_alone(
    scheme: str, user: str, password: str, tail: str
) -> None:
    assert host_of(f"{scheme}{user}:{password}@host.lan:81{tail}") == "host.lan:81"
    assert host_of(f"{scheme}host.lan{tail}") == "host.lan"


@given(scheme=SCHEME, user=USER, password=WORD, tail=TAIL, around=st.booleans())
def test_no_error_about_an_address_holds_its_password(
    scheme: str, user: str, password: str, tail: str, around: bool
) -> None:
    address = f"{scheme}{user}:{password}@host.lan:81{tail}"
    for text in (
        address,
        f"cannot reach {address}",
        f"url={address!r}, status=407",
        f"nonnumeric port: {password + '@host.lan'!r}",
        f"the pair {user}:{password} is wrong",
        f"no such password: {password}",
    ):
        assert password not in without_credentials(text, address)
        assert f"{user}:{password}" not in without_credentials(text, address)


@given(user=st.text(LETTERS, min_size=1), password=st.text(LETTERS + ":@/", min_size=1))
def test_addresses_that_nobody_named_are_known_by_their_form(
    user: str, password: str
) -> None:
    for told in (f"http://{user}:{password}@h:1/v1", f"'http://{user}:{password}@h'"):
        assert not _told(without_credentials(f"it says {told} and goes on"))


def test_a_short_password_goes_where_it_is_one() -> None:
    told = without_credentials("at ab@h, about a cab", "http://u:ab@h")
    assert told == "at …h, about a cab"


@pytest.mark.parametrize(
    "text",
    [
        "Connection refused",
        "cannot connect to http://127.0.0.1:5000/v1",
        "write to me@host.lan at 12:30",
        "[Errno 111] Connect call failed ('127.0.0.1', 5000)",
        "",
    ],
)
def test_other_texts_stay(text: str) -> None:
    assert without_credentials(text, "", "http://host/v1") == text


@pytest.mark.parametrize("letters", ["a", "a:", "a://", "/", "-", "a b"])
def test_long_words_of_an_error_take_no_time(letters: str) -> None:
    text = letters * 100_000
    began = time.process_time()

    assert without_credentials(f"{text} x:y@z") == f"{text} z"
    assert time.process_time() - began < 10
