"""What importing may load: a webui with memory off must not pay for it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

EXTENSIONS = Path(__file__).resolve().parent.parent / "extensions"
HEAVY = {
    *("aiohttp", "fastapi", "gradio", "onnxruntime", "pandas", "scipy", "sklearn"),
    *(
        "sentence_transformers",
        "tokenizers",
        "torch",
        "transformers",
        "uvicorn",
        "zarr",
    ),
}


@pytest.mark.parametrize(
    "module", ["build", "script", "cli", "client", "memory", "server", "testing"]
)
def test_importing_loads_no_heavy_library(module: str) -> None:
    code = (
        f"import json, sys; import long_term_memory.{module};"
        "print(json.dumps(sorted({name.split('.')[0] for name in sys.modules})))"
    )

    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(EXTENSIONS)},
    )

    assert ran.returncode == 0, ran.stderr
    assert HEAVY.isdisjoint(json.loads(ran.stdout))


def test_the_client_loads_nothing_of_the_engine() -> None:
    code = (
        "import sys; import long_term_memory.client;"
        "assert 'numpy' not in sys.modules and 'sqlite3' not in sys.modules;"
        "assert not [n for n in sys.modules if n.startswith('long_term_memory.engine')]"
    )
    environ = {**os.environ, "PYTHONPATH": str(EXTENSIONS)}

    subprocess.run([sys.executable, "-c", code], check=True, env=environ)


def test_a_server_loads_the_database_library_when_somebody_needs_it() -> None:
    """Who only uses the proxy never does."""
    code = (
        "import sys; import long_term_memory.server.app;"
        "assert not {'sqlalchemy', 'alembic'} & set(sys.modules)"
    )
    environ = {**os.environ, "PYTHONPATH": str(EXTENSIONS)}

    subprocess.run([sys.executable, "-c", code], check=True, env=environ)
