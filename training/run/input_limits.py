"""The input sizes that a network takes. Plain facts: no Keras."""

from __future__ import annotations

from training.run.recipes.localizer_defaults import INPUT_SIZE_LIMITS, LAB

# Keras refuses less than 75 and 71; input sizes go in steps of 32.
_LARGER_FROM = {"InceptionResNetV2": 96, "InceptionV3": 96, "Xception": 96}
# Its dense layer sees every place of the map: 12 million weights at 320, 50 million at 640.
_SMALLER_TO = {LAB: 320}


def input_size_limits(architecture: str) -> tuple[int, int]:
    """Smallest and largest input size, both possible; for a network by its name in the settings."""
    smallest, largest = INPUT_SIZE_LIMITS
    return _LARGER_FROM.get(architecture, smallest), _SMALLER_TO.get(architecture, largest)
