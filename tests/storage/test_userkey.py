"""Where a user's key is found, and what is no key."""

from __future__ import annotations

import os
from base64 import urlsafe_b64encode
from pathlib import Path

import pytest

from long_term_memory.errors import EncryptionError
from long_term_memory.storage.encryption.user_key import (
    find_key,
    key_source,
    make_key_file,
    no_key,
    read_key_file,
)

from .builders import KEY

BASE64 = urlsafe_b64encode(KEY).decode()


def test_a_made_key_is_its_owners_alone_and_another_every_time(tmp_path: Path) -> None:
    one, other = tmp_path / "keys" / "one", tmp_path / "keys" / "other"
    make_key_file(one)
    make_key_file(other)

    assert len(read_key_file(one)) == 32
    assert read_key_file(one) != read_key_file(other)
    assert os.name != "posix" or one.stat().st_mode & 0o777 == 0o600


def test_a_key_is_never_written_over_a_file(tmp_path: Path) -> None:
    file = tmp_path / "key"
    make_key_file(file)
    before = file.read_text()

    with pytest.raises(EncryptionError, match="exists already"):
        make_key_file(file)
    with pytest.raises(EncryptionError, match="cannot be written"):
        make_key_file(file / "below" / "it")

    assert file.read_text() == before


def test_the_environment_comes_before_the_file(tmp_path: Path) -> None:
    file = tmp_path / "key"
    make_key_file(file)

    assert find_key(BASE64, str(file)) == KEY
    assert find_key("", str(file)) == read_key_file(file)
    assert find_key(" ", " ") is None


@pytest.mark.parametrize("text", [BASE64, BASE64[:-1], KEY.hex(), f" {BASE64}\n"])
def test_a_key_is_read_in_any_of_its_forms(text: str) -> None:
    assert find_key(text, "") == KEY


@pytest.mark.parametrize("text", ["secret", "ü" * 43, "z" * 64, BASE64[:-4]])
def test_what_is_no_key_is_refused_with_the_way_out(text: str) -> None:
    with pytest.raises(EncryptionError, match="ltm encryption-key"):
        find_key(text, "")


def test_a_key_file_that_is_gone_is_told(tmp_path: Path) -> None:
    with pytest.raises(EncryptionError, match="encryption_key_file"):
        key_source("", str(tmp_path / "gone"))()


@pytest.mark.skipif(os.name != "posix", reason="other systems know no modes")
def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "key"
    make_key_file(file)
    file.chmod(0o644)

    with pytest.raises(EncryptionError, match="chmod 600"):
        read_key_file(file)


def test_who_names_no_key_has_none() -> None:
    assert key_source(" ", "") is no_key
    assert key_source("", "")() is None
