"""Where the tour's bubble stands in the real window, and how it looks there."""

from __future__ import annotations

from PySide6.QtCore import QRect

from desktop_app.style import DARK, AppearanceChoice
from desktop_app.tour.placing import EDGE, Side
from tests.helpers.window_driver import WindowDriver


def test_in_a_small_window_every_bubble_lies_inside_and_leaves_its_control_free(newcomer):
    newcomer.window.resize(1024, 700)
    newcomer.take_tour()
    newcomer.wait_for_picture()
    room = newcomer.window.rect()
    for _ in range(3):
        stands_well(newcomer, room)
        bubble = newcomer.bubble
        newcomer.press_button(bubble.next_button if bubble.next_button.isVisible() else bubble.skip_button)
    stands_well(newcomer, room)
    newcomer.pretend("complete")
    newcomer.start_training()
    newcomer.wait_for_step("figures")
    stands_well(newcomer, room)


def stands_well(person: WindowDriver, room: QRect) -> None:
    bubble = person.bubble
    assert room.contains(bubble.geometry())
    assert bubble.side is not None
    target = next(widget for widget in person.tour.spoken_of if widget.isVisible())
    body = bubble.geometry().adjusted(EDGE, EDGE, -EDGE, -EDGE)
    assert not person.place_of(target).intersects(body)


def test_it_follows_the_window_and_its_columns(newcomer):
    newcomer.take_tour()
    newcomer.wait_for_picture()
    before = newcomer.bubble.geometry()
    newcomer.window.columns.setSizes([200, 400, 680])
    newcomer.wait_until(lambda: newcomer.bubble.x() < before.x() - 50)
    newcomer.window.resize(1100, 720)
    newcomer.wait_until(lambda: newcomer.window.rect().contains(newcomer.bubble.geometry()))
    assert newcomer.bubble.side is Side.RIGHT


def test_in_the_dark_it_is_dark(newcomer, appearance):
    newcomer.take_tour()
    appearance.choose(AppearanceChoice.DARK)
    try:
        picture = newcomer.bubble.grab().toImage()
        assert picture.pixelColor(picture.width() // 2, EDGE + 4).name() == DARK.base
    finally:
        appearance.choose(AppearanceChoice.SYSTEM)
