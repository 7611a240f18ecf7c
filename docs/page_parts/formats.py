"""Every annotation format with an example: the files its own writer makes of the same small dataset."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from PIL import Image

from page_parts.markdown import code
from training.dataset.box import Box
from training.dataset.converting import usual_place
from training.dataset.dataset import Dataset, LabelledImage, Split
from training.dataset.formats.format import WriteChoices
from training.dataset.formats.registry import WRITERS

WORDS = {
    "csv": "One row a box, in pixels of the upright image; more on it in [CSV](csv.md).",
    "voc": "One file an image; corners in pixels. `ImageSets/Main` lists the images of each split.",
    "yolo": "One text an image: the number of the class, then middle and size as shares of the image. The names stand in "
    "`data.yaml`; `obj.names` and `classes.txt` are read, too.",
    "coco": "One file: `bbox` is left, top, width, height in pixels. Files of results (a list of `image_id`, `category_id`, "
    "`bbox`, `score`) are read together with the file of their images.",
    "labelme": "One file an image; two corners of each rectangle. Of a polygon the box around it is taken, which is said.",
    "via": "One file of the VGG Image Annotator; left, top, width, height in pixels.",
    "createml": "One file; the middle and the size of each box in pixels.",
    "cvat": "One file of CVAT's *for images 1.1*; corners in pixels.",
    "label-studio": "One file of tasks; left, top, width, height in percent of the image.",
    "tfrecord": "Binary records of `tf.train.Example` with the names of TensorFlow's Object Detection API "
    "(`image/object/bbox/xmin` and so on, as shares of the image), the image among them.",
    "vott": "One row a box, corners in pixels.",
    "retinanet": "No header; a row with a name alone is an image without boxes. `classes.csv` beside it numbers the classes; it is "
    "read without that file, too.",
    "makesense": "Left, top, width, height in pixels.",
    "bccd": "Columns as the blood cells and many small collections have them: xmin, xmax, ymin, ymax in pixels.",
    "simple-annotator": "As the Simple Image Annotator has them; the boxes of an image are counted from 1.",
    "banana": "Columns as the banana detection set has them; corners in pixels.",
    "snacks": "Shares of the image in the order xmin, xmax, ymin, ymax; names without `.jpg`, and their folder apart.",
    "kaggle": "Left, top, width, height in one cell; names without `.jpg`. The class stands behind the usual columns.",
    "via-csv": "One row a box, with JSON in its cells, as VIA exports and reads again.",
    "automl": "No header; corners as shares of the image, first the split.",
    "open-images": "Shares of the image, smallest before largest: xmin, xmax, ymin, ymax; names without `.jpg`.",
    "spreadsheet": "Our own columns with semicolons and decimal commas, as spreadsheets in many languages open and save them.",
}
_SIZE = (640, 480)
_DATASET = Dataset(
    (
        LabelledImage(
            "shore/boat.jpg", *_SIZE, (Box(64, 120, 320, 360, "boat"), Box(500, 24, 540, 48, "gull")), None, Split.TRAIN
        ),
        LabelledImage("shore/empty.jpg", *_SIZE, (), None, Split.VALIDATION),
    ),
    ("boat", "gull"),
)
_PATH_OF_THIS_BUILD = "photos"


def formats() -> str:
    """A format without words, or words without a format, ends the build with an error."""
    if WORDS.keys() != WRITERS.keys():
        raise ValueError(f"formats without words, or words without a format: {sorted(WORDS.keys() ^ WRITERS.keys())}")
    return "\n".join(_section(name) for name in WRITERS)


def _section(name: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        images, out = Path(folder) / _PATH_OF_THIS_BUILD, Path(folder) / "out"
        _draw_images(images)
        place = usual_place(WRITERS[name], out)
        written = WRITERS[name].write(_DATASET, place, WriteChoices(images))
        top = place if place.is_dir() else place.parent
        shown = "".join(_shown(path, top, folder) for path in sorted(written.files))
    lost = "".join(f"- {loss.rstrip('.')}.\n" for loss in written.losses)
    said = f"What is said when it is written:\n\n{lost}" if lost else ""
    return f"### {name}\n\n{WORDS[name]}\n\n{shown}\n{said}"


def _draw_images(folder: Path) -> None:
    for image in _DATASET.images:
        path = folder / image.filename
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", _SIZE).save(path)


def _shown(path: Path, top: Path, folder: str) -> str:
    name = code(path.relative_to(top).as_posix())
    if not path.read_bytes().strip():
        return f"{name}: empty\n\n"
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return f"{name}: {path.stat().st_size:,} bytes\n\n"
    if path.suffix == ".json":
        text = _in_lines(json.loads(text))
    return f"{name}:\n\n```text\n{text.replace(folder + '/', '').rstrip()}\n```\n\n"


def _in_lines(value: object, inwards: str = "") -> str:
    """JSON with whatever is short on a line of its own."""
    flat = json.dumps(value, ensure_ascii=False)
    if len(inwards + flat) <= 110 or not isinstance(value, dict | list):
        return flat
    deeper = inwards + "  "
    if isinstance(value, dict):
        parts = [
            f"{deeper}{json.dumps(key, ensure_ascii=False)}: {_in_lines(part, deeper)}" for key, part in value.items()
        ]
        return "{\n" + ",\n".join(parts) + f"\n{inwards}}}"
    return "[\n" + ",\n".join(deeper + _in_lines(part, deeper) for part in value) + f"\n{inwards}]"
