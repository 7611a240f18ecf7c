"""A person who takes the tour, and a sample project that is drawn in a moment and learned in seconds."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from desktop_app.settings import sample_folder
from desktop_app.tour.bubble import Bubble
from desktop_app.tour.tour import Tour
from tests.helpers.learnable_pictures import CLASSES, draw_learnable
from tests.helpers.trainer import TRAINING_PATIENCE_MS, Trainer
from training.dataset.box import ProjectBox
from training.dataset.records import ClassRecord, ImageRecord
from training.dataset.store import ProjectStore

UNLABELLED = 3
FEW_PICTURES = 9


def write_sample(pictures: int, negatives: int = 4, unlabelled: int = UNLABELLED) -> Path:
    """Where the program looks for its sample; the last pictures with something in them wait for a box."""
    folder = sample_folder()
    dataset = draw_learnable(folder, pictures, negatives=negatives)
    classes = tuple(ClassRecord(number, name, "#4363d8") for number, name in enumerate(CLASSES, start=1))
    ids = {record.name: record.id for record in classes}
    labelled = [*dataset.images[: pictures - unlabelled], *dataset.images[pictures:]]
    records = [
        ImageRecord(
            image.filename,
            image.width,
            image.height,
            tuple(ProjectBox(*box.corners, ids[box.label]) for box in image.boxes),
            reviewed=image.is_negative,
        )
        for image in labelled
    ]
    store = ProjectStore.open(folder)
    store.write(records, classes)
    store.close()
    return folder


class Newcomer(Trainer):
    @property
    def tour(self) -> Tour:
        return self.window.tour

    @property
    def bubbles(self) -> list[Bubble]:
        """All that can be seen, in whatever window."""
        return [widget for widget in QApplication.allWidgets() if isinstance(widget, Bubble) and widget.isVisible()]

    @property
    def bubble(self) -> Bubble:
        (only,) = self.bubbles
        return only

    @property
    def words(self) -> str:
        return self.bubble.text if self.bubbles else ""

    def take_tour(self) -> None:
        self.choose("Help", "Take the tour")
        self.wait_for_step("look")

    def wait_for_step(self, name: str) -> None:
        self._qtbot.waitUntil(lambda: self.tour.step == name, timeout=TRAINING_PATIENCE_MS)

    def wait_for_words(self, words: str) -> None:
        self.wait_until(lambda: words in self.words)

    def press_button(self, button: QWidget) -> None:
        assert button.isVisible()
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def come_to_training(self) -> None:
        """Without doing anything: the steps before it are skipped."""
        self.take_tour()
        self.press_button(self.bubble.next_button)
        self.press_button(self.bubble.skip_button)
        self.press_button(self.bubble.next_button)
        self.wait_for_step("train")

    def open_sheet(self):
        """Press Train; the sheet, when it is ready."""
        self.action("train").trigger()
        self.wait_until(lambda: getattr(self.window.training.sheet_command.sheet, "snapshot", None) is not None)
        return self.window.training.sheet_command.sheet

    def start_training(self) -> None:
        self.press_button(self.open_sheet().start_button)
        self.wait_for_step("watch")

    def place_of(self, widget: QWidget) -> QRect:
        """In its window."""
        return QRect(widget.mapTo(widget.window(), widget.rect().topLeft()), widget.size())
