"""Variables of any size are refused or let through before they are read as what they stand for."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.limits import LimitExceeded, Limits
from engine.variables import require_bounded

LIMITS = Limits(list_items=10)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda values: st.lists(values) | st.dictionaries(st.text(), values),
    max_leaves=100,
)


def _nested(levels: int) -> Any:
    """A list within lists, so many in all."""
    value: Any = []
    for _ in range(levels - 1):
        value = [value]
    return value


def _full(levels: int) -> Any:
    """Full lists within full lists."""
    return [_full(levels - 1) for _ in range(10)] if levels else 1


MODEST: dict[str, dict[str, Any]] = {
    "none": {},
    "a full list": {"a": [1] * 10},
    "ten of them": dict.fromkeys("abcdefghij", [1] * 10),
    "a full object": dict.fromkeys("abcdefghij", 1),
    "32 levels": {"a": _nested(31)},
    "400 values": {
        "a": [[1] * 10 for _ in range(10)],
        "b": [[1] * 10 for _ in range(10)],
        "c": _full(2),
        "d": [[1] * 6],
    },
    "a long text": {"a": "x" * 1_000_000},
    "half a surrogate pair": {"a": "\ud800", "\udfff": 1},
    "a number of a thousand digits": {"a": 10**1_000},
}
EXCESSIVE: dict[str, tuple[dict[str, Any], str, int, int]] = {
    "a list": ({"a": [1] * 11}, "A list in the variables has 11 items; 10 are allowed.", 10, 11),
    "a list in an object in a list": (
        {"a": [{"b": [1] * 12}]},
        "A list in the variables has 12 items; 10 are allowed.",
        10,
        12,
    ),
    "an object": (
        {"a": dict.fromkeys("abcdefghijk", 1)},
        "An object in the variables has 11 keys; 10 are allowed.",
        10,
        11,
    ),
    "the variables themselves": (
        dict.fromkeys("abcdefghijk", 1),
        "An object in the variables has 11 keys; 10 are allowed.",
        10,
        11,
    ),
    "33 levels": ({"a": _nested(32)}, "The variables nest 33 levels or more; 32 are allowed.", 32, 33),
    "1,000 levels": ({"a": _nested(1_000)}, "The variables nest 33 levels or more; 32 are allowed.", 32, 33),
    "many small lists": ({"a": _full(3)}, "The variables hold 401 values or more; 400 are allowed.", 400, 401),
    "a million values": ({"a": _full(6)}, "The variables hold 401 values or more; 400 are allowed.", 400, 401),
}


@pytest.mark.parametrize("variables", MODEST.values(), ids=MODEST.keys())
def test_modest_variables_are_let_through(variables: dict[str, Any]) -> None:
    require_bounded(variables, LIMITS)


@pytest.mark.parametrize(("variables", "message", "limit", "actual"), EXCESSIVE.values(), ids=EXCESSIVE.keys())
def test_excessive_variables_are_refused_with_the_numbers(
    variables: dict[str, Any], message: str, limit: int, actual: int
) -> None:
    with pytest.raises(LimitExceeded) as refused:
        require_bounded(variables, LIMITS)
    extensions = {"code": "LIMIT_EXCEEDED", "limit": limit, "actual": actual}
    assert refused.value.formatted == {"message": message, "extensions": extensions}


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.text(), JSON))
def test_whatever_json_holds_is_let_through_or_refused(variables: dict[str, Any]) -> None:
    try:
        require_bounded(variables, LIMITS)
    except LimitExceeded as refused:
        assert refused.code == "LIMIT_EXCEEDED"  # noqa: PT017  (most are let through)
