"""What a dataset is good for, in plain words, before anybody trains on it. Pure functions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto

from PySide6.QtCore import QCoreApplication

from desktop_app.words import counted, filled, quoted_names
from training.dataset.dataset import Dataset, LabelledImage, Split

FEW_BOXES = 10  # of one class
FEW_IMAGES = 40  # to learn from
MOST_NAMES = 3  # classes with few boxes that get a sentence of their own


class Ask(Enum):
    """What the button beside a note does."""

    VALIDATION = auto()  # training images validate from now on
    FOLDER_CLASSES = auto()  # images get the class that their folder is called


@dataclass(frozen=True, slots=True)
class Note:
    """One thing worth knowing before training; a warning is something to mend when there is time.

    `offer` is the text of a button, `asks` what it does.
    """

    text: str
    is_warning: bool = False
    offer: str = ""
    asks: Ask = Ask.VALIDATION


@dataclass(frozen=True, slots=True)
class Readiness:
    """`headline` counts; an obstacle says what to do instead of training."""

    headline: str
    notes: tuple[Note, ...] = ()
    obstacle: str = ""

    @property
    def is_ready(self) -> bool:
        return not self.obstacle


@dataclass(frozen=True, slots=True)
class Facts:
    """What the words are made from. `dataset` is exactly what would be trained on, each image with its split.

    `class_names` are all the project's classes in order; `unlabelled`, `missing` and `without_box` count images that
    are not in the dataset: not looked at yet, labelled but their file is gone, an own class but no box. `movable` counts the training images that could validate instead.
    """

    dataset: Dataset
    class_names: tuple[str, ...]
    unlabelled: int = 0
    missing: int = 0
    without_box: int = 0
    movable: int = 0

    @property
    def training_images(self) -> tuple[LabelledImage, ...]:
        return self.dataset.of_split(Split.TRAIN).images

    @property
    def taught(self) -> Counter[str]:
        """In how many images each class is the one that is learned: that of the largest box."""
        return taught_classes(self.dataset.images)

    @property
    def several_boxes(self) -> int:
        return sum(len(image.boxes) > 1 for image in self.dataset.images)


def taught_classes(images: Iterable[LabelledImage]) -> Counter[str]:
    largest = (image.largest_box for image in images)
    return Counter(box.label for box in largest if box is not None)


def has_negatives(dataset: Dataset) -> bool:
    """Whether presence can be learned: there is a picture to learn from that has no object."""
    return any(image.is_negative for image in dataset.of_split(Split.TRAIN).images)


def readiness(facts: Facts) -> Readiness:
    obstacle = _obstacle(facts)
    return Readiness(_headline(facts), () if obstacle else tuple(_notes(facts)), obstacle)


def _headline(facts: Facts) -> str:
    if not facts.dataset.images and facts.without_box:
        parts = [own_classes(facts.without_box)]
    elif not facts.dataset.images:
        return filled(_tr("%1, none labelled yet"), images(facts.unlabelled)) if facts.unlabelled else _tr("No images")
    else:
        parts = [images(len(facts.dataset.images)), classes(len(facts.taught))]
    if facts.unlabelled:
        parts.append(filled(_tr("%1 unlabelled"), facts.unlabelled))
    return _tr(", ").join(parts)


def _obstacle(facts: Facts) -> str:
    if not facts.dataset.images and facts.missing:
        return _tr(
            "The files of all labelled images are missing. Put them back where they were, or open the folder that "
            "they are in now."
        )
    if not facts.taught:
        return _tr(
            "There are no boxes to learn from yet. Press W, drag a box around an object and give it a class. "
            "A few dozen images make a start. A classifier also learns from whole images: give each a class "
            "(menu Image, or Shift and the class's number)."
        )
    if not taught_classes(facts.training_images):
        return _tr(
            "There are no boxes in the images to learn from, only in those kept for validation and test. "
            "Draw boxes in more images."
        )
    return ""


def _notes(facts: Facts) -> Iterable[Note]:
    yield _split_note(facts)
    yield from (Note(text, is_warning=True) for text in _class_warnings(facts))
    if len(facts.training_images) < FEW_IMAGES:
        yield Note(
            _tr("That is little to learn from: expect rough boxes. A hundred images and more do much better."),
            is_warning=True,
        )
    yield from (Note(text, is_warning=True) for text in _left_out(facts))
    if facts.several_boxes:
        text = counted(
            facts.several_boxes,
            _tr("1 image has several boxes: only the largest one is learned."),
            _tr("%n images have several boxes: only the largest one of each is learned."),
        )
        yield Note(text)
    if not has_negatives(facts.dataset):
        text = _tr(
            "Every image to learn from shows an object, so the model will always give a box. To teach it when there "
            "is none, mark images without an object as reviewed (Space)."
        )
        yield Note(text)


def _split_note(facts: Facts) -> Note:
    of_split = {split: len(facts.dataset.of_split(split).images) for split in Split}
    if not of_split[Split.VALIDATION]:
        text = _tr(
            "No image is kept for validation, so nothing will tell how the model does on images that it has not "
            "learned from."
        )
        if facts.unlabelled:
            text = filled(_tr("%1 Label more images."), text)
        return Note(text, is_warning=True, offer=split_offer(facts.movable, of_split[Split.TRAIN]))
    text = _tr("%1 to learn from, %2 to check on after each epoch, %3 kept apart as a test.")
    return Note(filled(text, of_split[Split.TRAIN], of_split[Split.VALIDATION], of_split[Split.TEST]))


def split_offer(movable: int, training: int) -> str:
    """To keep some of the training images for validation; nothing where none can move."""
    if not movable:
        return ""
    text = counted(
        movable,
        _tr("Keep 1 of the %1 training images for validation"),
        _tr("Keep %n of the %1 training images for validation"),
    )
    return filled(text, training)


def _class_warnings(facts: Facts) -> Iterable[str]:
    boxes, taught, learned = facts.dataset.box_counts(), facts.taught, taught_classes(facts.training_images)
    never = [name for name in facts.class_names if boxes[name] and not taught[name]]
    if never:
        text = counted(
            len(never),
            _tr("%1 is never the largest box of its image, so it is not learned."),
            _tr("%1 are never the largest box of their image, so they are not learned."),
        )
        yield filled(text, quoted_names(never))
    unseen = [name for name in facts.class_names if taught[name] and not learned[name]]
    if unseen:
        yield filled(_tr("None of the images to learn from shows %1."), quoted_names(unseen))
    few = [name for name in facts.class_names if learned[name] and taught[name] < FEW_BOXES]
    if len(few) > MOST_NAMES:
        yield filled(_tr("%1 have fewer than %2 boxes each."), quoted_names(few), FEW_BOXES)
    else:
        yield from (_few_boxes(name, boxes[name], taught[name]) for name in few)
    without = [name for name in facts.class_names if not boxes[name]]
    if without:
        text = counted(
            len(without), _tr("%1 has no boxes yet and is left out."), _tr("%1 have no boxes yet and are left out.")
        )
        yield filled(text, quoted_names(without))


def _few_boxes(name: str, boxes: int, taught: int) -> str:
    if boxes == taught:
        text = counted(boxes, _tr("%1 has only 1 box."), _tr("%1 has only %n boxes."))
    else:
        text = counted(
            taught, _tr("%1 is the largest box of only 1 image."), _tr("%1 is the largest box of only %n images.")
        )
    return filled(text, quoted_names([name]))


def _left_out(facts: Facts) -> Iterable[str]:
    if facts.without_box:
        yield counted(
            facts.without_box,
            _tr("1 image has a class of its own but no box: it is left out."),
            _tr("%n images have a class of their own but no box: they are left out."),
        )
    if facts.missing:
        yield counted(
            facts.missing,
            _tr("The file of 1 labelled image is missing: it is left out."),
            _tr("The files of %n labelled images are missing: they are left out."),
        )


def images(count: int) -> str:
    return counted(count, _tr("1 image"), _tr("%n images"))


def own_classes(count: int) -> str:
    return counted(
        count,
        _tr("1 image with a class of its own, but no box"),
        _tr("%n images with a class of their own, but no box"),
    )


def classes(count: int) -> str:
    return counted(count, _tr("1 class"), _tr("%n classes"))


def _tr(text: str) -> str:
    return QCoreApplication.translate("Readiness", text)
