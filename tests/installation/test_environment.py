"""Our own environment: made once, brought to a level, and which torch it takes."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

import pytest

from installation.environment import (
    HERE,
    TORCH_CPU_INDEX,
    Failure,
    install_torch,
    inventory_of,
    own_python,
    read_requirements,
    torch_arguments,
)
from tests.installation.fakes import make_environment, make_wheel

on_linux = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="elsewhere plain torch is a CPU build"
)


@pytest.fixture
def no_gpu(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Hide this machine's programs, and so its GPU; return the folder of programs."""
    programs = tmp_path / "programs"
    programs.mkdir()
    monkeypatch.setenv("PATH", str(programs))
    return programs


def test_an_environment_that_does_not_run_is_made_anew(tmp_path: Path) -> None:
    """As after the system's Python was upgraded and the old one removed."""
    (tmp_path / "env" / "bin").mkdir(parents=True)
    (tmp_path / "env" / "bin" / "python").write_text("#!/nowhere/python\n", "utf-8")

    python = own_python(tmp_path / "env")

    assert inventory_of(python).has_pip


def test_a_place_that_cannot_hold_an_environment_says_what_to_do(
    tmp_path: Path,
) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(Failure, match="python3-venv"):
        own_python(tmp_path / "file" / "env")


@on_linux
def test_a_cpu_build_that_pip_sees_is_taken_before_a_newer_plain_one(
    tmp_path: Path, wheels: Path, no_gpu: Path
) -> None:
    make_wheel(wheels, "torch", "2.12.0+cpu")
    make_wheel(wheels, "torch", "2.13.0+cpu")
    make_wheel(wheels, "torch", "2.15.0")
    python = make_environment(tmp_path / "env", {})

    assert torch_arguments(python) == ["torch==2.13.0+cpu"]


@on_linux
def test_without_a_cpu_build_in_sight_pytorchs_own_index_is_asked(
    tmp_path: Path, wheels: Path, no_gpu: Path
) -> None:
    make_wheel(wheels, "torch", "2.15.0")
    python = make_environment(tmp_path / "env", {})

    assert torch_arguments(python) == ["torch", "--index-url", TORCH_CPU_INDEX]


@on_linux
def test_with_a_gpu_torch_is_taken_plain(tmp_path: Path, no_gpu: Path) -> None:
    (no_gpu / "nvidia-smi").write_text("#!/bin/sh\nexit 0\n", "utf-8")
    (no_gpu / "nvidia-smi").chmod(0o755)

    assert torch_arguments(tmp_path / "python") == ["torch"]


def test_a_torch_that_is_there_stays(tmp_path: Path) -> None:
    python = make_environment(tmp_path / "env", {"torch": "2.9.1+cu128"})

    install_torch(python)

    assert inventory_of(python).packages["torch"] == "2.9.1+cu128"


def test_if_torch_cannot_be_had_the_ways_to_bring_one_are_told(
    tmp_path: Path, no_gpu: Path
) -> None:
    python = make_environment(tmp_path / "env", {})

    with pytest.raises(Failure, match="find-links names"):
        install_torch(python)


def test_an_interpreter_that_fails_is_named(tmp_path: Path) -> None:
    with pytest.raises(Failure, match="does not run"):
        inventory_of(tmp_path / "no python")


def test_the_servers_requirements_are_the_packages_own_and_the_extra() -> None:
    """Two lists for two installers, `install.py` and `pip install .[server]`."""
    project = tomllib.loads((HERE / "pyproject.toml").read_text("utf-8"))["project"]

    listed = read_requirements(HERE / "requirements.txt")

    extra = project["optional-dependencies"]["server"]
    assert sorted(listed) == sorted([*project["dependencies"], *extra])
