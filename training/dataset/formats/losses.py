"""What formats can't hold, in words: said at export, before somebody misses it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from training.dataset.archives.entry_names import fault_of_name, first_twin, shown_name
from training.dataset.dataset import Dataset
from training.dataset.formats.extras import unpacked_all
from training.dataset.formats.readings import LONGEST_NAME

_MOST_KEYS, _LONGEST_KEY = 5, 40
_MOST_LOOKED_AT = 2000
_MOST_NAMES = 5
# As nearly all are, of perhaps hundreds of thousands; names that mean something else on Windows are shorter.
_PLAIN_PATH = re.compile(r"(?=.{1,200}$)(?:[a-z0-9_-]{5,}/)*[a-z0-9_-]{5,}\.[a-z]{3,4}", re.ASCII | re.IGNORECASE)
_BETWEEN_PIXELS = 0.0005


def losses(
    dataset: Dataset,
    title: str,
    *,
    negatives: bool = False,
    splits: bool = False,
    own_classes: bool = False,
    class_order: bool = False,
    extras_of: str = "",
) -> list[str]:
    """A sentence for each thing that the dataset has and a format, called `title`, does not hold.

    `extras_of` is the name under which it keeps what only itself knows.
    """
    said = []
    images = dataset.images
    if not splits and (count := sum(image.split is not None for image in images)):
        said.append(f"{title} has no place for the split of {_counted(count, 'image')}: it is not in the files.")
    if not own_classes and (count := sum(image.image_class is not None for image in images)):
        said.append(
            f"{title} has no place for the class of a whole image: it leaves out that of {_counted(count, 'image')}."
        )
    if not negatives and (count := sum(image.is_negative for image in images)):
        said.append(f"{title} does not say that nothing is on an image: it leaves out {_counted(count, 'negative')}.")
    counts = dataset.box_counts()
    unused = [name for name in dataset.classes if not counts[name]] if not class_order else []
    if not class_order and len(dataset.classes) > 1:
        said.append(f"{title} does not hold the order of the classes.")
    if unused:
        said.append(f"{title} does not hold classes without boxes: {', '.join(map(repr, unused[:5]))}.")
    said += [
        f"the class {shown_name(name)} has more than {LONGEST_NAME} characters, and is refused where it is read again."
        for name in dataset.classes
        if len(name) > LONGEST_NAME
    ]
    return [*said, *lost_extras(dataset, title, extras_of), *names_lost_elsewhere(dataset)]


def lost_extras(dataset: Dataset, title: str, kept: str = "") -> list[str]:
    """A sentence for each format but `kept` that said more of boxes and images than the format called `title` holds."""
    from training.dataset.formats import registry  # which imports the formats, and these this

    boxes = [box.extra for image in dataset.images for box in image.boxes if box.extra]
    images = [image.extra for image in dataset.images if image.extra]
    keys: dict[str, dict[str, None]] = {}
    for texts in (boxes, images):
        for text in texts[:: len(texts) // _MOST_LOOKED_AT + 1]:  # reading hundreds of thousands takes seconds
            for name, fields in unpacked_all(text).items():
                keys.setdefault(name, {}).update(dict.fromkeys(fields))
    titles = {name: format_.title for name, format_ in registry.FORMATS.items()}
    return [
        f"{title} has no place for what else {titles.get(name, name)} says of {_boxes_and_images(_count(boxes, name), _count(images, name))}: "
        f"{', '.join(key[:_LONGEST_KEY] for key in list(found)[:_MOST_KEYS])}."
        for name, found in keys.items()
        if name != kept
    ]


def _boxes_and_images(boxes: int, images: int) -> str:
    return " and ".join(_counted(count, one) for count, one in ((boxes, "box"), (images, "image")) if count)


def _count(texts: list[str], name: str) -> int:
    return sum(f'"{name}":' in text for text in texts)


def lost_by_csv(dataset: Dataset) -> list[str]:
    """By our own CSV, which holds all that a project says itself."""
    return [*lost_extras(dataset, "CSV"), *names_lost_elsewhere(dataset)]


def names_lost_elsewhere(dataset: Dataset) -> list[str]:
    """A sentence where images are called as no file can be on other systems, or as two files can't."""
    names = [image.filename for image in dataset.images]
    odd = [name for name in names if not _PLAIN_PATH.fullmatch(name) and fault_of_name(name)]
    said = [f"{_listed(odd)}: some systems can't have files of such names, and find no image there."] if odd else []
    if len({name.lower() for name in names}) < len(names) or not all(map(str.isascii, names)):
        said += [f"{twin!r} is the same file as another on some systems." for twin in [first_twin(names)] if twin]
    return said


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return ", ".join(map(shown_name, names[:_MOST_NAMES])) + more


def between_pixels(dataset: Dataset) -> int:
    """Boxes with an edge that is no whole number."""
    return sum(
        any(abs(edge - round(edge)) > _BETWEEN_PIXELS for edge in box.corners)
        for image in dataset.images
        for box in image.boxes
    )


def without_size(dataset: Dataset) -> Counter[str]:
    """Images with boxes whose size is not known: their boxes can't become shares."""
    return Counter(image.filename for image in dataset.images if image.boxes and not (image.width and image.height))


def _counted(count: int, one: str) -> str:
    return f"{count} {one}" if count == 1 else f"{count} {one}{'es' if one.endswith('x') else 's'}"
