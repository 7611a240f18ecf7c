"""Where a bubble stands beside its control."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect, QSize

from desktop_app.tour.placing import EDGE, Side, place_beside

ROOM = QRect(0, 30, 1000, 700)
SIZE = QSize(300, 160)
ALL = (Side.BELOW, Side.RIGHT, Side.LEFT, Side.ABOVE)


def test_beneath_a_button_in_its_middle_with_the_tip_at_it():
    button = QRect(400, 40, 80, 30)
    place = place_beside(button, SIZE, ROOM, ALL)
    assert place.side is Side.BELOW
    assert place.rect.top() > button.bottom()
    assert abs(place.rect.center().x() - button.center().x()) <= 1
    assert place.tip == QPoint(button.center().x(), place.rect.top())


@pytest.mark.parametrize("target", [QRect(0, 40, 30, 30), QRect(960, 40, 40, 30)])
def test_at_an_edge_it_is_shifted_and_its_arrow_still_points_out_of_its_body(target):
    place = place_beside(target, SIZE, ROOM, ALL)
    assert place.side is Side.BELOW
    assert ROOM.contains(place.rect)
    body = place.rect.adjusted(EDGE, EDGE, -EDGE, -EDGE)
    assert body.left() < place.tip.x() < body.right()


@pytest.mark.parametrize(
    ("target", "side"),
    [
        (QRect(500, 680, 60, 40), Side.RIGHT),  # no room beneath
        (QRect(800, 640, 150, 60), Side.LEFT),
        (QRect(20, 640, 900, 60), Side.ABOVE),
    ],
)
def test_the_first_side_with_room_is_taken(target, side):
    place = place_beside(target, SIZE, ROOM, ALL)
    assert place.side is side
    assert ROOM.contains(place.rect)
    assert not place.rect.intersects(target)


def test_without_room_beside_it_or_without_anything_it_stands_in_the_corner():
    for target in (ROOM, QRect()):
        place = place_beside(target, SIZE, ROOM, ALL)
        assert place.side is None
        assert ROOM.contains(place.rect)
        assert ROOM.right() - place.rect.right() < 10
        assert ROOM.bottom() - place.rect.bottom() < 10


def test_of_what_is_scrolled_away_only_what_is_seen_counts():
    half_seen = QRect(400, -500, 200, 600)
    place = place_beside(half_seen, SIZE, ROOM, (Side.RIGHT,))
    assert place.side is Side.RIGHT
    assert ROOM.contains(place.rect)
    assert ROOM.top() < place.tip.y() < 200


def test_in_a_window_smaller_than_itself_its_beginning_is_seen():
    tiny = QRect(0, 0, 200, 100)
    place = place_beside(QRect(10, 10, 20, 20), SIZE, tiny, ALL)
    assert place.side is None
    assert place.rect.topLeft().x() >= 0
    assert place.rect.topLeft().y() >= 0
