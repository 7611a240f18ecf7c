"""Datasets for trying formats: made ones, any that hypothesis thinks of, and what a reader made of them."""

from __future__ import annotations

from pathlib import Path

from hypothesis import strategies as st

from training.dataset.box import Box
from training.dataset.dataset import Dataset, LabelledImage, Split
from training.dataset.formats import registry
from training.dataset.formats.annotation_rows import AnnotationFile, box_inside, own_class, split_of
from training.dataset.formats.format import Choices, Format
from training.dataset.image_matching import ImageMatcher

_LETTERS = st.characters(exclude_categories=("C", "Z"), exclude_characters="/\\:\"'*?<>|%~.,;#")
_NAME = st.text(_LETTERS, min_size=1, max_size=12)
_LABEL = st.text(st.characters(exclude_categories=("C", "Zl", "Zp")), min_size=1, max_size=20).map(str.strip)


def labelled(dataset: Dataset) -> dict[str, tuple[list[tuple[str, tuple[float, ...]]], Split | None, str | None]]:
    """What counts, by image: boxes, split, own class."""
    return {
        image.filename: ([(box.label, box.corners) for box in image.boxes], image.split, image.image_class)
        for image in dataset.images
    }


def read_again(
    place: Path, format_: Format, like: Dataset, choices: Choices | None = None
) -> tuple[Dataset, AnnotationFile]:
    """With the names and sizes of the images as they are, as an import or a conversion finds them."""
    choices = choices or format_.recognise(place).choices
    file = registry.read(place, format_, choices)
    known = {image.filename: image for image in like.images}
    matcher = ImageMatcher(known)
    images = []
    for name, rows in file.by_image().items():
        image = known[matcher.find(name, second_name=rows[0].second_name, own_name=rows[0].own_name)]
        boxes = []
        for row in rows:
            if row.box is not None:
                inside = box_inside(file, row, image.width, image.height)
                assert inside is not None
                boxes.append(Box(*inside.corners, row.label or "", row.extra))
        extra = rows[0].image_extra
        images.append(
            LabelledImage(
                image.filename, image.width, image.height, tuple(boxes), own_class(file, rows), split_of(rows), extra
            )
        )
    images.sort(key=lambda image: image.filename)
    labels = dict.fromkeys((*file.classes, *(row.label for row in file.rows if row.label)))
    return Dataset(tuple(images), tuple(labels), file.extra), file


@st.composite
def datasets(draw: st.DrawFn) -> Dataset:
    """Images of any size in any folders with any boxes inside them, and classes with all kinds of names."""
    labels = draw(st.lists(_LABEL.filter(bool), min_size=1, max_size=4, unique=True))
    stems = draw(st.lists(_NAME, min_size=1, max_size=4, unique_by=lambda name: name.casefold()))
    images = []
    for stem in stems:
        folder = draw(st.sampled_from(("", "photos/", "a b/ü/")))
        width, height = draw(st.integers(8, 5000)), draw(st.integers(8, 5000))
        boxes = tuple(draw(st.lists(_boxes(width, height, labels), max_size=4)))
        split = draw(st.sampled_from((None, *Split)))
        images.append(LabelledImage(f"{folder}{stem}.jpg", width, height, boxes, split=split))
    return Dataset(tuple(sorted(images, key=lambda image: image.filename)), tuple(labels))


@st.composite
def _boxes(draw: st.DrawFn, width: int, height: int, labels: list[str]) -> Box:
    xmin, xmax = sorted(draw(st.lists(_edges(width), min_size=2, max_size=2, unique=True)))
    ymin, ymax = sorted(draw(st.lists(_edges(height), min_size=2, max_size=2, unique=True)))
    return Box(xmin, ymin, xmax, ymax, draw(st.sampled_from(labels)))


def _edges(size: int) -> st.SearchStrategy[float]:
    """Quarters of pixels, and the borders."""
    return st.integers(0, size * 4).map(lambda quarter: quarter / 4)


def some_dataset() -> Dataset:
    """Of everything there is: sub-folders, splits, a negative, an own class, a class without boxes."""
    images = (
        LabelledImage("a.jpg", 64, 48, (Box(1, 2, 30.5, 40, "cat"), Box(0, 0, 64, 48, "dog")), split=Split.TRAIN),
        LabelledImage("b c.png", 640, 480, (Box(100.25, 50, 200, 479.75, "cat"),), split=Split.VALIDATION),
        LabelledImage("sub/a.jpg", 100, 50, (), split=Split.TEST),
        LabelledImage("sub/d.jpg", 10, 20, (), "dog", split=Split.TRAIN),
    )
    return Dataset(images, ("dog", "cat", "unused & <odd>"))
