"""Copy, cut and paste boxes, also into another image, project or window."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtGui import QGuiApplication

from desktop_app.document.clipboard import boxes_from_mime, boxes_to_mime
from desktop_app.document.document import Document
from desktop_app.document.edits import Edits
from desktop_app.document.verbs import DUPLICATE_OFFSET
from training.dataset.box import Box


def copy_selected(document: Document) -> bool:
    """Put the selected boxes with the names of their classes on the clipboard."""
    record = document.current_record
    if record is None or not document.selection:
        return False
    names = {known.id: known.name for known in document.classes}
    chosen = [record.boxes[index] for index in sorted(document.selection)]
    boxes = [box.labelled(names[box.class_id]) for box in chosen if box.class_id in names]
    QGuiApplication.clipboard().setMimeData(boxes_to_mime(boxes))
    return True


def cut_selected(document: Document, edits: Edits) -> None:
    if copy_selected(document):
        edits.cut_selected()


def paste(document: Document, edits: Edits) -> bool:
    """Paste what was copied, at its own place; False when there are no boxes on the clipboard."""
    boxes = boxes_from_mime(QGuiApplication.clipboard().mimeData())
    if not boxes:
        return False
    edits.paste_labelled(_beside_equal_ones(document, boxes))
    return True


def _beside_equal_ones(document: Document, boxes: list[Box]) -> list[Box]:
    """A copy exactly over its original can't be seen and spoils a dataset: it is put a little aside."""
    record = document.current_record
    if record is None or record.width is None or record.height is None:
        return boxes
    names = {known.id: known.name for known in document.classes}
    there = {(names.get(box.class_id, ""), *box.corners) for box in record.boxes}
    most = max(record.width, record.height) / DUPLICATE_OFFSET
    for _ in range(int(most)):
        if not there.intersection((box.label, *box.corners) for box in boxes):
            break
        boxes = _aside(boxes, record.width, record.height)
    return boxes


def _aside(boxes: Iterable[Box], width: int, height: int) -> list[Box]:
    return [box.moved(DUPLICATE_OFFSET, DUPLICATE_OFFSET, width, height) for box in boxes]
