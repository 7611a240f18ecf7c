"""A trained model as one zip that others can use: in several forms, each compared with Keras, and with a model card."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from training.run.model_export.export_result import ExportFormat, ExportResult, StepTold
from training.run.run_folder import RunFolder


def export_model(
    run: RunFolder,
    target: Path,
    *,
    without: Collection[ExportFormat] = (),
    images: Path | None = None,
    on_step: StepTold = lambda _step, _done, _total: None,
) -> ExportResult:
    """Write the zip `target`; written beside and then renamed, and nothing is left when it fails or is interrupted.

    `images` is the folder of the run's images, if they are no longer where its settings say. `on_step` may raise to
    stop. Keras must work on TensorFlow. Raises ModelFileError, OSError.
    """
    raise NotImplementedError
