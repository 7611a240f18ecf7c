"""The boxes that `boxwright predict --boxes` names, for the images that a classifier is asked about."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from training.dataset.box import Box
from training.run.answers.finding_files import NamedFile
from training.run.commands.command_data import read_data
from training.run.failure import RunFailed
from training.run.model_card import ModelCard
from training.run.samples.classifier_images import IMAGES


def drawn_boxes(source: Path, given: Sequence[Path], files: Sequence[NamedFile]) -> dict[str, tuple[Box, ...]]:
    """The boxes of each file by its name; files without any are not there.

    `source` is a CSV file or a project. The images of a CSV file lie in the folder that was given, if it is a single one,
    else beside the file. Raises RunFailed, AnnotationFileError, ProjectError.
    """
    folder = given[0] if len(given) == 1 and given[0].is_dir() else None
    data = read_data(source, folder)
    boxes = {(data.image_root / image.filename).resolve(): image.boxes for image in data.dataset.images if image.boxes}
    found = {name: boxes[path] for name, path in ((name, path.resolve()) for name, path in files) if path in boxes}
    if not found:
        raise RunFailed(f"--boxes: {source} has no box in any of the {len(files)} images")
    return found


def check_takes_boxes(card: ModelCard) -> None:
    """Raises RunFailed for a model that does not look at drawn boxes."""
    if not card.is_classifier:
        raise RunFailed("--boxes: this model finds the boxes itself; only a classifier is asked about drawn ones")
    if card.source == IMAGES:
        raise RunFailed("--boxes: this classifier has learned whole images; it can't be asked about boxes")
