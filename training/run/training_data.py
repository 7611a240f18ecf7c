"""The images of a run, read and ready, and what had to be left out. No Keras."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from training.dataset.dataset import Dataset, LabelledImage, Problem, Split
from training.dataset.formats import boxwright_csv
from training.run.events import PhaseEvent, WarningEvent
from training.run.failure import RunFailed
from training.run.monitor import monitored_figure
from training.run.recipes.classifier_data import check_classes, left_out_told, source_of, with_something_to_learn
from training.run.recipes.names import CLASSIFIER
from training.run.samples.classifier_images import prepare_classifier_images
from training.run.samples.prepared_images import PreparedImages, Progress, prepare_images
from training.run.session import Session

MOST_PROBLEMS_TOLD = 1_000
REPORT_EVERY = 25


@dataclass(frozen=True, slots=True)
class TrainingData:
    """`validation` is None when there is none to be had; `presence` tells whether that head can be learned.

    `monitor` is the figure by which an epoch is the best, as EpochEvent names it; `source` what a classifier learns from.
    """

    dataset: Dataset
    train: PreparedImages
    validation: PreparedImages | None
    presence: bool
    monitor: str
    source: str = ""


class ImageReader:
    """Reads parts of a run's dataset as its recipe needs them, telling what it is at. Raises RunFailed where there is none."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.left_out = 0
        self.left_out_of: dict[str, int] = {}  # by what was read
        self.dataset, problems = boxwright_csv.read(session.run.dataset_file)
        self._tell_problems("row_left_out", problems)
        self.source = self._source()

    def read(self, images: Sequence[LabelledImage], what: str) -> PreparedImages:
        """Raises StopRequested when somebody asked for an end meanwhile."""
        prepared = self._prepared(images, lambda done, total: self._on_image(done, total, what))
        self.left_out += len(prepared.problems)
        self.left_out_of[what] = len(prepared.problems)
        self._tell_problems("image_left_out", prepared.problems)
        return prepared

    def images_of(self, split: Split) -> tuple[LabelledImage, ...]:
        """Images without a split are trained on."""
        return tuple(image for image in self._used if (image.split or Split.TRAIN) is split)

    def _source(self) -> str:
        self._used: Sequence[LabelledImage] = self.dataset.images
        if self._session.settings.recipe != CLASSIFIER:
            return ""
        source = source_of(self._session.settings, self._used)
        told = left_out_told(self._used, source)
        if told is not None:
            self._session.tell(told)
        self._used = with_something_to_learn(self._used, source)
        return source

    def _prepared(self, images: Sequence[LabelledImage], progress: Progress) -> PreparedImages:
        settings, folder = self._session.settings, self._session.run.path
        where = (images, settings.image_folder, settings.class_names, settings.input_size)
        if settings.recipe == CLASSIFIER:
            return prepare_classifier_images(*where, self.source, settings.crop_margin, progress, folder)
        return prepare_images(*where, progress, folder)

    def _on_image(self, done: int, total: int, what: str) -> None:
        self._session.control.raise_if_stopped()
        if done == total or done % REPORT_EVERY == 1:
            text = f"Reading the {what} images: {done} of {total}"
            self._session.tell(PhaseEvent(name="data", text=text, done=done, total=total))

    def _tell_problems(self, code: str, problems: Sequence[Problem]) -> None:
        for problem in problems[:MOST_PROBLEMS_TOLD]:
            self._session.tell(WarningEvent(code=code, text=f"Left out: {problem}", facts={"problem": str(problem)}))
        more = len(problems) - MOST_PROBLEMS_TOLD
        if more > 0:
            text = f"Left out as well: {more} more"
            self._session.tell(WarningEvent(code="more_left_out", text=text, facts={"count": str(more)}))


def read_training_data(session: Session, reader: ImageReader) -> TrainingData:
    """Raises RunFailed when there is too little to learn from, StopRequested."""
    train = reader.read(reader.images_of(Split.TRAIN), "training")
    validation: PreparedImages | None = reader.read(reader.images_of(Split.VALIDATION), "validation")
    assert validation is not None
    _check_enough(train, validation)
    is_classifier = session.settings.recipe == CLASSIFIER
    if not is_classifier:
        _check_objects(train)
    elif (lacking := check_classes(train, session.settings.class_names)) is not None:
        session.tell(lacking)
    if len(validation) == 0:
        validation = None
        text = "There are no validation images: the figures and the best epoch are those of the training images."
        session.tell(WarningEvent(code="no_validation", text=text))
    presence = session.settings.presence and not is_classifier and not bool(train.has_object.all())
    if session.settings.presence and not presence and not is_classifier:
        text = "No training image is without an object: the model will not learn whether there is one."
        session.tell(WarningEvent(code="no_negatives", text=text))
    monitor = monitored_figure(session.settings, train, validation, presence)
    return TrainingData(reader.dataset, train, validation, presence, monitor, reader.source)


def _check_enough(train: PreparedImages, validation: PreparedImages) -> None:
    usable = len(train) + len(validation)
    if usable < 2:
        problems = [*train.problems, *validation.problems]
        example = f"; for example {problems[0]}" if problems else ""
        raise RunFailed(f"a training needs at least 2 images that can be read, found {usable}{example}")


def _check_objects(train: PreparedImages) -> None:
    if not train.has_object.any():
        raise RunFailed(f"expected at least one training image with a box, found none among {len(train)}")
