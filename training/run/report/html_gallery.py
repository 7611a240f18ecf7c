"""The worst pictures of a run, small and inside the page, each with its true and its predicted box."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Sequence
from pathlib import Path

from training.dataset.box import Rectangle
from training.dataset.image_files import ImageProblem, read_upright
from training.dataset.relative_paths import leaves_folder
from training.run.report.html_words import escaped
from training.run.report.judged_images import JudgedImage, Verdict, worst_first

MOST_PICTURES = 24
SIDE = 360  # pixels of the longer side
QUALITY = 80
LOW_IOU = 0.5

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
    picture = _picture(image, folder)
    # Lines as wide as they look in a picture of this size, whatever the number of its pixels.
    line = max(image.width, image.height) / 130
    boxes = ""
    if image.truth is not None:
        boxes += _box(image.truth, "true", line, dashed=False)
    if image.is_seen:
        boxes += _box(image.predicted, "predicted", line, dashed=True)
    name = escaped(image.filename)
    svg = f'<svg viewBox="0 0 {image.width} {image.height}" role="img" aria-label="{name}">{picture}{boxes}</svg>'
    missing = "" if picture else "<br>The picture was not at hand."
    return f"<figure>{svg}<figcaption>{name}<br>{_caption(image)}{missing}</figcaption></figure>"


def _picture(image: JudgedImage, folder: Path | None) -> str:
    if folder is None or leaves_folder(image.filename):
        return ""
    try:
        pixels = read_upright(folder / image.filename, max_side=SIDE)
    except ImageProblem:
        return ""
    from PIL import Image

    content = io.BytesIO()
    Image.fromarray(pixels).save(content, "JPEG", quality=QUALITY)
    text = base64.b64encode(content.getvalue()).decode("ascii")
    size = f'width="{image.width}" height="{image.height}"'
    return f'<image href="data:image/jpeg;base64,{text}" {size} preserveAspectRatio="none"/>'


def _box(box: Rectangle, kind: str, line: float, *, dashed: bool) -> str:
    """With a dark edge below it, so that it is seen on any picture."""
    place = f'x="{box.xmin:.2f}" y="{box.ymin:.2f}" width="{box.width:.2f}" height="{box.height:.2f}"'
    dash = f' stroke-dasharray="{4 * line:.2f} {2.5 * line:.2f}"' if dashed else ""
    halo = f'<rect class="halo" {place} stroke-width="{1.8 * line:.2f}"/>'
    return f'{halo}<rect class="{kind}" {place} stroke-width="{line:.2f}"{dash}/>'


def _caption(image: JudgedImage) -> str:
    """The IoU, in red where it is low, and what went wrong otherwise."""
    truth = "" if image.truth is None else escaped(image.truth.label)
    seen = escaped(image.predicted.label)
    if image.verdict is Verdict.FALSE_ALARM:
        return f'<span class="bad">False alarm</span>: sees {seen} ({100 * image.score:.0f} %)'
    if image.verdict is Verdict.RIGHTLY_NOTHING:
        return "No object, none seen"
    if image.verdict is Verdict.MISSED:
        return f'<span class="bad">Missed</span>: {truth}'
    iou = image.iou or 0.0
    kind = ' class="bad"' if iou < LOW_IOU else ""
    taken = f', <span class="bad">taken for {seen}</span>' if image.verdict is Verdict.WRONG_CLASS else ""
    return f"<span{kind}>IoU {iou:.2f}</span>: {truth}{taken}"
