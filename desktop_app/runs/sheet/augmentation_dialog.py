"""What may happen to the training images, tried on some of them before it is learned from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QCoreApplication, QSize
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from desktop_app.background import Job
from desktop_app.runs.sheet.augmentation_grid import AugmentationGrid
from desktop_app.small_widgets import heading, muted_label, push_button
from desktop_app.words import filled
from training.dataset.dataset import LabelledImage
from training.run.augmentation_settings import KINDS
from training.run.failure import RunFailed
from training.run.samples.augmentation_preview import PreviewRow, PreviewSamples, preview_rows, preview_samples
from training.run.settings import TrainingSettings

SIZE = QSize(940, 520)


@dataclass(frozen=True, slots=True)
class _Shown:
    """What the pictures were made from: `turn` chose the images, `seed` their changes."""

    settings: TrainingSettings
    turn: int
    seed: int


class AugmentationDialog(QDialog):
    """Accepted means: train with `augment` and `kinds`. The pictures are made off the event loop, as training makes them."""

    def __init__(
        self, settings: TrainingSettings, images: Sequence[LabelledImage], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Changes of the training images"))
        self.resize(SIZE)
        self._settings = settings
        self._images = images
        self._turn = 0
        self._seed = 0
        self._samples: tuple[int, PreviewSamples] | None = None
        self._wanted: _Shown | None = None
        self._job: Job | None = None
        self.kind_boxes = {
            choice.value: QCheckBox(QCoreApplication.translate("Settings", choice.label)) for choice in KINDS
        }
        self.grid = AugmentationGrid()
        self.message = muted_label(wrap=True)
        others_tip = self.tr("Show the changes on other training images")
        self.others_button = push_button(self.tr("Other images"), self._show_others, tip=others_tip)
        again_tip = self.tr("Change the same images by chance once more")
        self.again_button = push_button(self.tr("Vary again"), self._vary_again, tip=again_tip)
        self._lay_out()
        tip = self.tr("Whether this happens to training images; beside you see what it does")
        for value, box in self.kind_boxes.items():
            box.setToolTip(tip)
            box.setChecked(settings.augment and value in settings.augmentations)
            box.toggled.connect(self._refresh)
        self._refresh()

    @property
    def kinds(self) -> tuple[str, ...]:
        return tuple(value for value, box in self.kind_boxes.items() if box.isChecked())

    @property
    def augment(self) -> bool:
        return bool(self.kinds)

    @property
    def rows(self) -> Sequence[PreviewRow]:
        """What is shown."""
        return self.grid.rows

    @property
    def is_up_to_date(self) -> bool:
        """Whether the pictures are those of what is ticked."""
        return self._job is None

    def _lay_out(self) -> None:
        kinds = QVBoxLayout()
        kinds.setSpacing(7)
        kinds.addWidget(heading(self.tr("What may happen")))
        for box in self.kind_boxes.values():
            kinds.addWidget(box)
        kinds.addSpacing(8)
        kinds.addWidget(
            muted_label(
                self.tr("Only what may happen to your pictures too. No mirroring where left and right matter."),
                wrap=True,
            )
        )
        kinds.addStretch(1)
        side = QWidget()
        side.setLayout(kinds)
        side.setFixedWidth(220)
        pictures = QVBoxLayout()
        pictures.addWidget(self.grid, 1)
        pictures.addWidget(self.message)
        above = QHBoxLayout()
        above.setSpacing(18)
        above.addWidget(side)
        above.addLayout(pictures, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self.others_button, self.again_button):
            button.setAutoDefault(False)
            buttons.addWidget(button)
        buttons.addStretch(1)
        cancel = push_button(self.tr("Cancel"), self.reject, tip=self.tr("Cancel (Esc)"))
        cancel.setAutoDefault(False)
        buttons.addWidget(cancel)
        use_tip = self.tr("Train with the changes that are ticked (Return)")
        self.use_button = push_button(self.tr("Use these"), self.accept, primary=True, tip=use_tip)
        self.use_button.setDefault(True)
        buttons.addWidget(self.use_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 14)
        layout.setSpacing(12)
        layout.addLayout(above, 1)
        layout.addLayout(buttons)

    def _show_others(self) -> None:
        self._turn += 1
        self._refresh()

    def _vary_again(self) -> None:
        self._seed += 1
        self._refresh()

    def _refresh(self) -> None:
        chosen = replace(self._settings, augment=self.augment, augmentations=self.kinds)
        self._wanted = _Shown(chosen, self._turn, self._seed)
        self.again_button.setEnabled(self.augment)
        if self._job is None:
            self._start()

    def _start(self) -> None:
        """One at a time; what was chosen meanwhile is made next."""
        wanted, known, images = self._wanted, self._samples, self._images
        assert wanted is not None
        self._wanted = None
        if not self.rows:
            self.message.setText(self.tr("Reading some images…"))

        def work(_: object) -> tuple[int, PreviewSamples, list[PreviewRow]]:
            fits = known is not None and known[0] == wanted.turn
            samples = known[1] if fits and known is not None else preview_samples(wanted.settings, images, wanted.turn)
            return wanted.turn, samples, preview_rows(samples, wanted.settings, wanted.seed)

        self._job = Job(work, expected=(OSError, RunFailed))
        self._job.done.connect(self._on_made)
        self._job.failed.connect(self._on_failed)
        self._job.start()

    def _on_made(self, made: tuple[int, PreviewSamples, list[PreviewRow]]) -> None:
        turn, samples, rows = made
        self._samples = turn, samples
        self.grid.show_rows(rows)
        self.message.setText(self._said(samples, rows))
        self._go_on()

    def _on_failed(self, reason: str) -> None:
        self.message.setText(reason)
        self._go_on()

    def _go_on(self) -> None:
        self._job = None
        if self._wanted is not None:
            self._start()

    def _said(self, samples: PreviewSamples, rows: Sequence[PreviewRow]) -> str:
        if not rows:
            problems = samples.problems
            return str(problems[0]) if problems else self.tr("There is no training image to show.")
        if not self.augment:
            return self.tr("Nothing is chosen: the training sees each image as it is.")
        size = str(self._settings.input_size)
        return filled(self.tr("At the left as it is, then as the training may see it, in %1 × %1 pixels."), size)
