"""File names made of what people call things are safe on every system."""

from __future__ import annotations

import re
from pathlib import Path
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from long_term_memory.core.types import Message
from long_term_memory.files import folder_name, log_name
from long_term_memory.storage.chat_log import LogFiles

from ..core.chatting import examples
from .builders import NOW

# What Windows refuses or takes for a device, by its own documentation.
DEVICE = re.compile(
    r"(con|prn|aux|nul|conin\$|conout\$|clock\$|(com|lpt)[0-9\u00b9\u00b2\u00b3])"
    r"\s*([.:].*)?",
    re.IGNORECASE | re.DOTALL,
)
FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]|[. ]$|^ |^-?$')
NASTY = (
    *("nul", "NUL", "con", "Con.", "aux.txt", "com1", "COM\u00b9", "lpt9", "conin$"),
    *("a:b", "..", ".", "", " ", "a/b", "C:\\\\x", "x. ", "\u202enul", "com1.", "-"),
    *(
        "\U0001f600" * 90,
        "\ud800",
        "\U00020000" * 90,
        "n\u0000ul",
        "\uff4e\uff55\uff4c",
    ),
)
NAMES = st.one_of(
    st.sampled_from(NASTY),
    st.text(max_size=80),
    st.text(st.characters(categories=["Cs", "Lu", "Ll", "Po"]), max_size=80),
    st.builds(
        str.__add__, st.sampled_from(NASTY), st.text(". :abc", min_size=1, max_size=3)
    ),
)


def is_safe(name: str) -> bool:
    return (
        DEVICE.fullmatch(name) is None
        and FORBIDDEN.search(name) is None
        # Disks count in bytes, or in UTF-16 of letters taken apart.
        and len(name.encode()) <= 255
        and len(normalize("NFD", name).encode("utf-16-le")) // 2 <= 255
    )


def said(key: str) -> Message:
    return Message(id=key, role="user", content=key, name="", said_at=None, seen_at=NOW)


@given(title=NAMES)
@examples(400)
def test_no_title_makes_a_log_a_device_or_leads_elsewhere(title: str) -> None:
    assert is_safe(log_name("0123abc", title))


@given(name=NAMES)
@examples(400)
def test_no_name_makes_a_folder_a_device_or_leads_elsewhere(name: str) -> None:
    assert is_safe(folder_name(name))
    assert is_safe(f"{folder_name(name)}-2026-11-21-120000.jsonl")


@given(names=st.lists(NAMES, min_size=2, max_size=2, unique=True))
@examples(400)
def test_other_names_make_other_files_whatever_the_case(names: list[str]) -> None:
    one, other = names
    for name_of in (folder_name, lambda name: log_name(name, "same")):
        first, second = (normalize("NFKC", name_of(one)) for one in (one, other))
        assert first.casefold() != second.casefold()


@pytest.mark.parametrize("title", ["nul", "Con", "aux.", "com1"])
def test_a_log_under_a_former_name_is_gone_on_with(tmp_path: Path, title: str) -> None:
    """Former versions made a device's name of it, which is a file elsewhere."""
    turn = (
        Message(id="a", role="user", content="Hi.", name="", said_at=None, seen_at=NOW),
    )
    logs = LogFiles(tmp_path)
    made = logs.follow("chat", title, [turn])
    assert made is not None
    former = made.rename(made.with_name(made.name.replace("-.", ".", 1)))
    more = (
        Message(id="b", role="user", content="Ho.", name="", said_at=None, seen_at=NOW),
    )

    assert LogFiles(tmp_path).follow("chat", title, [turn, more]) == former
    assert [one.name for one in tmp_path.iterdir()] == [former.name]
