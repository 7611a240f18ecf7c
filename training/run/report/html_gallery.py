"""The worst pictures of a run, small and inside the page, each with its true and its predicted box or what was classified."""

from __future__ import annotations

import base64
import io
import math
from collections.abc import Callable, Sequence
from pathlib import Path

from training.dataset.box import Rectangle
from training.dataset.image_files import ImageProblem, read_upright
from training.dataset.relative_paths import leaves_folder
from training.run.percent import score_percent
from training.run.report.html_words import escaped
from training.run.report.judged_images import JudgedImage, Verdict, true_row, worst_first
from training.run.samples.classifier_images import crop_around

MOST_PICTURES = 24
SIDE = 360  # pixels of the longer side
QUALITY = 80
LOW_IOU = 0.5
AROUND = 0.5  # what is shown around a box that was classified, as a share of its sides

Progress = Callable[[int, int], None]


def gallery(images: Sequence[JudgedImage], folder: Path | None, progress: Progress) -> str:
    """The worst ones; without a picture where the file is not there. `progress` may raise to stop."""
    worst = worst_first(images)[:MOST_PICTURES]
    parts = []
    for done, image in enumerate(worst):
        progress(done, len(worst))
        parts.append(_figure(image, folder))
    progress(len(worst), len(worst))
    return f'<div class="pictures">{"".join(parts)}</div>' if parts else ""


def _figure(image: JudgedImage, folder: Path | None) -> str:
    view = _view(image)
    picture = _picture(image, view, folder)
    # Lines as wide as they look in a picture of this size, whatever the number of its pixels.
    line = max(view.width, view.height) / 130
    name = escaped(image.filename)
    place = f"{view.xmin:.2f} {view.ymin:.2f} {view.width:.2f} {view.height:.2f}"
    svg = f'<svg viewBox="{place}" role="img" aria-label="{name}">{picture}{_boxes(image, line)}</svg>'
    missing = "" if picture else "<br>The picture was not at hand."
    return f"<figure>{svg}<figcaption>{name}<br>{_caption(image)}{missing}</figcaption></figure>"


def _view(image: JudgedImage) -> Rectangle:
    """What is shown of an image: all of it, or what was classified with some of what is around."""
    if image.is_classified and image.truth is not None:
        return crop_around(image.truth, AROUND, image.width, image.height)
    return Rectangle(0, 0, image.width, image.height)


def _boxes(image: JudgedImage, line: float) -> str:
    """What was classified: the box, or nothing of a whole image; else the true and the predicted box."""
    true = "" if image.truth is None else _box(image.truth, "true", line, dashed=False)
    if image.is_classified:
        return "" if _view(image).corners == image.predicted.corners else true
    return true + (_box(image.predicted, "predicted", line, dashed=True) if image.is_seen else "")


def _picture(image: JudgedImage, view: Rectangle, folder: Path | None) -> str:
    if folder is None or leaves_folder(image.filename):
        return ""
    needed = math.ceil(SIDE * max(image.width, image.height) / max(view.width, view.height, 1.0))
    try:
        pixels = read_upright(folder / image.filename, max_side=needed)
    except ImageProblem:
        return ""
    from PIL import Image

    across, down = pixels.shape[1] / image.width, pixels.shape[0] / image.height
    part = (view.xmin * across, view.ymin * down, view.xmax * across, view.ymax * down)
    shown = Image.fromarray(pixels)
    if view.width < image.width or view.height < image.height:
        shown = shown.transform(_size(view), Image.Transform.EXTENT, part, Image.Resampling.BILINEAR)
    content = io.BytesIO()
    shown.save(content, "JPEG", quality=QUALITY)
    text = base64.b64encode(content.getvalue()).decode("ascii")
    size = f'x="{view.xmin:.2f}" y="{view.ymin:.2f}" width="{view.width:.2f}" height="{view.height:.2f}"'
    return f'<image href="data:image/jpeg;base64,{text}" {size} preserveAspectRatio="none"/>'


def _size(view: Rectangle) -> tuple[int, int]:
    """In pixels of the page; what is smaller than them is not blown up by far."""
    scale = min(SIDE / max(view.width, view.height, 1e-6), 2.0)
    return max(1, round(view.width * scale)), max(1, round(view.height * scale))


def _box(box: Rectangle, kind: str, line: float, *, dashed: bool) -> str:
    """With a dark edge below it, so that it is seen on any picture."""
    place = f'x="{box.xmin:.2f}" y="{box.ymin:.2f}" width="{box.width:.2f}" height="{box.height:.2f}"'
    dash = f' stroke-dasharray="{4 * line:.2f} {2.5 * line:.2f}"' if dashed else ""
    halo = f'<rect class="halo" {place} stroke-width="{1.8 * line:.2f}"/>'
    return f'{halo}<rect class="{kind}" {place} stroke-width="{line:.2f}"{dash}/>'


def _caption(image: JudgedImage) -> str:
    """The IoU, in red where it is low, and what went wrong otherwise; the class and how probable it is for a classifier."""
    if image.is_classified:
        return _class_caption(image)
    truth = "" if image.truth is None else escaped(image.truth.label)
    seen = escaped(image.predicted.label)
    if image.verdict is Verdict.FALSE_ALARM:
        return f'<span class="bad">False alarm</span>: sees {seen} ({_percent(image.score)})'
    if image.verdict is Verdict.RIGHTLY_NOTHING:
        return "No object, none seen"
    if image.verdict is Verdict.MISSED:
        return f'<span class="bad">Missed</span>: {truth}'
    iou = image.iou or 0.0
    kind = ' class="bad"' if iou < LOW_IOU else ""
    taken = f', <span class="bad">taken for {seen}</span>' if image.verdict is Verdict.WRONG_CLASS else ""
    return f"<span{kind}>IoU {iou:.2f}</span>: {truth}{taken}"


def _class_caption(image: JudgedImage) -> str:
    true, seen = escaped(true_row(image)), f"{escaped(image.predicted.label)} ({_percent(image.score)})"
    if image.verdict is Verdict.RIGHT:
        others = [f"{escaped(label)} ({_percent(score)})" for label, score in image.top[1:2]]
        return "".join([seen, *(f", then {other}" for other in others)])
    known = dict(image.top).get(true_row(image) or "")
    surely = "not among the best three" if known is None else _percent(known)
    return f'<span class="bad">Taken for {seen}</span>: {true} ({surely})'


def _percent(score: float) -> str:
    return f"{score_percent(score)} %"
