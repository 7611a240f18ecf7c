"""An image that has a split moves only by hand."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QAction

from training.dataset.dataset import Split


@pytest.fixture
def choice(window):
    """The entry of the menu Image > Use for, as a person sees it."""

    def find(split: Split) -> QAction:
        menu = window.window.split_menu
        menu.aboutToShow.emit()
        return menu.findChild(QAction, f"use_for_{split.value}")

    return find


def test_an_image_is_moved_to_the_validation_images_by_hand_and_back_by_undo(window, choice):
    document = window.window.document
    document.set_splits({window.image: Split.TRAIN})
    choice(Split.VALIDATION).trigger()
    assert document.summary(window.image).split is Split.VALIDATION
    document.undo()
    assert document.summary(window.image).split is Split.TRAIN


def test_the_menu_ticks_what_the_image_is_used_for(window, choice):
    window.window.document.set_splits({window.image: Split.TEST})
    assert choice(Split.TEST).isChecked()
    assert not choice(Split.TRAIN).isChecked()


def test_nothing_is_ticked_before_an_image_has_a_split(window, choice):
    assert not any(choice(split).isChecked() for split in Split)
