"""The collection of 273 boxes in many formats, and what its XML says by a reader that is not ours."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from xml.etree import ElementTree

from tests.helpers.real_data import REAL_DATA
from training.dataset.box import Box
from training.dataset.dataset import Dataset, LabelledImage

VOC100 = REAL_DATA / "voc100_multiformat/database"


@cache
def truth() -> Dataset:
    """With its classes in an order that is not that of their names."""
    images = tuple(_image(path) for path in sorted((VOC100 / "gts/pascalvoc_format").glob("*.xml")))
    labels = {box.label for image in images for box in image.boxes}
    dataset = Dataset(images, tuple(sorted(labels, reverse=True)))
    assert (len(images), sum(dataset.box_counts().values()), len(labels)) == (100, 273, 20)
    return dataset


def _image(path: Path) -> LabelledImage:
    root = ElementTree.parse(path).getroot()
    width, height = (int(root.findtext(f"size/{side}") or 0) for side in ("width", "height"))
    boxes = []
    for element in root.iter("object"):
        edges = (float(element.findtext(f"bndbox/{edge}") or "") for edge in ("xmin", "ymin", "xmax", "ymax"))
        boxes.append(Box(*edges, element.findtext("name") or ""))
    return LabelledImage(f"{path.stem}.jpg", width, height, tuple(boxes))
