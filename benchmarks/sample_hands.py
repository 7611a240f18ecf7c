"""Hands that draw in the window on the sample project what is really to be seen."""

from __future__ import annotations

import tempfile
from pathlib import Path

from real_window import go_to

from desktop_app.main_window import MainWindow
from tests.helpers.canvas_driver import CanvasDriver
from training.dataset.dataset import LabelledImage
from training.dataset.sample import draw_sample


def draw_a_true_box(window: MainWindow) -> str:
    """The image, one that nobody has drawn on yet."""
    truth = _truth_of_an_unlabelled_image(window)
    go_to(window, truth.filename)
    box = truth.boxes[0]
    known = window.document.class_named(box.label)
    assert known is not None
    window.edits.choose_class(known.id)
    CanvasDriver(window.canvas).draw_box(*box.corners)
    return truth.filename


def _truth_of_an_unlabelled_image(window: MainWindow) -> LabelledImage:
    """The sample keeps a few pictures for people to draw on; what is on them is known from drawing it again."""
    with tempfile.TemporaryDirectory() as place:
        truth = draw_sample(Path(place), count=len(window.document.images))
    return next(image for image in truth.images if image.boxes and not window.document.record(image.filename).boxes)
