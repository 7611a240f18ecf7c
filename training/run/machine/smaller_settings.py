"""What a computer with little memory proposes for a training instead of the usual settings. No Keras.

By all of its memory, not by what is free at the moment: the same computer proposes the same today and tomorrow.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from training.run.machine.machine import memory_and_free
from training.run.recipes.names import CLASSIFIER, LOCALIZER
from training.run.settings_table import settings_for

GIBIBYTE = 2**30
LITTLE_MEMORY = 6 * GIBIBYTE  # the system, a browser and the window leave a training less than 2 GiB of it
# The smallest network that still learns the sample project, on fewer pixels at once.
_SMALLER: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        LOCALIZER: {"model_size": "small", "input_size": 128, "batch_size": 8},
        CLASSIFIER: {"model_size": "small", "batch_size": 16},
    }
)


def is_small_computer(memory: int | None = None) -> bool:
    """`memory` in bytes; that of this computer, or of the container it is limited to, unless given."""
    return (memory_and_free()[0] if memory is None else memory) < LITTLE_MEMORY


def smaller_settings(recipe: str, memory: int | None = None) -> dict[str, Any]:
    """Those that are smaller than usual on a computer with so much memory; none on others."""
    return dict(_SMALLER.get(recipe, {})) if is_small_computer(memory) else {}


def proposed_settings(recipe: str, memory: int | None = None) -> dict[str, Any]:
    """Every setting of a recipe as a new training has it on such a computer."""
    return {**{field.key: field.default for field in settings_for(recipe)}, **smaller_settings(recipe, memory)}


def in_words(recipe: str, smaller: Mapping[str, Any]) -> str:
    """Such as "size small, input size 128 (usually 160)": what differs from the usual."""
    fields = {field.key: field for field in settings_for(recipe)}
    return ", ".join(
        f"{fields[key].label.lower()} {value} (usually {fields[key].default})" for key, value in smaller.items()
    )
