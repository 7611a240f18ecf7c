"""What a resting cursor is told about the box under it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QToolTip

from desktop_app.canvas.drawing_aids import size_text
from desktop_app.canvas.geometry import Point
from desktop_app.words import score_number, tooltip

if TYPE_CHECKING:
    from desktop_app.canvas.canvas_view import CanvasView


def show_tooltip(canvas: CanvasView, event: QHelpEvent) -> None:
    text = text_at(canvas, canvas.viewpoint.to_image(event.pos().toPointF()))
    QToolTip.showText(event.globalPos(), tooltip(text), canvas.viewport()) if text else QToolTip.hideText()


def text_at(canvas: CanvasView, at: Point) -> str:
    """Of the proposal or the box that a press at a place of the image would take; nothing where there is none."""
    scene, proposals = canvas.canvas_scene, canvas.document.proposals
    if scene.record is None:
        return ""
    proposal = scene.proposal_at(at)
    if proposal is not None:
        proposed = _tr("proposed by run %1").replace("%1", proposals.run)
        keys = _tr("Enter accepts it, Del rejects it, dragging makes it yours")
        return f"{proposal.label} {score_number(proposal.score)} · {proposed}\n{keys}"
    found = scene.boxes_at(at)
    if not found or found[0] >= len(scene.boxes.boxes):
        return ""
    box = scene.boxes.boxes[found[0]]
    lines = [f"{scene.looks.of(box.class_id).name} · {size_text(box)}"]
    if box.origin:
        lines.append(_tr("accepted from run %1").replace("%1", box.origin))
    return "\n".join(lines)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Canvas", text)
