"""Every event of Socket.IO, driven by the client that browsers use.

Set SOCKET_IO_DIR to a folder in which `npm install socket.io-client@4.8.4` was run;
else the one that CI makes is used.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from .live import MINE, a_world

ROOT = Path(__file__).resolve().parents[2]
MODULES = Path(os.environ.get("SOCKET_IO_DIR", ROOT / "build" / "socket_io"))
SCRIPT = Path(__file__).with_name("socket_io_client.cjs")


@pytest.mark.skipif(
    not (MODULES / "node_modules" / "socket.io-client").is_dir(),
    reason="SOCKET_IO_DIR names no folder with socket.io-client",
)
def test_the_client_of_npm_drives_every_event(tmp_path: Path) -> None:
    node = shutil.which("node")
    assert node is not None
    with a_world(tmp_path, keys=True, typing_milliseconds=200) as world:
        talk = world.conversation()
        command = [node, str(SCRIPT), str(MODULES.resolve()), world.url, MINE, talk.id]
        ran = subprocess.run(command, capture_output=True, text=True, timeout=60)

    assert ran.returncode == 0, ran.stderr
    told = json.loads(ran.stdout)
    answers, heard = told["answers"], told["heard"]
    assert answers["join"] == {"ok": True, "missed": 0}
    assert answers["send"]["message"]["clientId"] == "from-node"
    assert answers["leave"] == {"ok": True}
    assert {name for name, _ in heard} == {
        *("message:received", "message:delivered", "message:read"),
        *("typing:indicator", "character:response", "error"),
    }
    reply = told["reply"]
    assert (reply["senderType"], reply["content"]) == ("character", "Hello there.")
    kinds = [one["type"] for name, one in heard if name == "character:response"]
    assert (kinds[0], kinds[-1]) == ("started", "done")
    [fault] = [one for name, one in heard if name == "error"]
    assert fault["code"] == "not_found"
    assert told["missed"] == [reply["id"]]
