"""Pictures come off the event loop, neighbours ahead, and late answers never reach the canvas."""

from __future__ import annotations

import threading

import pytest

from desktop_app import decoding
from desktop_app.images.image_loader import ImageLoader
from tests.helpers.pictures import NO_IMAGE, write_pictures, write_turned_picture

PATIENCE_MS = 10_000


@pytest.fixture
def folder(tmp_path):
    write_pictures(tmp_path, [f"{name}.png" for name in "abcdef"])
    (tmp_path / "broken.png").write_bytes(NO_IMAGE)
    return tmp_path


@pytest.fixture
def loader(qtbot, folder):
    loader = ImageLoader()
    loader.set_folder(folder)
    yield loader
    loader.close()
    loader.deleteLater()


@pytest.fixture
def ready(loader):
    arrived = []
    loader.picture_ready.connect(lambda image, picture: arrived.append(image))
    return arrived


@pytest.fixture
def gate(monkeypatch):
    """Holds every decoding back until it is opened."""
    opened = threading.Event()
    real = decoding.decode

    def decode(path, max_side=None):
        assert opened.wait(PATIENCE_MS / 1000)
        return real(path, max_side)

    monkeypatch.setattr(decoding, "decode", decode)
    yield opened
    opened.set()


def test_a_picture_is_decoded_in_the_background(qtbot, loader):
    with qtbot.waitSignal(loader.picture_ready, timeout=PATIENCE_MS) as came:
        assert not loader.show("a.png")
    assert came.args[0] == "a.png"
    assert (came.args[1].width(), came.args[1].height()) == (96, 64)


def test_neighbours_are_there_before_somebody_goes_to_them(qtbot, loader, ready):
    loader.show("a.png", ["b.png", "c.png"])
    qtbot.waitUntil(lambda: loader.has("b.png") and loader.has("c.png"), timeout=PATIENCE_MS)
    assert ready == ["a.png"]
    assert loader.show("b.png")
    assert ready == ["a.png", "b.png"]


def test_a_late_answer_is_kept_but_not_shown(qtbot, loader, ready, gate):
    loader.show("a.png")
    loader.show("b.png")
    gate.set()
    qtbot.waitUntil(lambda: loader.has("a.png") and loader.has("b.png"), timeout=PATIENCE_MS)
    assert ready == ["b.png"]


def test_what_is_not_wanted_any_more_is_not_decoded(qtbot, loader, gate):
    for name in "abcde":
        loader.show(f"{name}.png", ["f.png"])
    gate.set()
    qtbot.waitUntil(lambda: loader.has("e.png") and loader.has("f.png"), timeout=PATIENCE_MS)
    assert not loader.has("c.png")
    assert not loader.has("d.png")


def test_an_answer_from_the_folder_before_is_dropped(qtbot, loader, ready, gate, tmp_path):
    loader.show("a.png")
    write_pictures(tmp_path / "other", ["a.png"], width=32, height=32)
    loader.set_folder(tmp_path / "other")
    loader.show("a.png")
    gate.set()
    with qtbot.waitSignal(loader.picture_ready, timeout=PATIENCE_MS) as came:
        pass
    loader.close()
    qtbot.wait(1)
    assert came.args[1].width() == 32
    assert ready == ["a.png"]


def test_a_file_that_is_no_image_fails_with_its_reason(qtbot, loader):
    with qtbot.waitSignal(loader.picture_failed, timeout=PATIENCE_MS) as failed:
        loader.show("broken.png")
    assert failed.args == ["broken.png", "This is not an image of a kind that can be read."]


def test_a_file_that_has_gone_fails_with_its_reason(qtbot, loader):
    with qtbot.waitSignal(loader.picture_failed, timeout=PATIENCE_MS) as failed:
        loader.show("gone.png")
    assert "No such file" in failed.args[1]


def test_only_so_many_bytes_are_kept_and_never_the_shown_picture_thrown_away(qtbot, loader):
    loader.set_memory(2 * 96 * 64 * 4 / 2**20)
    answered = []
    loader.decoder.answered.connect(lambda image, picture: answered.append(image))
    loader.show("a.png", ["b.png", "c.png", "d.png"])
    qtbot.waitUntil(lambda: len(answered) == 4, timeout=PATIENCE_MS)
    assert loader.has("a.png")
    assert sum(loader.has(f"{name}.png") for name in "abcd") == 2


@pytest.mark.parametrize("orientation", range(1, 9))
def test_turned_photos_stand_upright(qtbot, loader, folder, orientation):
    write_turned_picture(folder / "turned.jpg", orientation)
    with qtbot.waitSignal(loader.picture_ready, timeout=PATIENCE_MS) as came:
        loader.show("turned.jpg")
    picture = came.args[1]
    assert (picture.width(), picture.height()) == (120, 80)
    assert picture.pixelColor(10, 10).lightness() > 200
    assert picture.pixelColor(100, 60).lightness() < 150
