"""What a saved model must say about itself, so that it predicts the same wherever it is loaded. No Keras."""

from __future__ import annotations

import json
import zipfile
import zlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any, Self

from training.dataset.safe_files import write_text
from training.run.answers.letterbox import FILL
from training.run.failure import ModelFileError
from training.run.network_version import FORMER, NETWORK
from training.run.plain_values import PlainValueError, from_plain, to_plain
from training.run.recipes.names import CLASSIFIER
from training.run.settings import ClassEntry, TrainingSettings

__all__ = ["CARD_IN_ARCHIVE", "ModelCard", "ModelFileError"]

CARD_IN_ARCHIVE = "boxwright.json"
LARGEST_CARD = 4 * 2**20  # bytes: anybody may have written one
BOX_ENCODING = "centre-x, centre-y, width, height as shares of the letterboxed square"
PREPROCESSING = "RGB 0..255, upright, letterboxed; the model does the rest"


@dataclass(frozen=True, slots=True)
class ModelCard:
    """`classes` in output order, `input_size` in pixels of the square, `heads` the names of the outputs.

    `fill` is the grey value around a letterboxed image; `epoch` the one whose weights these are. `model_size` is empty
    in cards that are older than it. `box_numbers` is how the head's numbers are read as a box, by the names of
    `box_encodings` (`box_encoding` is what comes of that); `network` is as in `network_version`. A classifier was taught what lies in boxes with `crop_margin` around them, or whole
    images (`source`).
    """

    classes: tuple[ClassEntry, ...]
    input_size: int
    heads: tuple[str, ...]
    architecture: str
    epoch: int
    recipe: str = "localizer"
    box_encoding: str = BOX_ENCODING
    preprocessing: str = PREPROCESSING
    fill: int = FILL
    model_size: str = ""
    source: str = ""
    crop_margin: float = 0.0
    box_numbers: str = "centre_size"
    network: int = FORMER
    version: int = 1

    @classmethod
    def of(cls, settings: TrainingSettings, presence: bool, epoch: int = 0) -> Self:
        return cls(
            classes=settings.classes,
            input_size=settings.input_size,
            heads=("class", "box", "presence") if presence else ("class", "box"),
            architecture=settings.architecture,
            model_size=settings.model_size,
            epoch=epoch,
            box_numbers=settings.box_encoding,
            network=NETWORK,
        )

    def at_epoch(self, epoch: int) -> Self:
        return replace(self, epoch=epoch)

    def of_size(self, model_size: str) -> Self:
        return replace(self, model_size=model_size)

    @property
    def is_classifier(self) -> bool:
        return self.recipe == CLASSIFIER

    @property
    def class_names(self) -> tuple[str, ...]:
        return tuple(entry.name for entry in self.classes)

    def to_json(self) -> str:
        return json.dumps(to_plain(self), indent=2, ensure_ascii=False) + "\n"

    def write(self, path: Path) -> None:
        write_text(path, self.to_json())

    def write_into(self, model_file: Path) -> None:
        """Add the card to a `.keras` file, which is a zip archive; Keras leaves what it does not know alone."""
        with zipfile.ZipFile(model_file, "a") as archive:
            archive.writestr(CARD_IN_ARCHIVE, self.to_json())

    @classmethod
    def read(cls, path: Path) -> Self:
        """Raises ModelFileError."""
        try:
            with path.open("rb") as file:
                return cls._from(_json_in(file), path)
        except FileNotFoundError as error:
            raise ModelFileError(f"{path}: expected a model's description, but there is no such file") from error
        except (OSError, ValueError, RecursionError) as error:
            raise ModelFileError(f"{path}: expected a model's description, got: {error}") from error

    @classmethod
    def read_from(cls, model_file: Path) -> Self:
        """The card inside a `.keras` file. Raises ModelFileError."""
        try:
            with zipfile.ZipFile(model_file) as archive, archive.open(CARD_IN_ARCHIVE) as file:
                return cls._from(_json_in(file), model_file)
        except FileNotFoundError as error:
            raise ModelFileError(f"{model_file}: expected a trained model, but there is no such file") from error
        except KeyError as error:
            raise ModelFileError(
                f"{model_file}: expected a model of Boxwright, but it does not say its classes"
            ) from error
        except (OSError, ValueError, RuntimeError, EOFError, zlib.error, zipfile.BadZipFile) as error:
            raise ModelFileError(f"{model_file}: expected a trained model, got: {error}") from error

    @classmethod
    def _from(cls, content: Any, path: Path) -> Self:
        try:
            card = from_plain(cls, content, unknown_allowed=True)
        except PlainValueError as error:
            raise ModelFileError(f"{path}: {error}") from error
        if card.version != 1 or card.box_encoding != BOX_ENCODING or not card.classes:
            raise ModelFileError(f"{path}: it was written by a newer version of Boxwright")
        return card


def _json_in(file: IO[bytes]) -> Any:
    content = file.read(LARGEST_CARD + 1)
    if len(content) > LARGEST_CARD:
        raise ValueError(f"more than {LARGEST_CARD:,} bytes")
    return json.loads(content.decode("utf-8"))
