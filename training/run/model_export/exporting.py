"""A trained model as one zip that others can use: in several forms, each compared with Keras, and with a model card."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np

from training.run.answers.keras_predictor import KerasPredictor
from training.run.answers.predictor import Outputs
from training.run.failure import ModelFileError, reason_of
from training.run.model_export.card_files import write_card_files
from training.run.model_export.comparing import TOLERANCE, agreement_of, largest_difference, together, why_not
from training.run.model_export.conversions import conversion_to
from training.run.model_export.export_result import (
    FILES,
    ExportedFormat,
    ExportFormat,
    ExportResult,
    ExportStep,
    StepTold,
)
from training.run.model_export.packing import pack, put_in_place, size_of
from training.run.model_export.run_pictures import RunPictures, patterns, read_run_pictures
from training.run.model_export.runtimes import answers_of
from training.run.model_export.work_place import folder_beside, remove_folder
from training.run.model_files import load_model
from training.run.run_folder import RunFolder
from training.run.samples.prepared_images import PreparedImages

ARCHIVE = "archive.zip"


@dataclass(frozen=True, slots=True)
class Checked:
    """The pictures that each form is asked about, and what Keras says about them."""

    pictures: PreparedImages
    expected: Outputs
    run: RunPictures

    @property
    def count(self) -> int:
        return len({image.filename for image in self.pictures.images})


def export_model(
    run: RunFolder,
    target: Path,
    *,
    without: Collection[ExportFormat] = (),
    images: Path | None = None,
    with_pictures: bool = True,
    on_step: StepTold = lambda _step, _done, _total: None,
) -> ExportResult:
    """Write the zip `target`; written beside and then renamed, and nothing is left when it fails or is interrupted.

    `images` is the folder of the run's images, if they are no longer where its settings say; `with_pictures` puts some of
    them into the model card. `on_step` may raise to stop. Keras must work on TensorFlow. Raises ModelFileError, OSError.
    """
    with folder_beside(target) as work:
        return export_within(
            work, run, target, without=without, images=images, with_pictures=with_pictures, on_step=on_step
        )


def export_within(
    work: Path,
    run: RunFolder,
    target: Path,
    *,
    without: Collection[ExportFormat],
    images: Path | None,
    with_pictures: bool,
    on_step: StepTold,
) -> ExportResult:
    """As `export_model`, in an empty folder on the same disk as the target; whoever calls removes it."""
    steps = _steps(without)

    def begin(step: ExportStep) -> None:
        on_step(step, steps.index(step), len(steps))

    begin(ExportStep.LOAD)
    model, card = load_model(run.best_model)
    begin(ExportStep.IMAGES)
    predictor = KerasPredictor(model, card)
    checked = _checked(predictor, read_run_pictures(run, card, images))
    content = work / "content"
    content.mkdir()
    formats = []
    for kind in ExportFormat:
        if kind not in without:
            begin(ExportStep(kind))
            formats.append(_exported(kind, model, predictor, checked, content))
    begin(ExportStep.CARD)
    result = ExportResult(target.name, 0, tuple(formats), checked.count, real_pictures=not checked.run.problem)
    notes = write_card_files(content, run, predictor, checked.run, result, with_pictures=with_pictures)
    begin(ExportStep.PACK)
    pack(content, work / ARCHIVE)
    size = size_of(work / ARCHIVE)
    put_in_place(work / ARCHIVE, target)
    return ExportResult(target.name, size, tuple(formats), checked.count, result.real_pictures, notes)


def _steps(without: Collection[ExportFormat]) -> list[ExportStep]:
    return [step for step in ExportStep if step.value not in {kind.value for kind in without}]


def _checked(predictor: KerasPredictor, found: RunPictures) -> Checked:
    pictures = found.comparing if found.comparing is not None else patterns(predictor.card.input_size)
    return Checked(pictures, predictor.outputs(np.asarray(pictures.squares)), found)


def _exported(
    kind: ExportFormat, model: keras.Model, predictor: KerasPredictor, checked: Checked, content: Path
) -> ExportedFormat:
    """Made, asked and compared; what fails in that is not in the folder."""
    path = content / FILES[kind]
    training = checked.run.training
    convert = conversion_to(kind, predictor.card, None if training is None else np.asarray(training.squares))
    try:
        convert(model if kind is ExportFormat.KERAS else predictor.model, path)
        if kind is ExportFormat.INT8:
            return _rounded(path, predictor, checked)
        got = answers_of(kind, path, np.asarray(checked.pictures.squares), predictor.card.heads)
        difference = largest_difference(checked.expected, got)
        if difference > TOLERANCE:
            raise ModelFileError(
                f"its answers differ from those of Keras by {difference:.3g}, expected at most {TOLERANCE}"
            )
    except Exception as error:  # noqa: BLE001 -- converters and runtimes raise anything; the others go on
        _remove(path)
        return ExportedFormat(kind, path.name, reason=reason_of(error))
    return ExportedFormat(kind, path.name, size_of(path), difference)


def _rounded(path: Path, predictor: KerasPredictor, checked: Checked) -> ExportedFormat:
    """Compared on what it was calibrated on, too: little as that proves, it is real."""
    card, training = predictor.card, checked.run.training
    assert training is not None
    expected = predictor.outputs(np.asarray(training.squares))
    pictures, said = together([checked.pictures, training], [checked.expected, expected])
    got = answers_of(ExportFormat.INT8, path, np.asarray(pictures.squares), card.heads)
    agreement = agreement_of(card, pictures, said, got)
    reason = why_not(agreement)
    if reason:
        _remove(path)
        return ExportedFormat(ExportFormat.INT8, path.name, agreement=agreement, reason=reason)
    count = len({image.filename for image in training.images})
    note = f"calibrated on {count} training images"
    if "box" in card.heads:
        note += "; the place of the box is still computed with float numbers"
    difference = largest_difference(said, got)
    return ExportedFormat(ExportFormat.INT8, path.name, size_of(path), difference, agreement, note)


def _remove(path: Path) -> None:
    if path.is_dir():
        remove_folder(path)
    else:
        path.unlink(missing_ok=True)
