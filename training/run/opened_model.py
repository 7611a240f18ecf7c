"""A model that somebody has: a run's folder, the zip of an export or a `.keras` file, checked before it is used. No Keras."""

from __future__ import annotations

from pathlib import Path

from training.run.run_folder import RunFolder


def open_model(path: Path) -> RunFolder:
    """What predicts with it: a run's folder as it is; what a zip or a `.keras` file holds, unpacked in the cache.

    Such a folder has `best.keras`, `model.json` and, where the zip has one, `best.tflite`; it stays for the next time.
    Nothing of the file is run as code. Raises ModelFileError, which says why the file is refused, and OSError.
    """
    raise NotImplementedError(path)
