"""What is told of exporting a model: its forms, its steps and what came of them."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from desktop_app.words import counted, filled, percent
from training.run.model_export.export_result import ExportedFormat, ExportFormat, ExportResult, ExportStep


def format_title(kind: ExportFormat) -> str:
    return {
        ExportFormat.LITERT: _tr("LiteRT"),
        ExportFormat.INT8: _tr("LiteRT, int8"),
        ExportFormat.ONNX: _tr("ONNX"),
        ExportFormat.SAVED_MODEL: _tr("TensorFlow SavedModel"),
        ExportFormat.KERAS: _tr("Keras"),
    }[kind]


def format_use(kind: ExportFormat) -> str:
    """What somebody would want it for."""
    return {
        ExportFormat.LITERT: _tr("quick everywhere, needs no TensorFlow"),
        ExportFormat.INT8: _tr("a quarter of the size, for small devices; calibrated on your training images"),
        ExportFormat.ONNX: _tr("for ONNX Runtime, OpenCV and other programs"),
        ExportFormat.SAVED_MODEL: _tr("for servers and programs that use TensorFlow"),
        ExportFormat.KERAS: _tr("to open it with Boxwright again"),
    }[kind]


def step_words(step: ExportStep) -> str:
    words = {
        ExportStep.LOAD: _tr("Getting the model ready…"),
        ExportStep.IMAGES: _tr("Reading images of the run…"),
        ExportStep.CARD: _tr("Writing the model card…"),
        ExportStep.PACK: _tr("Packing…"),
    }
    if step in words:
        return words[step]
    return filled(_tr("%1: converting, and comparing with Keras…"), format_title(ExportFormat(step.value)))


def result_words(one: ExportedFormat) -> str:
    """Its size and how it was checked, or why it is left out."""
    if not one.is_there:
        return filled(_tr("Left out: %1"), one.reason)
    return f"{size_words(one.size)} · {_checked(one)}"


def summary(result: ExportResult) -> str:
    """What everything was compared on."""
    one, many = _tr("Each was asked about 1 picture of the run."), _tr("Each was asked about %n pictures of the run.")
    if not result.real_pictures:
        return _tr("The run's images are not at hand: each was asked about drawn patterns, and there are no pictures.")
    text = counted(result.compared_on, one, many)
    if any(form.is_there and form.agreement is not None for form in result.formats):
        text = f"{text} {_tr('int8 was also asked about the pictures it was calibrated on.')}"
    return text


def size_words(size: int) -> str:
    if size < 2**20:
        return filled(_tr("%1 KB"), max(1, round(size / 2**10)))
    return filled(_tr("%1 MB"), f"{size / 2**20:.1f}")


def _checked(one: ExportedFormat) -> str:
    if one.agreement is None:
        if not one.difference:
            return _tr("the same answers as Keras")
        return filled(_tr("differs from Keras by at most %1"), f"{one.difference:.1g}")
    share, images = percent(one.agreement.same_class), one.agreement.images
    parts = [filled(_tr("%1 pictures: the same class as Keras in %2"), images, share)]
    if one.agreement.mean_iou is not None:
        parts.append(filled(_tr("mean IoU %1 with its boxes"), f"{one.agreement.mean_iou:.2f}"))
    return _tr(", ").join(parts)


def _tr(text: str) -> str:
    return QCoreApplication.translate("ExportWords", text)
