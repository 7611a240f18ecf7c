"""Thumbnails are decoded for the rows that are seen, and for no others."""

from __future__ import annotations

import pytest

from desktop_app.thumbnails import MOST_WAITING, SIDE, Thumbnails
from tests.helpers.pictures import NO_IMAGE, write_picture, write_pictures

PATIENCE_MS = 10_000


@pytest.fixture
def thumbnails(qtbot, tmp_path):
    write_pictures(tmp_path, [f"{number:03}.png" for number in range(MOST_WAITING + 20)])
    write_picture(tmp_path / "large.jpg", 1600, 800)
    (tmp_path / "broken.jpg").write_bytes(NO_IMAGE)
    thumbnails = Thumbnails()
    thumbnails.set_folder(tmp_path)
    yield thumbnails
    thumbnails.close()
    thumbnails.deleteLater()


def test_a_thumbnail_comes_after_it_was_asked_for(qtbot, thumbnails):
    with qtbot.waitSignal(thumbnails.thumbnail_ready, timeout=PATIENCE_MS) as came:
        assert thumbnails.pixmap("large.jpg") is None
    assert came.args == ["large.jpg"]
    assert (thumbnails.pixmap("large.jpg").width(), thumbnails.pixmap("large.jpg").height()) == (SIDE, SIDE // 2)


def test_a_file_that_is_no_image_is_told_once(qtbot, thumbnails):
    with qtbot.waitSignal(thumbnails.thumbnail_failed, timeout=PATIENCE_MS) as failed:
        thumbnails.pixmap("broken.jpg")
    assert failed.args[0] == "broken.jpg"
    with qtbot.assertNotEmitted(thumbnails.thumbnail_failed, wait=50):
        assert thumbnails.pixmap("broken.jpg") is None


def test_rows_that_were_scrolled_past_are_not_decoded(qtbot, thumbnails):
    arrived = set()
    thumbnails.thumbnail_ready.connect(arrived.add)
    asked = [f"{number:03}.png" for number in range(MOST_WAITING + 20)]
    for image in asked:
        thumbnails.pixmap(image)
    qtbot.waitUntil(lambda: set(asked[20:]) <= arrived, timeout=PATIENCE_MS)
    assert arrived == set(asked[20:])


def test_only_so_many_are_kept(qtbot, thumbnails, monkeypatch):
    monkeypatch.setattr(thumbnails, "_most_kept", 2)
    for number in range(3):
        with qtbot.waitSignal(thumbnails.thumbnail_ready, timeout=PATIENCE_MS):
            thumbnails.pixmap(f"{number:03}.png")
    assert thumbnails.pixmap("002.png") is not None
    assert thumbnails.pixmap("000.png") is None
