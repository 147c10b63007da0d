"""Open streams are counted, for each caller and in all, and told when the server stops."""

from __future__ import annotations

import pytest

from engine.limits import LimitExceeded
from engine.streams import Streams


def test_a_caller_holds_so_many_and_no_more() -> None:
    streams = Streams(2)
    with streams.held("user:1"), streams.held("user:1"):
        with pytest.raises(LimitExceeded) as refused, streams.held("user:1"):
            pass
        with streams.held("user:2"):
            pass
    with streams.held("user:1"), streams.held("user:1"):
        pass
    assert refused.value.extensions == {"code": "LIMIT_EXCEEDED", "limit": 2, "actual": 3}


def test_nobody_is_remembered_who_holds_nothing() -> None:
    streams = Streams(2)
    with pytest.raises(ValueError, match="broken"), streams.held("user:1"), streams.held("user:1"):
        raise ValueError("broken")
    assert not streams._held  # noqa: SLF001  (what it remembers is seen nowhere else)


def test_sockets_and_subscriptions_are_counted_while_they_are_open() -> None:
    streams = Streams(2)
    with streams.socket(), streams.subscription(), streams.subscription():
        assert (streams.sockets, streams.subscriptions) == (1, 2)
    assert (streams.sockets, streams.subscriptions) == (0, 0)


def test_the_end_is_told_once_and_for_all() -> None:
    streams = Streams(2)
    assert not streams.ending.is_set()
    streams.end()
    streams.end()
    assert streams.ending.is_set()
