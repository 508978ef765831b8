"""Whatever the interface's description allows, the server answers, and never by 5xx."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.transport import Response

from long_term_memory.build import build_engine
from long_term_memory.config import Settings
from long_term_memory.server.app import create_app
from long_term_memory.server.openapi import describe
from tests.hosts.stub_llm import stub_llm
from tests.server.conftest import Running, running

pytestmark = pytest.mark.slow

# So many times as many by hand: LTM_MORE_EXAMPLES=20.
MORE = int(os.environ.get("LTM_MORE_EXAMPLES", "1"))
EXAMPLES = 15 * MORE
# There are three times as many of these, and each has its own tests.
FEW = 6 * MORE
MEMORY_API = "^/api/(ltm/)?v1"
PATIENCE_SECONDS = 30.0


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server before a model that answers."""
    folder: Path = tmp_path_factory.mktemp("memories")
    with stub_llm() as stub, running(folder, "--llm-base-url", stub.url) as started:
        yield started


# Nothing is opened to be described.
schema = schemathesis.openapi.from_dict(
    describe(create_app(build_engine(Settings(), Path("nowhere")), Settings()))
)


@schema.include(path_regex=MEMORY_API).parametrize()
@settings(
    max_examples=FEW,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
def test_every_call_on_memories_and_conversations_is_answered_without_a_server_error(
    case: schemathesis.Case, server: Running
) -> None:
    answer: Response = case.call(base_url=server.url, timeout=PATIENCE_SECONDS)

    case.validate_response(answer, checks=[not_a_server_error])


@schema.exclude(path="/health/embed").exclude(path_regex=MEMORY_API).parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
def test_every_call_is_answered_without_a_server_error(
    case: schemathesis.Case, server: Running
) -> None:
    answer: Response = case.call(base_url=server.url, timeout=PATIENCE_SECONDS)

    case.validate_response(answer, checks=[not_a_server_error])
