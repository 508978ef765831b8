"""What the commands say stands in one table, ready to be another language's."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from long_term_memory.cli import sentences

CLI = Path(sentences.__file__).parent
TABLE = {name: text for name, text in vars(sentences).items() if name.isupper()}
SAYS = {"tell", "tell_fault", "amiss", "confirm", "prompt"}
MODULES = sorted(path for path in CLI.glob("*.py") if path.stem != "sentences")


def is_table(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "sentences"


def names_in(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and is_table(node.value):
            yield node.attr


def spoken(tree: ast.AST) -> Iterator[ast.expr]:
    """Yield what is said to a person: by a word for it, or by an error."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            yield from node.exc.args
        elif isinstance(node, ast.Call):
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if called in SAYS:
                yield from node.args


def words_of(node: ast.expr) -> str:
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    return "".join(
        part.value
        for part in parts
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    )


def parsed(module: Path) -> ast.Module:
    return ast.parse(module.read_text("utf-8"), str(module))


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_a_sentence_stands_in_the_table(module: Path) -> None:
    loose = [
        (node.lineno, words_of(node))
        for node in spoken(parsed(module))
        if len([word for word in words_of(node).split() if word.isalpha()]) > 1
    ]

    assert not loose


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_a_sentence_is_given_the_fields_that_it_has(module: Path) -> None:
    for node in ast.walk(parsed(module)):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "format"
            and isinstance(node.func.value, ast.Attribute)
            and is_table(node.func.value.value)
        ):
            text = TABLE[node.func.value.attr]
            fields = {field for _, field, _, _ in Formatter().parse(text) if field}
            assert {keyword.arg for keyword in node.keywords} == fields, text


def test_no_sentence_stands_there_for_nothing() -> None:
    said = {name for module in MODULES for name in names_in(parsed(module))}

    assert said == TABLE.keys()
