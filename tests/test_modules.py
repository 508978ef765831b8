"""How modules stand to each other: no circles, one name a class, short functions.

Beside this file stands what does not keep each rule yet. Those lists may only shrink:
what keeps the rule and is still listed fails, too.
"""

from __future__ import annotations

import ast
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent / "extensions" / "long_term_memory"

LONGEST_BODY = 60

EXCEPTIONS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))

HOSTS = (
    *("importers", "exporters", "editor", "web", "llm", "identity"),
    *("companion", "webui", "server", "cli"),
)
# Each serves clients of another kind, over the same engine.
SIBLINGS = ("server.openai.", "server.extras.", "server.memory_api.")
STORES = "storage."
OPEN = {"storage.protocols", "storage.backend"}

INSIDE = {"state", "indexer", "rereading"}
"""What a bank has for the rooms of the engine alone."""

# A module of the engine imports from its own line and from those before it.
ENGINE = (
    {"records", "faults", "timings", "worker", "bank_names", "pieces"}
    | {"elsewhere", "trying"},
    {"state"},
    {"embedding"},
    {"summarization"},
    {"knowledge"},
    {"retrieval"},
    {"ingestion"},
    {"memories", "versions", "policies", "carried_policies", "recalls", "pages"}
    | {
        "compose",
        "composer",
        "undo_log",
        "edit_history",
        "transfer",
        "rebuild",
        "snapshot",
    }
    | {"forgetting"},
    {"chat", "bank", "browsing"},
    {
        "asking",
        "finding",
        "leafing",
        "revising",
        "reworking",
        "alike",
        "replacing",
        "change_feed",
        "open_banks",
        "backends",
        "prompt_plans",
        "collections",
        "chat_logs",
    }
    | {"engine", "recent"},
    {"maintenance"},
)


def excepted(rule: str) -> set[str]:
    """Return what does not keep a rule yet."""
    names: list[str] = EXCEPTIONS[rule]
    return set(names)


@cache
def modules() -> dict[str, ast.Module]:
    """Return the syntax tree of each module, by its dotted name below the package."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        found[".".join(parts)] = ast.parse(path.read_text("utf-8"), str(path))
    return found


@cache
def imported(name: str) -> frozenset[str]:
    """Return the modules of ours that a module imports, wherever it does."""
    folder = name.split(".")[:-1]
    found = set()
    for node in ast.walk(modules()[name]):
        if not (isinstance(node, ast.ImportFrom) and node.level):
            continue
        up = folder[: len(folder) - (node.level - 1)]
        base = [*up, *(node.module.split(".") if node.module else [])]
        for alias in node.names:
            found |= {one for one in _meant(base, alias.name) if one in modules()}
    return frozenset(found - {name})


def _meant(base: list[str], name: str) -> Iterator[str]:
    module = ".".join([*base, name])
    yield module
    if module not in modules():
        yield ".".join(base)
        yield ".".join([*base, "__init__"])


def circles() -> set[frozenset[str]]:
    """Return the sets of modules each of which imports itself by way of the others."""
    reached = {name: set(imported(name)) for name in modules()}
    changed = True
    while changed:
        changed = False
        for seen in reached.values():
            more = set().union(*(reached[one] for one in seen)) - seen
            seen |= more
            changed = changed or bool(more)
    inside = {name for name, seen in reached.items() if name in seen}
    return {
        frozenset(
            one for one in inside if one in reached[name] and name in reached[one]
        )
        for name in inside
    }


def test_no_module_imports_itself_by_way_of_others() -> None:
    assert circles() == {frozenset(one) for one in EXCEPTIONS["circles"]}


def test_a_public_name_means_one_class() -> None:
    """A homonym is a bug: whoever searches for the name finds the wrong one."""
    homes = defaultdict(set)
    for name, tree in modules().items():
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                homes[node.name].add(name)

    twice = {name for name, where in homes.items() if len(where) > 1}
    assert twice == excepted("named_twice")


def body_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count the lines of a function's body, its docstring apart."""
    body = node.body[1:] if ast.get_docstring(node) else node.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_a_function_is_a_screen_long_at_most() -> None:
    long = {
        f"{name}.{node.name}"
        for name, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and body_lines(node) > LONGEST_BODY
    }

    assert long == excepted("long_functions")


def of_stores(name: str) -> set[str]:
    """Return what a module imports of stores, but for what anybody may see."""
    return {one for one in imported(name) if one.startswith(STORES)} - OPEN


def test_the_engine_sees_what_a_store_is_and_no_implementation() -> None:
    seen = {
        name for name in modules() if name.startswith("engine.") and of_stores(name)
    }

    assert seen == excepted("stores_in_engine")


def test_hosts_see_no_store() -> None:
    seen = {
        name
        for name in modules()
        if name.startswith(HOSTS)
        and {one for one in imported(name) if one.startswith(STORES)}
    }

    assert not seen


def test_hosts_see_nothing_of_what_a_bank_holds_in_memory() -> None:
    seen = {
        name
        for name in modules()
        if name.startswith(HOSTS)
        and {one for one in imported(name) if one.startswith("engine.state")}
    }

    assert not seen


def reaches_in(node: ast.AST) -> bool:
    """Say whether a node takes hold of what is inside of a bank."""
    if not isinstance(node, ast.Attribute) or node.attr not in INSIDE:
        return False
    return "bank" in ast.unparse(node.value).casefold()


def test_hosts_reach_into_no_bank() -> None:
    assert reaches_in(ast.parse("engine.bank(scope).state", mode="eval").body)
    seen = {
        name
        for name, tree in modules().items()
        if name.startswith(HOSTS) and any(map(reaches_in, ast.walk(tree)))
    }

    assert not seen


def line_of(name: str) -> int:
    """Return the line of the engine on which a module stands."""
    room = name.split(".")[1]
    places = [at for at, line in enumerate(ENGINE) if room in line]
    assert places, f"{name} has no place in the engine"
    return places[0]


def test_the_engine_has_an_order_of_its_own() -> None:
    """Acts take the state and know nothing of the bank that puts them together."""
    upwards = {
        (name, other)
        for name in modules()
        if name.startswith("engine.") and name != "engine.__init__"
        for other in imported(name)
        if other.startswith("engine.") and line_of(other) > line_of(name)
    }

    assert not upwards


def test_the_order_of_the_engine_names_what_is_there() -> None:
    there = {name.split(".")[1] for name in modules() if name.startswith("engine.")}

    assert set().union(*ENGINE) == there - {"__init__"}


def test_what_serves_one_kind_of_client_knows_nothing_of_another() -> None:
    """What two of them need stands in `server` itself."""
    crossing = {
        (name, other)
        for name in modules()
        for other in imported(name)
        if name.startswith(SIBLINGS)
        and other.startswith(SIBLINGS)
        and name.split(".")[1] != other.split(".")[1]
    }

    assert not crossing
