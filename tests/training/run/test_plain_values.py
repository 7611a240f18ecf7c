from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import pytest

from training.run.plain_values import PlainValueError, from_plain, to_plain


@dataclass(frozen=True)
class Part:
    name: str
    size: float


@dataclass(frozen=True)
class Whole:
    parts: tuple[Part, ...]
    figures: dict[str, float]
    kind: Literal["a", "b"] = "a"
    count: int | None = None
    on: bool = False


def test_a_value_comes_back_as_it_was():
    value = Whole((Part("x", 1.5), Part("y", 2.0)), {"loss": 0.25}, "b", 3, True)
    assert from_plain(Whole, to_plain(value)) == value


def test_a_number_that_is_not_finite_becomes_none_and_comes_back_as_nan():
    plain = to_plain(Whole((), {"loss": math.nan, "other": math.inf}))
    assert plain["figures"] == {"loss": None, "other": None}
    assert math.isnan(from_plain(Whole, plain).figures["loss"])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ([], "Whole: expected an object, got []"),
        ({"figures": {}}, "parts: missing"),
        ({"parts": [], "figures": {}, "new": 1}, "new: not known here"),
        ({"parts": [{"name": 5, "size": 1}], "figures": {}}, "parts[0].name: expected a text, got 5"),
        ({"parts": [], "figures": {"loss": "low"}}, "figures.loss: expected a number, got 'low'"),
        ({"parts": [], "figures": {}, "kind": "c"}, "kind: expected one of a, b, got 'c'"),
        ({"parts": [], "figures": {}, "count": True}, "count: expected a whole number, got True"),
        ({"parts": [], "figures": {"loss": 10**400}}, f"figures.loss: expected a number, got 1{'0' * 56}..."),
        ({"parts": [], "figures": {}, "count": 2**63}, f"count: expected a whole number, got {2**63}"),
        ({"parts": [], "figures": {}, "on": 1}, "on: expected true or false, got 1"),
    ],
)
def test_what_does_not_fit_is_named_with_its_place(content, message):
    with pytest.raises(PlainValueError) as failure:
        from_plain(Whole, content)
    assert str(failure.value) == message


def test_unknown_fields_can_be_allowed():
    assert from_plain(Part, {"name": "x", "size": 1, "new": 2}, unknown_allowed=True) == Part("x", 1.0)
