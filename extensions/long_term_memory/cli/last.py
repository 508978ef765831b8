"""`ltm last`: what the running server put into the last prompt of a chat, and why.

Owns: asking the server, and how its answer is printed.
Knows nothing of: how memories are found.
"""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import typer

from ..config import Settings
from ..errors import ConfigError, NotFound, UpstreamError
from ..server.running import running_at
from . import sentences
from .options import (
    USUAL_USER,
    Character,
    DataDir,
    Json,
    User,
    settings_of,
    tell,
    tell_json,
)

_SECONDS: Final = 10
_MOST_SIGNALS: Final = 3


def last(
    chat: Annotated[
        str, typer.Argument(help="A chat; none means the newest.", metavar="CHAT")
    ] = "",
    character: Character = "",
    user: User = USUAL_USER,
    port: Annotated[
        int,
        typer.Option(min=0, max=65_535, help="Of the server; 0 for the one that runs."),
    ] = 0,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Tell what memory put into a chat's last prompt, and why.

    It asks the server, which has to run on this machine.
    """
    settings = settings_of(data_dir)
    named = {"chat": chat, "character": character, "user": user}
    asked = {name: value for name, value in named.items() if value}
    told = _ask(settings, _where(settings, port), asked)
    if as_json:
        tell_json(told)
    else:
        tell(for_people(told))


def _ask(settings: Settings, root: str, asked: dict[str, str]) -> dict[str, Any]:
    """Ask the server.

    Raises:
        UpstreamError: It does not answer, or not as it should.
        NotFound: There was no such request.
    """
    where = f"{root}/api/ltm/last?{urlencode(asked)}"
    request = Request(where, headers=_key(settings))
    try:
        with urlopen(request, timeout=_SECONDS) as answer:
            told: dict[str, Any] = json.load(answer)
            return told
    except HTTPError as error:
        error.close()
        if error.code == 404:
            raise NotFound(
                sentences.NO_REQUEST.format(user=asked.get("user", USUAL_USER))
            ) from error
        raise UpstreamError(
            sentences.SERVER_ANSWERED.format(root=root, code=error.code)
        ) from error
    except (URLError, OSError, ValueError) as error:
        raise UpstreamError(sentences.NO_SERVER.format(root=root)) from error


def _where(settings: Settings, port: int) -> str:
    """Return the server's address: by the port that is named, else where it says it is.

    It may have been started with another port than the settings here name.
    """
    found = "" if port else running_at(Path(settings.server.data_dir))
    return found or f"http://127.0.0.1:{port or settings.server.port}"


def _key(settings: Settings) -> dict[str, str]:
    """Return the header with the owner's key, if one can be read here."""
    from ..identity.auth import KEY_FILE, KEY_VARIABLE, OWNER, people_in

    key = os.environ.get(KEY_VARIABLE, "").strip()
    file = Path(settings.server.data_dir) / KEY_FILE
    if not key and file.is_file():
        try:
            known = people_in(file)
        except ConfigError:
            known = {}
        key = next((one for one, name in known.items() if name == OWNER), "")
    return {"Authorization": f"Bearer {key}"} if key else {}


def for_people(told: dict[str, Any]) -> str:
    """Return what the server told as lines."""
    at = datetime.fromisoformat(told["at"]).astimezone()
    lines = [f"{at:%Y-%m-%d %H:%M}  {told['character']}", f"Asked: {told['asked']}"]
    for block, title in (
        ("recall", sentences.BROUGHT_TO_MIND),
        ("head", sentences.IN_EVERY_PROMPT),
    ):
        memories = told[block]["memories"]
        lines.append(
            sentences.BLOCK_HEADING.format(title=title, tokens=told[block]["tokens"])
        )
        lines += [_line(one) for one in memories] or ["  nothing"]
    return "\n".join([*lines, told["note"]]).rstrip()


def _line(memory: dict[str, Any]) -> str:
    from ..core.retrieval.signals import SIGNALS
    from ..editor.chances import told_as

    day = f"{memory['happened_at'][:10]} " if memory["happened_at"] else ""
    name = f"{memory['name']}: " if memory["name"] else ""
    words = {one.name: one.label for one in SIGNALS}
    numbers = {
        signal: value
        for signal, value in memory["signals"].items()
        if isinstance(value, int | float) and signal != "distance" and value
    }
    best = sorted(numbers, key=lambda signal: -abs(numbers[signal]))[:_MOST_SIGNALS]
    why = [f"{words.get(one, one)} {numbers[one]:+.1f}" for one in best]
    if memory["chance"] is not None:
        why.insert(0, told_as(memory["chance"]))
    shown = f"  {day}{name}{memory['content']}"
    return f"{shown}  [{', '.join(why)}]" if why else shown
