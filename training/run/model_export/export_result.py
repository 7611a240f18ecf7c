"""What an export is told to leave out, how far it is, and what came of it. Neither Keras nor numpy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class ExportFormat(StrEnum):
    KERAS = "keras"
    SAVED_MODEL = "saved_model"
    LITERT = "litert"
    INT8 = "int8"
    ONNX = "onnx"


FILES = {
    ExportFormat.KERAS: "best.keras",
    ExportFormat.SAVED_MODEL: "saved_model",
    ExportFormat.LITERT: "best.tflite",
    ExportFormat.INT8: "model-int8.tflite",
    ExportFormat.ONNX: "model.onnx",
}
TITLES = {
    ExportFormat.KERAS: "Keras",
    ExportFormat.SAVED_MODEL: "TensorFlow SavedModel",
    ExportFormat.LITERT: "LiteRT",
    ExportFormat.INT8: "LiteRT, int8",
    ExportFormat.ONNX: "ONNX",
}


class ExportStep(StrEnum):
    """What an export is at, in this order; a format that is left out has no step."""

    LOAD = "load"
    IMAGES = "images"
    KERAS = "keras"
    SAVED_MODEL = "saved_model"
    LITERT = "litert"
    INT8 = "int8"
    ONNX = "onnx"
    CARD = "card"
    PACK = "pack"


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far answers agree with those of Keras on `images` pictures: `same_class` is a share, 0..1; `mean_iou` that of
    the boxes, and `same_presence` a share of the pictures, both None for a model without them.
    """

    images: int
    same_class: float
    mean_iou: float | None = None
    same_presence: float | None = None


@dataclass(frozen=True, slots=True)
class ExportedFormat:
    """One form of the model, run and compared with Keras; or why it is left out (`reason`).

    `file` is its name in the zip, `size` its bytes, `difference` the largest one of any output (which are shares, 0..1)
    from Keras. `agreement` is told of int8, which rounds too much for that. `note` is a sentence on how it was made.
    """

    format: ExportFormat
    file: str
    size: int = 0
    difference: float | None = None
    agreement: Agreement | None = None
    note: str = ""
    reason: str = ""

    @property
    def is_there(self) -> bool:
        return not self.reason


@dataclass(frozen=True, slots=True)
class ExportResult:
    """`file` is the zip, `size` its bytes, `compared_on` the number of pictures each format was asked about; `notes` are
    sentences on what else was left out.
    """

    file: str
    size: int
    formats: tuple[ExportedFormat, ...]
    compared_on: int
    real_pictures: bool
    notes: tuple[str, ...] = ()


# Told at the beginning of each step: its name, how many are done, and how many there are.
StepTold = Callable[[ExportStep, int, int], None]
