"""What a person is told of pip: one line while it works, and why it failed.

Owns: reading pip's output.
Knows nothing of environments, or of what is installed.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from time import monotonic

# So often a line is told where none can be written over: a log, a pipe.
TOLD_EVERY_SECONDS = 20.0
# So much of pip's own words is shown when nothing known is found in them.
SHOWN_LINES = 4
WIDTH = 76

_STEPS = {
    "Collecting": "Looking for",
    "Downloading": "Fetching",
    "Using cached": "Fetching",
    "Preparing metadata": "Reading",
    "Building wheel for": "Building",
    "Installing collected packages": "Unpacking all; this takes a while",
}
_NO_NETWORK = (
    "NewConnectionError",
    "Temporary failure in name resolution",
    "Network is unreachable",
    "ConnectTimeoutError",
    "ReadTimeoutError",
    "Max retries exceeded",
    "ProxyError",
    "getaddrinfo failed",
)
_CAUSES = (
    (
        _NO_NETWORK,
        "the package index cannot be reached",
        "See whether this machine is online (behind a proxy, set HTTPS_PROXY), or "
        "point pip to a mirror or a folder of wheels: pip config set "
        "global.find-links FOLDER.",
    ),
    (
        ("CERTIFICATE_VERIFY_FAILED", "SSLError"),
        "the package index shows a certificate that is not trusted here",
        "Often a proxy stands between: ask its owner for the certificate, and set "
        "PIP_CERT to its file.",
    ),
    (
        ("No space left on device", "[Errno 28]", "not enough space"),
        "the disk is full",
        "Make room, half a gigabyte is enough.",
    ),
    (
        ("Permission denied", "Read-only file system", "[Errno 13]", "[Errno 30]"),
        "the folder cannot be written",
        "Unpack the project in a folder of your own.",
    ),
    (
        ("No matching distribution found", "Could not find a version"),
        "a package is not to be had",
        "See whether pip can reach its package index (pip config list), and whether "
        "this Python is one of the usual ones: 3.11 to 3.13, 64 bits.",
    ),
)


def step_of(line: str) -> str:
    """Return what a line of pip means for people; empty if it means nothing."""
    words = line.strip()
    for begins, told in _STEPS.items():
        if words.startswith(begins):
            rest = words.removeprefix(begins).split()
            name = re.split(r"[<>=!~;\[(,:-]", rest[0])[0] if rest else ""
            return told if "all" in told or not name else f"{told} {name}"
    return ""


def why(output: str) -> str:
    """Say why pip failed, and the way out, from what it printed."""
    for signs, reason, way_out in _CAUSES:
        if any(sign in output for sign in signs):
            return f"{reason}. {way_out}"
    lines = [line for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR")] or lines
    shown = "\n".join(errors[-SHOWN_LINES:])
    return f"pip said:\n{shown}\nRun it again with --verbose to see all of it."


class Line:
    """One line that is written over where there is a terminal; else few lines."""

    def __init__(self, title: str) -> None:
        """Begin with a title."""
        self._title = title
        self._live = sys.stdout.isatty()
        self._told_at = monotonic()
        if not self._live:
            print(title, flush=True)

    def follow(self, lines: Iterable[str]) -> str:
        """Show what each line means; return all of them."""
        read = []
        for line in lines:
            read.append(line)
            self._show(step_of(line))
        return "".join(read)

    def end(self) -> None:
        """Leave the title and nothing else."""
        if self._live:
            print(f"\r{self._title:{WIDTH}}", flush=True)

    def _show(self, step: str) -> None:
        if not step:
            return
        if self._live:
            shown = f"{self._title}: {step}"[:WIDTH]
            print(f"\r{shown:{WIDTH}}", end="", flush=True)
        elif monotonic() - self._told_at > TOLD_EVERY_SECONDS:
            self._told_at = monotonic()
            print(f"  {step}", flush=True)
