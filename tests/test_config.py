"""Settings are written once, read from everywhere, and wrong ones are named."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from long_term_memory.config import (
    OPTIONS,
    Settings,
    configuration_markdown,
    describe,
    fill,
    from_mapping,
    load_server_settings,
    predecessor_settings,
    values_of,
)
from long_term_memory.errors import ConfigError

ROOT = Path(__file__).resolve().parents[1]
PREDECESSOR = {
    "ltm_context": {
        "injection_location": "BEFORE_NORMAL_CONTEXT",
        "memory_context_template": "{name2}'s log:\n{all_memories}\nAsk {name1}.",
        "memory_template": '{time_difference}, {memory_name} said:\n"{memory_message}"',
    },
    "ltm_writes": {"min_message_length": 100},
    "ltm_reads": {
        "max_cosine_distance": 0.60,
        "num_memories_to_fetch": 2,
        "memory_length_cutoff_in_chars": 1000,
    },
}


def problem_of(**values: object) -> str:
    """Return what is wrong with a value that is not taken."""
    settings, [problem] = from_mapping(values)
    assert settings == Settings()
    return problem


def server_problems(
    yaml_path: Path | None = None,
    environ: dict[str, str] | None = None,
    **flags: object,
) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load_server_settings(yaml_path, environ or {}, flags)
    return str(caught.value).splitlines()


def test_every_setting_has_one_name_and_one_sentence() -> None:
    everything = describe()

    assert len(everything) == len(OPTIONS)
    assert all(one.sentence.endswith(".") for one in everything)
    assert all(
        one.default == value
        for one, value in zip(everything, values_of(Settings()).values(), strict=True)
    )


def test_every_default_is_a_value_that_would_be_taken() -> None:
    assert from_mapping(values_of(Settings())) == (Settings(), [])


def test_settings_survive_the_way_through_a_webuis_params() -> None:
    settings, _ = from_mapping({"activate": False, "port": 80, "dense_weight": 2})
    params = values_of(settings, "recall", "prompt", "embedding", "webui")

    back, problems = from_mapping({"display_name": "x", "is_tab": True, **params})

    assert not problems
    assert "port" not in params
    assert values_of(back) == {**values_of(settings), "port": 5100}


def test_settings_are_read_flat_or_in_groups() -> None:
    settings, problems = from_mapping({"recall": {"gate": False}, "notebook": True})

    assert not problems
    assert not settings.recall.gate
    assert settings.webui.notebook


def test_the_predecessors_configuration_keeps_its_meaning(tmp_path: Path) -> None:
    path = tmp_path / "ltm_config.json"
    path.write_text(json.dumps(PREDECESSOR), "utf-8-sig")

    settings, problems = predecessor_settings(path)

    assert not problems
    assert settings.recall.max_cosine_distance == 0.60
    assert settings.recall.num_memories_to_fetch == 2
    assert settings.recall.min_message_length == 100
    assert settings.prompt.injection_location == "BEFORE_NORMAL_CONTEXT"
    assert settings.prompt.memory_template.startswith("{time_difference}")
    assert settings.prompt.memory_context_template.startswith("{name2}'s log")


@pytest.mark.parametrize(
    "content", ["{", '{"ltm_reads": {"num_memories_to_fetch": -2}}']
)
def test_a_broken_configuration_of_the_predecessor_is_told(
    tmp_path: Path, content: str
) -> None:
    path = tmp_path / "ltm_config.json"
    path.write_text(content, "utf-8")

    settings, [problem] = predecessor_settings(path)

    assert settings == Settings()
    assert problem.startswith(f"{path}: ")


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"port": "5200"}, 5200),
        ({"port": 5200.0}, 5200),
        ({"wait_seconds": 3}, 3.0),
        ({"wait_seconds": "0.5"}, 0.5),
        ({"gate": "Off"}, False),
        ({"gate": "yes"}, True),
        ({"memory_template": ""}, ""),
        ({"embedding_model": "/models/böse Ordner"}, "/models/böse Ordner"),
    ],
)
def test_values_are_read_as_people_write_them(
    values: dict[str, object], expected: object
) -> None:
    settings, problems = from_mapping(values)
    [name] = values

    assert not problems
    value = values_of(settings)[name]
    assert (value, type(value)) == (expected, type(expected))


@pytest.mark.parametrize(
    "values",
    [
        {"port": 0},
        {"port": 70000},
        {"port": 51.5},
        {"port": "many"},
        {"port": None},
        {"port": True},
        {"port": [5100]},
        {"port": 10**400},
        {"wait_seconds": float("nan")},
        {"wait_seconds": "nan"},
        {"max_cosine_distance": float("inf")},
        {"max_cosine_distance": 2.01},
        {"gate": 1},
        {"gate": "maybe"},
        {"device": "tpu"},
        {"host": " "},
        {"data_dir": "a\0b"},
        {"embedding_model": "\ud83d"},
        {"embedding_model": 5},
        {"head_template": 5},
        {"port": "9" * 5000},
    ],
)
def test_a_value_that_cannot_be_used_costs_only_that_option(
    values: dict[str, object],
) -> None:
    settings, [problem] = from_mapping({**values, "recall_tokens": 7})
    [name] = values

    assert problem.startswith(f"{name} must be ")
    assert len(problem) < 200
    problem.encode()
    assert values_of(settings) == {**values_of(Settings()), "recall_tokens": 7}


def test_a_fault_names_what_is_allowed() -> None:
    assert problem_of(port=0) == "port must be a whole number from 1 to 65535, not 0."
    assert problem_of(device="tpu") == "device must be cpu or auto or cuda, not 'tpu'."


@pytest.mark.parametrize(
    ("template", "fault"),
    [
        ("{memory_mesage}", "has the unknown placeholder {memory_mesage}"),
        (
            "{memory_message.__class__}",
            "unknown placeholder {memory_message.__class__}",
        ),
        ("{memory_message!r:>9}", "unknown placeholder {memory_message!r:>9}"),
        ("{}", "has the unknown placeholder {}"),
        ("{memory_message", "has a brace astray"),
        ("{memory_name} spoke", "lacks {memory_message}"),
    ],
)
def test_a_template_with_a_fault_is_told(template: str, fault: str) -> None:
    assert fault in problem_of(memory_template=template)


def test_filling_a_template_never_reads_braces_in_a_value() -> None:
    assert fill("{{a}} {a}", {"a": "{b} {a}"}) == "{a} {b} {a}"

    with pytest.raises(ConfigError, match=r"it may hold \{a\}"):
        fill("{b}", {"a": ""})


def test_an_unknown_name_brings_the_name_that_was_meant() -> None:
    assert problem_of(num_memorys_to_fetch=3) == (
        "There is no setting 'num_memorys_to_fetch'. "
        "Did you mean num_memories_to_fetch?"
    )
    assert "docs/configuration.md" in problem_of(zebra=3)
    assert from_mapping({5: 5})[1] == [
        "There is no setting 5. docs/configuration.md has all."
    ]


def test_shares_beyond_the_whole_leave_the_shares_as_they_were() -> None:
    settings, [problem] = from_mapping({"rag_token_percent": 90, "gate": False})

    assert "come to 165" in problem
    assert settings.prompt.rag_token_percent == 25
    assert not settings.recall.gate


def test_settings_of_another_shape_are_told() -> None:
    settings, [problem] = from_mapping(["port", 5])

    assert settings == Settings()
    assert problem == "Settings must be names with values, not ['port', 5]."


@given(
    st.dictionaries(
        st.one_of(
            st.sampled_from([*OPTIONS, "recall", "server"]), st.text(), st.none()
        ),
        st.recursive(
            st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text()),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
            max_leaves=4,
        ),
        max_size=5,
    )
)
def test_whatever_is_read_the_result_is_sound(values: dict[str | None, object]) -> None:
    settings, problems = from_mapping(values)

    assert from_mapping(values_of(settings)) == (settings, [])
    assert all(problem.isascii() for problem in problems)


def test_a_server_reads_defaults_then_yaml_then_environment_then_flags(
    tmp_path: Path,
) -> None:
    path = tmp_path / "ltm.yaml"
    path.write_text("server: {port: 1, host: a, data_dir: b}\nrecall:\n", "utf-8")

    settings = load_server_settings(
        path, {"LTM_PORT": "2", "LTM_HOST": "c"}, {"port": 3, "data_dir": None}
    )

    server = settings.server
    assert (server.port, server.host, server.data_dir) == (3, "c", "b")


def test_an_empty_file_or_variable_sets_nothing(tmp_path: Path) -> None:
    path = tmp_path / "ltm.yaml"
    path.write_text("", "utf-8")

    assert load_server_settings(path, {"LTM_PORT": ""}, {}) == Settings()
    assert load_server_settings(None, {}, {}) == Settings()


def test_known_environment_names_are_understood() -> None:
    environ = {"RAG_TOP_K": "5", "SYSTEM_TOKEN_PERCENT": "10", "LTM_GATE": "0"}

    settings = load_server_settings(None, environ, {})

    assert settings.recall.num_memories_to_fetch == 5
    assert settings.prompt.system_token_percent == 10
    assert not settings.recall.gate


def test_our_own_environment_name_wins_over_a_known_one() -> None:
    environ = {"RAG_TOP_K": "5", "LTM_NUM_MEMORIES_TO_FETCH": "6"}

    settings = load_server_settings(None, environ, {})

    assert settings.recall.num_memories_to_fetch == 6


def test_a_slip_in_a_variable_stops_the_start_and_a_strange_one_does_not() -> None:
    assert server_problems(None, {"LTM_PROT": "1", "LTM_CHECKOUT": "/x"}) == [
        "LTM_PROT: There is no setting 'prot'. Did you mean port?"
    ]


def test_a_server_lists_everything_that_is_wrong_at_once(tmp_path: Path) -> None:
    path = tmp_path / "ltm.yaml"
    path.write_text("port: 0\nhots: x\nsystem_token_percent: 60\n", "utf-8")

    problems = server_problems(path, {"LTM_GATE": "perhaps"}, data_dir="")

    assert [problem.split(" must")[0].split(" come")[0] for problem in problems] == [
        f"{path}: port",
        f"{path}: There is no setting 'hots'. Did you mean host?",
        "LTM_GATE: gate",
        "--data-dir: data_dir",
        "system_token_percent, rag_token_percent, history_token_percent, "
        "response_token_percent",
    ]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"a: [1", "is no valid YAML"),
        (b"\xff\xfe\x00", "is no valid YAML"),
        (b"- port", "must be names with values"),
    ],
)
def test_a_file_that_is_no_settings_is_told(
    tmp_path: Path, content: bytes, fault: str
) -> None:
    path = tmp_path / "ltm.yaml"
    path.write_bytes(content)

    [problem] = server_problems(path)

    assert problem.startswith(f"{path}: ")
    assert fault in problem


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    [problem] = server_problems(tmp_path / "no.yaml")

    assert "no.yaml: cannot be read" in problem


def test_shares_of_several_sources_are_judged_together(tmp_path: Path) -> None:
    path = tmp_path / "ltm.yaml"
    path.write_text("rag_token_percent: 60", "utf-8")

    settings = load_server_settings(path, {"HISTORY_TOKEN_PERCENT": "0"}, {})

    assert settings.prompt.rag_token_percent == 60


def test_the_page_of_settings_is_current() -> None:
    """Write it anew with configuration_markdown()."""
    page = (ROOT / "docs" / "configuration.md").read_text("utf-8")

    assert page == configuration_markdown()


def test_settings_load_no_yaml_before_a_file_is_read() -> None:
    code = "import long_term_memory.config, sys; sys.exit('yaml' in sys.modules)"
    environment = {"PYTHONPATH": str(ROOT / "extensions")}

    ran = subprocess.run([sys.executable, "-c", code], env=environment, check=False)

    assert ran.returncode == 0
