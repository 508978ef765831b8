"""The keys that open the server, and the file that holds them."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from long_term_memory.config import ServerSettings, Settings
from long_term_memory.errors import ConfigError
from long_term_memory.identity.auth import (
    KEY_FILE,
    OWNER,
    SHORTEST_KEY,
    Keys,
    keys_of,
    people_in,
    seen_by_others,
    server_keys,
)
from long_term_memory.server.welcome import welcome

MINE = "mine-0123456789abcdef"
SECRETS = ["anna-0123456789abcdef", "bens-0123456789abcdef"]


def test_a_missing_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    keys_of(tmp_path / "data", {})
    path = tmp_path / "data" / KEY_FILE
    made = path.read_text(encoding="utf-8").strip()
    assert len(made) == 32
    assert path.stat().st_mode & 0o077 == 0
    assert seen_by_others(path) == ""
    assert keys_of(tmp_path / "data", {}).is_ours(made)


def test_the_environment_comes_before_the_file_and_makes_none(tmp_path: Path) -> None:
    keys = keys_of(tmp_path, {"LTM_API_KEY": f" {MINE}\n"})
    assert keys.is_ours(MINE)
    assert not (tmp_path / KEY_FILE).exists()


@pytest.mark.parametrize("key", ["mine", "x" * 15, "mine 0123456789abcdef", "é" * 20])
def test_a_weak_key_of_the_environment_is_refused(tmp_path: Path, key: str) -> None:
    for settings in (of("127.0.0.1"), of("0.0.0.0"), of("127.0.0.1", secure=True)):
        with pytest.raises(ConfigError, match="LTM_API_KEY is no key") as raised:
            server_keys(settings, {"LTM_API_KEY": key})
        assert key not in str(raised.value)


@pytest.mark.parametrize("shown", ["", " ", "wrong", "é", MINE[:-1], MINE + "x"])
def test_no_other_key_is_ours(shown: str) -> None:
    assert not Keys(MINE).is_ours(shown)
    assert not Keys(" ").is_ours(shown)


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / KEY_FILE).mkdir()
    with pytest.raises(ConfigError, match="Cannot read or make"):
        keys_of(tmp_path, {})


def test_a_file_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match="Cannot read or make"):
        keys_of(tmp_path / "file", {})


PEOPLE = f"""\
# One line for each person.
{MINE}
anna: {SECRETS[0]}
ben:{SECRETS[1]}

anna: another-0123456789abcdef
Łukasz.B : third+one/0123456789==
"""


def test_a_file_may_have_keys_of_several_people(tmp_path: Path) -> None:
    (tmp_path / KEY_FILE).write_text(PEOPLE, encoding="utf-8")
    keys = keys_of(tmp_path, {})

    shown = (MINE, *SECRETS, "another-0123456789abcdef", "third+one/0123456789==")
    assert [keys.whose(key) for key in shown] == ["", "anna", "ben", "anna", "Łukasz.B"]
    for wrong in (f"anna: {SECRETS[0]}", f"anna:{SECRETS[0]}", "anna:", "anna", "ben"):
        assert keys.whose(wrong) is None


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("anna:", "the key is missing"),
        (":", "a name is one word"),
        (f": {SECRETS[0]}", "a name is one word"),
        (f"ben={SECRETS[0]}", "English letters"),
        (f"anna\N{FULLWIDTH COLON} {SECRETS[0]}", "English letters"),
        (f"anna\N{FULLWIDTH COLON}{SECRETS[0]}", "English letters"),
        (f"{'n' * 65}: {SECRETS[0]}", "at most 64"),
        (f"anna smith: {SECRETS[0]}", "a name is one word"),
        (f"anna: ben: {SECRETS[0]}", "a name is one word"),
        ("anna: short", "at least 16"),
        ("mine", "at least 16"),
        ("x" * 257, "at most 256"),
        (f"{SECRETS[0]} {SECRETS[1]}", "English letters"),
        (f"anna: {SECRETS[0]}\x00", "English letters"),
        (f"{SECRETS[0]}\x85{SECRETS[1]}", "English letters"),
        (f"{SECRETS[0]}\r{SECRETS[1]}", "English letters"),
        (f"anna: {SECRETS[0]} # hers", "English letters"),
        (f"\N{NO-BREAK SPACE}{SECRETS[0]}", "English letters"),
        (f"default: {SECRETS[0]}", "is what the owner is called"),
        (f"DEFAULT: {SECRETS[0]}", "is what the owner is called"),
        (f"default\N{HANGUL CHOSEONG FILLER}: {SECRETS[0]}", "is what the owner is"),
        (f"anna\N{GREEK YPOGEGRAMMENI}b: {SECRETS[0]}", "stands for a blank"),
        (f"anna: {MINE}", "this key is another one's"),
        (f"carl: {SECRETS[0]}\nCARL: {SECRETS[1]}", "too much like another"),
        (f"ﬁn: {SECRETS[0]}\nfin: {SECRETS[1]}", "too much like another"),
        (f"fin\N{HANGUL FILLER}: {SECRETS[0]}\nfin: {SECRETS[1]}", "too much like"),
    ],
)
def test_a_line_that_is_no_key_is_refused_by_its_number(
    tmp_path: Path, line: str, words: str
) -> None:
    """It once became an owner's key: `anna:` opened everything to these letters."""
    (tmp_path / KEY_FILE).write_text(f"# Keys\n{MINE}\n{line}\n", encoding="utf-8")
    last = 3 + line.count("\n")

    with pytest.raises(ConfigError, match=words) as raised:
        keys_of(tmp_path, {})

    assert f"line {last}: " in str(raised.value)
    assert not any(secret in str(raised.value) for secret in (*SECRETS, MINE))


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"\n", "holds no key"),
        (b"# nothing", "holds no key"),
        (b"\xef\xbb\xbf", "holds no key"),
        ((MINE + "\n").encode("utf-16"), "no text in UTF-8"),
    ],
)
def test_a_file_without_a_key_is_told(tmp_path: Path, raw: bytes, words: str) -> None:
    (tmp_path / KEY_FILE).write_bytes(raw)
    with pytest.raises(ConfigError, match=words):
        keys_of(tmp_path, {})


def test_a_file_written_by_an_editor_of_windows_is_read(tmp_path: Path) -> None:
    text = f"{MINE}\r\nanna: {SECRETS[0]}\r\n"
    (tmp_path / KEY_FILE).write_bytes(b"\xef\xbb\xbf" + text.encode())
    keys = keys_of(tmp_path, {})

    assert (keys.whose(MINE), keys.whose(SECRETS[0])) == ("", "anna")


TOKEN = st.text("abcXYZ019._~+/-", min_size=1, max_size=40)
ODD = st.text(st.sampled_from('aZ9.:=-, \t\r#"\0é\N{FULLWIDTH COLON}'), max_size=30)


@given(lines=st.lists(st.one_of(TOKEN, ODD, st.tuples(TOKEN, TOKEN).map(": ".join))))
def test_whatever_a_file_holds_a_key_is_long_and_whose_its_line_says(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str]
) -> None:
    path = tmp_path_factory.getbasetemp() / KEY_FILE
    path.write_bytes("\n".join(lines).encode())
    try:
        people = people_in(path)
    except ConfigError:
        return
    for key, name in people.items():
        assert len(key) >= SHORTEST_KEY
        assert ":" not in key
        assert any(key in line and (name in line) for line in lines)
        if name == OWNER:
            assert any(line.strip(" \t\r") == key for line in lines)


@pytest.mark.skipif(os.name != "posix", reason="modes are of POSIX")
@pytest.mark.parametrize(
    ("mode", "open_to"), [(0o600, False), (0o400, False), (0o640, True), (0o604, True)]
)
def test_a_key_file_that_others_can_read_is_told(
    tmp_path: Path, mode: int, open_to: bool
) -> None:
    path = tmp_path / KEY_FILE
    path.write_text(MINE, encoding="utf-8")
    path.chmod(mode)

    told = seen_by_others(path)

    assert bool(told) == open_to
    assert not open_to or f"chmod 600 {path}" in told
    served = Settings(server=ServerSettings(secure=True, data_dir=str(tmp_path)))
    assert ("chmod" in welcome(served)) == open_to


def of(host: str, *, secure: bool = False) -> Settings:
    return replace(
        Settings(),
        server=replace(ServerSettings(), host=host, secure=secure),
    )


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "127.box.lan"])
def test_the_network_is_not_listened_to_without_a_key(host: str) -> None:
    with pytest.raises(ConfigError, match="LTM_API_KEY"):
        server_keys(of(host), {})
    assert server_keys(of(host), {"LTM_API_KEY": MINE}).needed


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "localhost"])
def test_on_this_machine_a_key_is_known_and_not_asked_for(host: str) -> None:
    keys = server_keys(of(host), {"LTM_API_KEY": MINE})
    assert not keys.needed
    assert keys.is_ours(MINE)


def test_secure_asks_for_the_key_on_this_machine_too() -> None:
    assert server_keys(of("127.0.0.1", secure=True), {"LTM_API_KEY": MINE}).needed
