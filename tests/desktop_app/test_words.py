from __future__ import annotations

import math

import pytest

from desktop_app.words import counted, duration, filled, percent, quoted_names, time_left


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (3, "a few seconds left"),
        (23, "about 25 seconds left"),
        (58, "about 1 minute left"),
        (130, "about 2 minutes left"),
        (3540, "about 59 minutes left"),
        (3600, "about 1 h 00 min left"),
        (7500, "about 2 h 05 min left"),
        (math.nan, ""),
        (math.inf, ""),
        (-1, ""),
    ],
)
def test_the_time_left_is_as_fine_as_anybody_can_know(seconds, words):
    assert time_left(seconds) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (3, "a few seconds"),
        (23, "about 25 seconds"),
        (58, "about 1 minute"),
        (130, "about 2 minutes"),
        (7500, "about 2 h 05 min"),
    ],
)
def test_a_length_of_time_is_as_fine_as_anybody_can_know(seconds, words):
    assert duration(seconds) == words


@pytest.mark.parametrize(("share", "words"), [(0.876, "88 %"), (0.0, "0 %"), (None, "–"), (math.nan, "–")])
def test_a_share_is_a_percentage_or_a_dash(share, words):
    assert percent(share) == words


def test_one_thing_has_a_form_of_its_own():
    assert [counted(count, "1 box", "%n boxes") for count in (0, 1, 2)] == ["0 boxes", "1 box", "2 boxes"]


def test_a_percent_sign_in_a_name_is_no_place_to_fill():
    assert filled("%1 and %2", "100%2", "b") == "100%2 and b"


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["a"], "“a”"),
        (["a", "b"], "“a” and “b”"),
        (["a", "b", "c", "d"], "“a”, “b”, “c” and “d”"),
        (["a", "b", "c", "d", "e"], "“a”, “b”, “c” and 2 more"),
    ],
)
def test_many_names_are_cut_short(names, words):
    assert quoted_names(names) == words
