"""What is kept of policies reads as it was written."""

from __future__ import annotations

from datetime import UTC, datetime

from long_term_memory.core.policy import Policy, Remembering
from long_term_memory.core.policy_records import (
    NEVER,
    BankPolicy,
    ChatPolicyRecord,
    StoryRecord,
    hash_of_name,
)

BEGUN = datetime(2026, 1, 1, tzinfo=UTC)


def test_what_is_kept_about_a_bank_reads_as_it_was_written() -> None:
    told = BankPolicy(
        character=Policy(remembers=Remembering.PAUSED),
        key=b"k" * 16,
        stories=(
            StoryRecord(id="", name=""),
            StoryRecord(id="v", name="The voyage", begun_at=BEGUN, after=3),
            StoryRecord(id="o", name="Of another bank", after=NEVER),
        ),
    )

    assert BankPolicy.of(told.as_text()) == told
    assert BankPolicy.of(None) == BankPolicy()
    assert told.newest.id == "v"


def test_what_is_kept_about_a_chat_reads_as_it_was_written() -> None:
    for told in (
        ChatPolicyRecord(),
        ChatPolicyRecord(story=""),
        ChatPolicyRecord(policy=Policy(budget=2)),
    ):
        assert ChatPolicyRecord.of(told.as_text()) == told
    assert not ChatPolicyRecord()
    assert ChatPolicyRecord(story="")


def test_a_name_is_kept_as_a_hash_under_the_banks_own_key() -> None:
    one = hash_of_name(b"a" * 16, "host", "chat \ud800")

    assert one.startswith("name-")
    assert one != hash_of_name(b"b" * 16, "host", "chat \ud800")
    assert one != hash_of_name(b"a" * 16, "hostchat", " \ud800")
