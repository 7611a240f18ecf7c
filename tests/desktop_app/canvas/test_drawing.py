"""Drawing boxes by hand."""

from __future__ import annotations

import pytest

from tests.helpers.canvas_driver import CanvasDriver


@pytest.mark.parametrize("key", ["W", "R", "N"])
def test_a_key_and_a_drag_draw_a_box(person: CanvasDriver, key: str):
    person.press_key(key)
    person.drag((10, 10), (60, 40))
    assert person.boxes == [(10, 10, 60, 40)]
    assert person.class_names == ["cat"]
