"""What the classifier recipe does unless told otherwise. Plain values: imported by settings without Keras."""

from __future__ import annotations

INPUT_SIZE = 96
EPOCHS = 30
BATCH_SIZE = 32
CROP_MARGIN = 0.1
FINE_TUNE_EPOCHS = 10
# Of the first phase's: pretrained weights are moved gently.
FINE_TUNE_RATE = 0.1
LABEL_SMOOTHING = 0.05
