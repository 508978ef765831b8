"""Every command, link and piece of code in README and docs is one that works."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import typer
import yaml

import install
from long_term_memory.cli.app import app
from long_term_memory.cli.reference import commands_markdown

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted(
    [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *ROOT.glob("docs/**/*.md")]
)
INDEX = ROOT / "docs" / "README.md"
_BLOCK = re.compile(
    r"^[ \t]*```(?P<kind>\w*)[ \t]*\n(?P<text>.*?)^[ \t]*```", re.M | re.S
)
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\((?!https?://|mailto:)([^)\s]+)\)")
# What is no command of ours, and is checked by its look alone.
_FOREIGN = re.compile(
    r"(pip install '?\.(\[\w+\]')?"
    r"|export [A-Z_]+=\S+|curl http://127\.0\.0\.1:5100/\S+.*"
    r"|python server\.py --extensions long_term_memory"
    r"|python3 integrations/terminal/chat\.py .*"
    r"|\.venv/bin/(ruff (check|format) \.|mypy|pytest).*)",
    re.S,
)


class Block(NamedTuple):
    """A piece of code on a page."""

    page: str
    kind: str
    text: str


def blocks() -> Iterator[Block]:
    for page in PAGES:
        for found in _BLOCK.finditer(page.read_text("utf-8")):
            name = str(page.relative_to(ROOT))
            yield Block(name, found["kind"], found["text"])


def commands(text: str) -> Iterator[list[str]]:
    """Yield the commands of a block for a shell, word by word."""
    whole = re.sub(r"'[^']*'", lambda quoted: quoted[0].replace("\n", " "), text)
    for line in whole.splitlines():
        words = shlex.split(line, comments=True)
        if words:
            yield words


def check(words: list[str]) -> None:
    """See whether a command line could be typed; raises or fails if it could not."""
    program = Path(words[0]).name
    if program == "ltm":
        if words[1:2] in (["--help"], ["--install-completion"]):
            return
        whole: Any = typer.main.get_command(app)
        wanted = [one for one in words[2:] if one != "--help"]
        whole.commands[words[1]].make_context(words[1], wanted)
    elif words[:2] in (["python3", "install.py"], ["py", "install.py"]):
        options, rest = install.parser().parse_known_args(words[2:])
        if options.command == "serve":
            check(["ltm", "serve", *rest])
    else:
        assert _FOREIGN.fullmatch(" ".join(words)), words


@pytest.mark.parametrize("page", sorted({one.page for one in blocks()}))
def test_every_block_of_code_is_one_that_works(page: str) -> None:
    for block in blocks():
        if block.page != page:
            continue
        if block.kind == "sh":
            for words in commands(block.text):
                check(words)
        elif block.kind == "json":
            json.loads(block.text)
        elif block.kind == "toml":
            tomllib.loads(block.text)
        elif block.kind == "yaml":
            yaml.safe_load(block.text)
        elif block.kind == "python":
            compile(block.text, page, "exec")
        else:
            assert block.kind == "text", f"{page}: a block of {block.kind!r}"


def test_a_command_that_does_not_exist_would_be_noticed() -> None:
    for line in ("ltm serch cat", "ltm search cat --lot", "python3 install.py serv"):
        with pytest.raises((Exception, SystemExit)):
            check(shlex.split(line))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in _LINK.findall(page.read_text("utf-8")):
        name, _, anchor = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        assert file.exists(), target
        if anchor:
            assert anchor in anchors(file), target


def test_the_index_leads_to_every_page() -> None:
    linked = {
        (INDEX.parent / one.partition("#")[0]).resolve()
        for one in _LINK.findall(INDEX.read_text("utf-8"))
    }

    assert [one for one in PAGES if one.is_relative_to(INDEX.parent)] == sorted(
        {one for one in linked if one.is_relative_to(INDEX.parent)} | {INDEX}
    )


def test_the_page_of_commands_is_current() -> None:
    """Write it anew with commands_markdown()."""
    assert (ROOT / "docs" / "commands.md").read_text("utf-8") == commands_markdown()


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub names them."""
    told = re.sub(_BLOCK, "", page.read_text("utf-8"))
    headings = re.findall(r"^#+ (.+)$", told, re.M)
    return {
        re.sub(r"[^\w\- ]", "", one.strip().lower()).replace(" ", "-")
        for one in headings
    }
