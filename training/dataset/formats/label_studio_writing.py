"""Writes Label Studio's tasks, with pictures on its own disk ("local files")."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

from training.dataset import safe_files
from training.dataset.box import Box
from training.dataset.dataset import Dataset, LabelledImage
from training.dataset.formats.extras import unpacked
from training.dataset.formats.format import WriteChoices, Written
from training.dataset.formats.losses import losses, without_size

NAME = "label-studio"
OWN_OF_RESULTS = frozenset({"type", "value", "original_width", "original_height", "image_rotation"})
OF_RECTANGLES = frozenset({"from_name", "to_name"})  # which of a project's controls drew it


def write(dataset: Dataset, place: Path, choices: WriteChoices) -> Written:
    unsized = without_size(dataset)
    images = [image for image in dataset.images if image.filename not in unsized]
    tasks = (json.dumps(_task(image), ensure_ascii=False) for image in choices.each(images))
    safe_files.write_text(place, "[\n" + ",\n".join(tasks) + "\n]\n")
    said = [f"{name!r} is left out: its size is not known, and Label Studio wants percent of it." for name in unsized]
    said += losses(dataset, "Label Studio JSON", negatives=True, own_classes=True, extras_of=NAME)
    return Written((place,), tuple(said), frozenset(unsized))


def _task(image: LabelledImage) -> dict[str, Any]:
    results = [_result(box, image) for box in image.boxes]
    if image.image_class is not None:
        choice = {"choices": [image.image_class]}
        results.append({"type": "choices", "from_name": "class", "to_name": "image", "value": choice})
    extra = unpacked(image.extra, NAME)
    others = extra.pop("data", {})
    data = {"image": f"/data/local-files/?d={quote(image.filename)}"}
    return {
        **extra,
        "data": {**(others if isinstance(others, dict) else {}), **data},
        "annotations": [{"result": results}],
    }


def _result(box: Box, image: LabelledImage) -> dict[str, Any]:
    wide, high = 100 / image.width, 100 / image.height
    value = {
        "x": box.xmin * wide,
        "y": box.ymin * high,
        "width": box.width * wide,
        "height": box.height * high,
        "rotation": 0,
        "rectanglelabels": [box.label],
    }
    return {
        "type": "rectanglelabels",
        "from_name": "label",
        "to_name": "image",
        "original_width": image.width,
        "original_height": image.height,
        "image_rotation": 0,
        **unpacked(box.extra, NAME),
        "value": value,
    }
