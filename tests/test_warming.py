"""A host that will chat compiles patterns beside its start."""

from __future__ import annotations

import gc

from long_term_memory.core.text.patterns import LatePattern, compile_waiting, late
from long_term_memory.warming import warm_up


def test_no_pattern_of_ours_is_left_to_the_first_message() -> None:
    thread = warm_up()
    thread.join(60)

    assert thread.daemon
    assert not thread.is_alive()
    # Not by isinstance, which asks whatever the process holds for its class.
    ours = [one for one in gc.get_objects() if type(one) is LatePattern]
    assert len(ours) > 700
    assert all(one._compiled is not None for one in ours if one._source != "(")


def test_what_is_no_pattern_does_not_stop_the_others() -> None:
    late("(")
    good = late("good")

    compile_waiting(lambda: None)

    assert vars(good)["_compiled"] is not None
