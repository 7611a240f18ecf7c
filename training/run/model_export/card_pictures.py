"""Pictures of a model card: what the model says about a few images, and how it learned."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from training.dataset.box import Rectangle
from training.dataset.image_files import ImageProblem, read_size, read_upright
from training.run.answers.keras_predictor import KerasPredictor
from training.run.model_export.run_pictures import RunPictures
from training.run.report.judged_images import JudgedImage, Verdict, worst_first
from training.run.report.judged_outputs import judged
from training.run.report.report_html import charts
from training.run.report.report_reading import read_report
from training.run.run_folder import RunFolder
from training.run.run_parts import counted_epochs, lasting_events
from training.run.streams.drawing import class_palette, drawn

FOLDER = "pictures"
MOST = 6
SIDE = 480  # pixels of the longer side
QUALITY = 85
# The pages' own colours, on white: a picture inside a page can't ask for the page's.
STYLE = (
    "<style>svg { --accent: #0f7173; --second: #b9741a; --third: #2f6fb0; --line: #d3d8de; --muted: #5a6570; } "
    "text { fill: #5a6570; font: 11px system-ui, sans-serif; } .title { fill: #1d2329; font-weight: 600; }</style>"
    '<rect width="100%" height="100%" fill="#ffffff"/>'
)
WORDS = {
    Verdict.RIGHT: "right",
    Verdict.WRONG_CLASS: "the class is wrong",
    Verdict.MISSED: "missed",
    Verdict.FALSE_ALARM: "false alarm",
    Verdict.RIGHTLY_NOTHING: "rightly nothing",
}


@dataclass(frozen=True, slots=True)
class CardPicture:
    """`file` is its name in the zip, `caption` plain text."""

    file: str
    caption: str


def write_answers(content: Path, predictor: KerasPredictor, found: RunPictures) -> tuple[CardPicture, ...]:
    """A few images with what the model says, from its best answer to its worst: nobody chose them.

    Without names, places, dates or whatever else the files tell. None where the images are not at hand.
    """
    if found.comparing is None or found.folder is None:
        return ()
    outputs = predictor.outputs(np.asarray(found.comparing.squares))
    answers = judged(found.split, found.comparing, outputs, predictor.card)
    pictures: list[CardPicture] = []
    for image in _spread(answers):
        try:
            pixels = _drawn(predictor, image, found.folder / image.filename)
        except ImageProblem:
            continue  # it went since it was read
        name = f"{FOLDER}/{len(pictures) + 1}.jpg"
        (content / FOLDER).mkdir(exist_ok=True)
        Image.fromarray(pixels).save(content / name, quality=QUALITY)
        pictures.append(CardPicture(name, _caption(image)))
    return tuple(pictures)


def write_curves(content: Path, run: RunFolder) -> tuple[CardPicture, ...]:
    """Raises RunFolderError, SettingsError, OSError."""
    pictures = []
    for name, figure in zip(
        ("loss", "quality"), charts(read_report(run), counted_epochs(lasting_events(run))), strict=True
    ):
        if figure:
            (content / FOLDER).mkdir(exist_ok=True)
            file = f"{FOLDER}/{name}.svg"
            (content / file).write_text(_own_picture(figure), encoding="utf-8", newline="\n")
            pictures.append(CardPicture(file, name.capitalize()))
    return tuple(pictures)


def _spread(answers: Sequence[JudgedImage]) -> list[JudgedImage]:
    """One a file, evenly from the best to the worst."""
    by_file = {image.filename: image for image in reversed(worst_first(answers))}
    best_first = list(by_file.values())
    chosen = np.unique(np.linspace(0, len(best_first) - 1, min(MOST, len(best_first))).round().astype(int))
    return [best_first[index] for index in chosen]


def _drawn(predictor: KerasPredictor, image: JudgedImage, path: Path) -> np.ndarray:
    pixels = read_upright(path, max_side=SIDE)
    width, height = read_size(path)
    across, down = pixels.shape[1] / width, pixels.shape[0] / height
    asked: list[Rectangle] = []
    if image.is_classified and predictor.card.source == "boxes" and image.truth is not None:
        xmin, ymin, xmax, ymax = image.truth.corners
        asked = [Rectangle(xmin * across, ymin * down, xmax * across, ymax * down)]
    return drawn(pixels, predictor.answer(pixels, asked), class_palette(predictor.card.classes))


def _caption(image: JudgedImage) -> str:
    if image.truth is None:
        return f"Nothing is there: {WORDS[image.verdict]}"
    overlap = f", IoU {image.iou:.2f}" if image.iou is not None and image.is_seen else ""
    return f"{image.truth.label}: {WORDS[image.verdict]}{overlap}"


def _own_picture(figure: str) -> str:
    """The SVG of a page's figure as a file."""
    inside = figure[figure.index("<svg") : figure.rindex("</svg>") + len("</svg>")]
    start = inside.index(">") + 1
    tag = re.sub("^<svg", '<svg xmlns="http://www.w3.org/2000/svg"', inside[:start])
    return tag + STYLE + inside[start:] + "\n"
