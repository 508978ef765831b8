"""The command `ltm` in an environment.

Owns: the script that stands beside the environment's Python, and the path file by which
    that Python finds the package.
Knows nothing of what the command does.
"""

from __future__ import annotations

import os
import stat
import subprocess
from pathlib import Path

PATH_FILE = "long_term_memory_checkout.pth"
_POSIX = """#!/bin/sh
# Written by install.py: the checkout's own start script, as a command of this
# environment.
exec '{script}' "$@"
"""
_WINDOWS = '@"{script}" %*\r\n'


def put(python: Path, checkout: Path) -> Path:
    """Write the command into an environment and return where it stands.

    Args:
        python: The environment's interpreter.
        checkout: The folder that holds the project.
    """
    site = subprocess.run(
        [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    (Path(site) / PATH_FILE).write_text(f"{checkout / 'extensions'}\n", "utf-8")
    if os.name == "nt":
        script = python.parent / "ltm.cmd"
        script.write_bytes(_WINDOWS.format(script=checkout / "ltm.cmd").encode())
        return script
    script = python.parent / "ltm"
    quoted = str(checkout / "ltm").replace("'", "'\\''")
    script.write_text(_POSIX.format(script=quoted), "utf-8")
    script.chmod(script.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
    return script
