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
from training.dataset.formats import table
from training.dataset.formats.format import WriteChoices
from training.dataset.formats.registry import FORMATS, WRITERS, read, recognised

WORDS = {
    "csv": "One row a box, in pixels of the upright image; more on it in [CSV](csv.md).",
    "voc": "One file an image; corners in pixels. `ImageSets/Main` lists the images of each split.",
    "yolo": "One text an image: the number of the class, then middle and size as shares of the image. The names stand in "
    "`data.yaml`; `obj.names` and `classes.txt` are read, too. Of longer lines the box is taken: the one around an outline or four "
    "turned corners, or the one before keypoints.",
    "coco": "One file: `bbox` is left, top, width, height in pixels. Files of results (a list of `image_id`, `category_id`, "
    "`bbox`, `score`) are read together with the file of their images.",
    "labelme": "One file an image; two corners of each rectangle. Of a polygon the box around it is taken, which is said.",
    "via": "One file of the VGG Image Annotator; left, top, width, height in pixels.",
    "createml": "One file; the middle and the size of each box in pixels.",
    "cvat": "One file of CVAT's *for images 1.1*; corners in pixels. Tracks of *for video 1.1* are read, too: each frame's box "
    "that is to be seen, of an image called `frame_000000` and so on.",
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
# Formats that are only read: words, the place, and its files as other programs write them; none of a binary file.
READ_ONLY: dict[str, tuple[str, str, dict[str, str]]] = {
    "via3": (
        "A project of VIA 3: regions with the number of a shape (2 is a rectangle: left, top, width, height) in pixels. One "
        "attribute is the class, the others are kept for `via`. What belongs to a time of a video or a sound is left out.",
        "project.json",
        {
            "project.json": json.dumps(
                {
                    "project": {"pname": "shore", "data_format_version": "3.1.1", "vid_list": ["1"]},
                    "attribute": {"1": {"aname": "class", "type": 3, "options": {"0": "boat", "1": "gull"}}},
                    "file": {"1": {"fid": "1", "fname": "boat.jpg", "type": 2, "loc": 1, "src": ""}},
                    "metadata": {
                        "1_a": {"vid": "1", "flg": 0, "z": [], "xy": [2, 64, 120, 256, 240], "av": {"1": "0"}}
                    },
                    "view": {"1": {"fid_list": ["1"]}},
                }
            )
        },
    ),
    "bbox-label-tool": (
        "BBox-Label-Tool: one text an image, first the number of its boxes, then corners in pixels, in newer versions with the "
        "class. Without one, the class is called like the folder in `Labels`.",
        "",
        {"Labels/shore/boat.txt": "2\n64 120 320 360\n500 24 540 48\n", "Labels/shore/empty.txt": "0\n"},
    ),
    "mot": (
        "MOTChallenge: frame, track, left, top, width, height; then whether it counts, the class by number from 1 and how much of "
        "it is to be seen. The image of frame 1 is `img1/000001`, or in the folder that `seqinfo.ini` names; `labels.txt` may "
        "name the classes.",
        "",
        {
            "shore/gt/gt.txt": "1,1,64,120,256,240,1,1,1\n1,2,500,24,40,24,1,2,0.5\n",
            "shore/gt/labels.txt": "boat\ngull\n",
        },
    ),
    "svhn": (
        "`digitStruct.mat` of the Street View House Numbers, a MATLAB 7.3 file with name, label, left, top, width and height; label "
        "10 is the digit 0. Its images lie beside it.",
        "",
        {},
    ),
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
    only_read = FORMATS.keys() - WRITERS.keys() - {table.FORMAT.name}
    if READ_ONLY.keys() != only_read:
        raise ValueError(f"formats without words, or words without a format: {sorted(READ_ONLY.keys() ^ only_read)}")
    written = "\n".join(_section(name) for name in WRITERS)
    return f"{written}\n## Formats that are only read\n\n" + "\n".join(_read_section(name) for name in READ_ONLY)


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


def _read_section(name: str) -> str:
    """An example that is not read whole, as what it is, ends the build with an error."""
    words, place, texts = READ_ONLY[name]
    with tempfile.TemporaryDirectory() as folder:
        top = Path(folder)
        for path, text in texts.items():
            (top / path).parent.mkdir(parents=True, exist_ok=True)
            (top / path).write_text(text, encoding="utf-8")
        if texts:
            found = recognised(top / place)
            problems = read(top / place, found.format, found.evidence.choices).problems
            if found.format.name != name or problems:
                raise ValueError(f"the example of {name} is read as {found.format.name}: {problems}")
        shown = "".join(_shown(top / path, top, folder) for path in texts)
    return f"### {name}\n\n{words}\n\n{shown}\n"


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
