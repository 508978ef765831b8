"""What a person is told of pip."""

from __future__ import annotations

import pytest

from installation.progress import Line, step_of, why


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("Collecting numpy>=2 (from -r requirements.txt)\n", "Looking for numpy"),
        ("  Downloading zarr-3.1.0-py3-none-any.whl (1 kB)\n", "Fetching zarr"),
        (
            "Installing collected packages: a, b\n",
            "Unpacking all; this takes a while",
        ),
        ("Requirement already satisfied: numpy\n", ""),
        ("Collecting\n", "Looking for"),
    ],
)
def test_a_line_of_pip_becomes_a_step(line: str, told: str) -> None:
    assert step_of(line) == told


@pytest.mark.parametrize(
    ("printed", "reason", "way_out"),
    [
        ("... NewConnectionError('...')\nERROR: No match", "index", "HTTPS_PROXY"),
        ("SSLError(CERTIFICATE_VERIFY_FAILED)", "certificate", "PIP_CERT"),
        ("OSError: [Errno 28] No space left on device", "disk is full", "Make room"),
        ("ERROR: [Errno 13] Permission denied: '/usr'", "written", "your own"),
        ("ERROR: No matching distribution found for x", "not to be had", "3.11"),
    ],
)
def test_a_failure_of_pip_has_a_reason_and_a_way_out(
    printed: str, reason: str, way_out: str
) -> None:
    told = why(printed)

    assert reason in told
    assert way_out in told


def test_what_is_not_known_is_told_in_pips_own_words() -> None:
    told = why("Collecting x\nERROR: the moon is full\n\n")

    assert "the moon is full" in told
    assert "Collecting" not in told
    assert "--verbose" in told


def test_without_a_terminal_a_title_stands_alone(
    capsys: pytest.CaptureFixture[str],
) -> None:
    line = Line("Installing")

    printed = line.follow(["Collecting a\n", "Collecting b\n"])
    line.end()

    assert printed == "Collecting a\nCollecting b\n"
    assert capsys.readouterr().out == "Installing\n"
