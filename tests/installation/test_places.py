"""A place for the extension: telling what stands there, attaching, detaching."""

from __future__ import annotations

from pathlib import Path

import pytest

from installation import places
from installation.environment import PACKAGE, Failure
from tests.installation.fakes import make_foreign


@pytest.fixture
def user(tmp_path: Path) -> Path:
    """Return the place in the user data."""
    return tmp_path / "user data" / "extensions" / "long_term_memory"


@pytest.fixture
def system(tmp_path: Path) -> Path:
    """Return the place beside the webui's own extensions."""
    return tmp_path / "web ui" / "extensions" / "long_term_memory"


def test_a_copy_holds_the_package_without_caches(user: Path) -> None:
    places.attach(user, copy=True)

    assert places.stands_at(user) == places.COPY
    assert {p.name for p in PACKAGE.rglob("*.py")} == {
        p.name for p in user.rglob("*.py")
    }
    assert not list(user.rglob("__pycache__"))


def test_attaching_again_brings_a_copy_up_to_date(user: Path) -> None:
    places.attach(user, copy=True)
    (user / "stale.py").touch()

    places.attach(user, copy=True)

    assert not (user / "stale.py").exists()


def test_a_link_can_take_the_place_of_a_copy_and_back(user: Path) -> None:
    places.attach(user, copy=True)
    places.attach(user, copy=False)
    assert places.stands_at(user) == places.LINK

    places.attach(user, copy=True)
    assert places.stands_at(user) == places.COPY
    assert (PACKAGE / "__init__.py").is_file()


def test_detaching_a_link_leaves_the_package(user: Path) -> None:
    places.attach(user, copy=False)

    places.detach(user)

    assert places.stands_at(user) == places.NOTHING
    assert (PACKAGE / "__init__.py").is_file()


def test_a_copy_with_memories_in_it_is_not_removed(user: Path) -> None:
    places.attach(user, copy=True)
    (user / "memory.sqlite3").touch()

    with pytest.raises(Failure, match="looks like memories"):
        places.attach(user, copy=False)

    assert (user / "memory.sqlite3").is_file()


def test_a_link_whose_target_is_gone_is_told_and_replaced(
    user: Path, tmp_path: Path
) -> None:
    user.parent.mkdir(parents=True)
    user.symlink_to(tmp_path / "moved away")
    assert "is gone" in places.describe(user)

    places.attach(user, copy=False)

    assert user.resolve() == PACKAGE


def test_a_place_where_links_are_refused_asks_for_a_copy(user: Path) -> None:
    """Stands for a file system without links: the folder cannot take a new name."""
    user.parent.mkdir(parents=True)
    blocked = user.parent / ("x" * 300)

    with pytest.raises(Failure, match="--copy"):
        places.link(blocked)


def test_a_foreign_extension_in_the_user_data_is_left_alone(
    user: Path, system: Path
) -> None:
    make_foreign(user)

    with pytest.raises(Failure, match="Move it away"):
        places.choose(user, system, system=False)


def test_a_user_copy_would_hide_the_system_copy(user: Path, system: Path) -> None:
    places.attach(user, copy=True)

    with pytest.raises(Failure, match="hide"):
        places.choose(user, system, system=True)


def test_the_user_copy_is_the_one_that_is_loaded(user: Path, system: Path) -> None:
    make_foreign(system)
    assert places.active(user, system) is None

    places.attach(user, copy=False)

    assert places.active(user, system) == user


def test_what_stands_at_a_place_is_said_in_words(user: Path) -> None:
    assert places.describe(user) == "nothing"
    make_foreign(user)
    assert places.describe(user) == "another extension"
