"""Dates of every kind."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from long_term_memory.importers.dates import read_date


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-21T00:32:43.282Z", (2026, 11, 21, 0, 32, 43, 282000)),
        ("2023-05-12 10:11:12", (2023, 5, 12, 10, 11, 12)),
        ("2023-05-12", (2023, 5, 12)),
        ("June 19, 2023 2:20pm", (2023, 6, 19, 14, 20)),
        ("June 19, 2023 12:05am", (2023, 6, 19, 0, 5)),
        ("Nov 21, 2026 00:04", (2026, 11, 21, 0, 4)),
        ("Sept 3rd, 2024 at 11:09:58 PM", (2024, 9, 3, 23, 9, 58)),
        ("2023-5-12 @21h 32m 29s 224ms", (2023, 5, 12, 21, 32, 29, 224000)),
        ("2026-11-21@00h32m43s282ms", (2026, 11, 21, 0, 32, 43, 282000)),
        ("2023-5-12@21h32m", (2023, 5, 12, 21, 32)),
        ("Mon Jun 19 2023 14:20:00 GMT+0200 (CEST)", (2023, 6, 19, 12, 20)),
        (1_687_184_400_000, (2023, 6, 19, 14, 20)),
        (1_687_184_400, (2023, 6, 19, 14, 20)),
        ("1687184400000", (2023, 6, 19, 14, 20)),
        (1_687_184_400_250.0, (2023, 6, 19, 14, 20, 0, 250000)),
        ("2024-02-29T10:00:00+05:30", (2024, 2, 29, 4, 30)),
    ],
)
def test_a_date_of_any_host_is_read(text: object, expected: tuple[int, ...]) -> None:
    assert read_date(text, zone=UTC) == datetime(*expected, tzinfo=UTC)  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    "text",
    [
        *("", "yesterday", "12/05/2023", "2023-13-45", "2023-02-30 10:00"),
        *("Foo 3, 2024 10:00", "June 31, 2023 2:20pm", "June 3, 2023 13:20pm"),
        *(17, 0, -5, 1e300, float("nan"), True, None, [], {"a": 1}, "0" * 12),
        *("9" * 16, "2023-5-12 @27h 32m 29s 224ms", "Mon Foo 19 2023"),
    ],
)
def test_what_is_no_certain_date_is_unknown(text: object) -> None:
    assert read_date(text, zone=UTC) is None


def test_a_date_without_a_zone_is_local_time() -> None:
    local = datetime(2023, 6, 19, 14, 20).astimezone()

    assert read_date("June 19, 2023 2:20pm") == local
    assert read_date("2023-06-19 14:20:00") == local
