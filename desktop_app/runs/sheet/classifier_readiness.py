"""What a dataset is good for when classes are to be told from each other, in plain words. Pure functions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from desktop_app.runs.sheet.readiness import FEW_BOXES, Ask, Note, Readiness, classes, images, split_offer
from desktop_app.words import counted, filled, quoted_names
from training.dataset.dataset import Dataset, LabelledImage, Split

FEW_SAMPLES = 60  # to learn from
IMBALANCE = 5.0  # times as many of one class as of another
MOST_COUNTED = 8  # classes whose numbers stand in one sentence
MOST_NAMES = 3


@dataclass(frozen=True, slots=True)
class ClassifierFacts:
    """What the words are made from. `dataset` are the images that are used, each with its split.

    `of_boxes`: what lies in boxes is classified, otherwise whole images by their own class; `is_automatic`: nobody chose
    that. `class_names` are all the project's classes; `unlabelled`, `missing` and `left_out` count images that are not in
    the dataset. `movable` counts images that could validate, `folders` are the names that could be their images' classes.
    """

    dataset: Dataset
    of_boxes: bool
    class_names: tuple[str, ...]
    is_automatic: bool = True
    unlabelled: int = 0
    missing: int = 0
    left_out: int = 0
    movable: int = 0
    folders: tuple[str, ...] = ()

    @property
    def counts(self) -> Counter[str]:
        return class_counts(self.dataset.images, of_boxes=self.of_boxes)

    def count_of(self, split: Split) -> int:
        return class_counts(self.dataset.of_split(split).images, of_boxes=self.of_boxes).total()


def class_counts(images: Iterable[LabelledImage], *, of_boxes: bool) -> Counter[str]:
    """How many there are of each class to learn from: boxes, or images with a class of their own."""
    if of_boxes:
        return Counter(box.label for image in images for box in image.boxes)
    return Counter(image.image_class for image in images if image.image_class is not None)


def classifier_readiness(facts: ClassifierFacts) -> Readiness:
    obstacle = _obstacle(facts)
    offers = tuple(_folder_offer(facts))
    return Readiness(_headline(facts), offers if obstacle else (*_notes(facts), *offers), obstacle)


def _headline(facts: ClassifierFacts) -> str:
    counts = facts.counts
    if not counts:
        return filled(_tr("%1, none labelled yet"), images(facts.unlabelled)) if facts.unlabelled else _tr("No images")
    there = samples(counts.total(), of_boxes=facts.of_boxes)
    parts = [filled(_tr("%1 of %2"), there, classes(len(counts)))]
    if facts.unlabelled:
        parts.append(counted(facts.unlabelled, _tr("1 unlabelled image"), _tr("%n unlabelled images")))
    return _tr(", ").join(parts)


def _obstacle(facts: ClassifierFacts) -> str:
    counts = facts.counts
    if not counts and facts.missing:
        return _tr(
            "The files of all labelled images are missing. Put them back where they were, or open the folder that "
            "they are in now."
        )
    if not counts and not facts.is_automatic:
        return (
            _tr("There are no boxes. Draw some, or choose whole images under “What is classified”.")
            if facts.of_boxes
            else _tr(
                "No image has a class of its own. Choose boxes under “What is classified”, or give images a class "
                "(menu Image, or Shift and the class's number)."
            )
        )
    if not counts:
        return _tr(
            "There is nothing to tell apart yet. Draw boxes and give them classes, or give whole images a class "
            "(menu Image, or Shift and the class's number)."
        )
    if len(counts) < 2:
        return filled(
            _tr("A classifier tells classes from each other, and there is only %1. Give something another class."),
            quoted_names(list(counts)),
        )
    learned = class_counts(facts.dataset.of_split(Split.TRAIN).images, of_boxes=facts.of_boxes)
    if len(learned) < 2:
        return _tr("The images to learn from show fewer than two classes; the others are kept for validation and test.")
    return ""


def _notes(facts: ClassifierFacts) -> Iterable[Note]:
    yield Note(_source_sentence(facts))
    yield _split_note(facts)
    yield from (Note(text, is_warning=True) for text in _class_warnings(facts))
    if facts.count_of(Split.TRAIN) < FEW_SAMPLES:
        text = _tr("That is little to learn from. Weights of ImageNet help most where there is little.")
        yield Note(text, is_warning=True)
    yield from (Note(text, is_warning=True) for text in _left_out(facts))


def _source_sentence(facts: ClassifierFacts) -> str:
    counts = facts.counts
    listed = [name for name in facts.class_names if counts[name]][:MOST_COUNTED]
    numbers = _tr(", ").join(filled(_tr("%1 %2"), name, f"{counts[name]:,}") for name in listed)
    if len(counts) > MOST_COUNTED:
        numbers = filled(_tr("%1 and %2 more"), numbers, len(counts) - MOST_COUNTED)
    if facts.of_boxes:
        text = _tr("Learns what lies in each box: %1.")
    else:
        text = _tr("Learns whole images by their own class: %1.")
    return filled(text, numbers)


def _split_note(facts: ClassifierFacts) -> Note:
    train, validation, test = (facts.count_of(split) for split in (Split.TRAIN, Split.VALIDATION, Split.TEST))
    if not validation:
        text = _tr(
            "Nothing is kept for validation, so nothing will tell how the model does on images that it has not "
            "learned from."
        )
        offer = split_offer(facts.movable, len(facts.dataset.of_split(Split.TRAIN).images))
        return Note(text, is_warning=True, offer=offer)
    text = _tr("%1 to learn from, %2 to check on after each epoch, %3 kept apart as a test.")
    return Note(filled(text, f"{train:,}", f"{validation:,}", f"{test:,}"))


def _class_warnings(facts: ClassifierFacts) -> Iterable[str]:
    counts = facts.counts
    learned = class_counts(facts.dataset.of_split(Split.TRAIN).images, of_boxes=facts.of_boxes)
    unseen = [name for name in facts.class_names if counts[name] and not learned[name]]
    if unseen:
        yield filled(_tr("None of the images to learn from shows %1."), quoted_names(unseen))
    few = [name for name in facts.class_names if learned[name] and counts[name] < FEW_BOXES]
    if len(few) > MOST_NAMES:
        each = _tr("%1 have fewer than %2 boxes each.") if facts.of_boxes else _tr("%1 have fewer than %2 images each.")
        yield filled(each, quoted_names(few), FEW_BOXES)
    else:
        for name in few:
            there = samples(counts[name], of_boxes=facts.of_boxes)
            yield filled(_tr("%1 has only %2."), quoted_names([name]), there)
    yield from _imbalance(facts)


def _imbalance(facts: ClassifierFacts) -> Iterable[str]:
    ranked = facts.counts.most_common()
    (most, most_count), (least, least_count) = ranked[0], ranked[-1]
    if most_count >= IMBALANCE * least_count:
        text = _tr(
            "There are %1 times as many of %2 as of %3: rare classes count more, unless that is turned off below."
        )
        yield filled(text, round(most_count / least_count), quoted_names([most]), quoted_names([least]))


def _left_out(facts: ClassifierFacts) -> Iterable[str]:
    if facts.left_out:
        one, many = (
            (_tr("1 image without boxes is left out."), _tr("%n images without boxes are left out."))
            if facts.of_boxes
            else (
                _tr("1 image without a class of its own is left out."),
                _tr("%n images without a class of their own are left out."),
            )
        )
        yield counted(facts.left_out, one, many)
    if facts.missing:
        yield counted(
            facts.missing,
            _tr("The file of 1 labelled image is missing: it is left out."),
            _tr("The files of %n labelled images are missing: they are left out."),
        )


def _folder_offer(facts: ClassifierFacts) -> Iterable[Note]:
    if len(facts.folders) > 1:
        text = filled(_tr("The images lie in folders called %1."), quoted_names(list(facts.folders)))
        yield Note(text, offer=_tr("Use the folders' names as classes"), asks=Ask.FOLDER_CLASSES)


def samples(count: int, *, of_boxes: bool) -> str:
    return counted(count, _tr("1 box"), filled(_tr("%1 boxes"), f"{count:,}")) if of_boxes else images(count)


def _tr(text: str) -> str:
    return QCoreApplication.translate("ClassifierReadiness", text)
