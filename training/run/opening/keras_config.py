"""What a `.keras` file asks Keras to build, judged from its config.json before Keras sees it. No Keras.

Keras itself refuses code in files with `safe_mode`; here only what models are made of is let through, so that a window
can say why without loading Keras, and so that a layer which reads files or the net never gets as far.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from training.run.model_card import ModelCard

LARGEST_CONFIG = 8 * 2**20  # bytes; the largest network of keras.applications has a tenth of it
PACKAGE = "boxwright"
MOST_PARTS = 400_000  # objects, lists and values
# Wider layers exist only in files that want memory; ImageNet-21k has 21,841 classes.
LARGEST_NUMBER = 100_000
_SIZES = frozenset({"units", "filters", "kernel_size", "pool_size", "size", "padding", "target_shape", "output_dim",
                    "input_dim", "n", "height", "width", "strides", "dilation_rate", "depth_multiplier", "num_heads",
                    "key_dim", "value_dim", "groups", "max_tokens", "max_value", "shape", "batch_shape",
                    "input_shape", "crop_height", "crop_width", "num_bins", "num_tokens", "iterations",
                    "spatial_scale", "cropping", "value_shape"})  # fmt: skip
_MODULES = re.compile(
    r"keras(\.(layers|models|initializers|regularizers|constraints|activations|losses|metrics|optimizers"
    r"|optimizers\.schedules|dtype_policies|ops|src\.(ops|models|applications|layers|losses|metrics|optimizers|activations"
    r"|initializers|dtype_policies)(\.[a-z0-9_]+)*))?"
)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,80}")
_ENTRY = re.compile(rf"{PACKAGE}>{_NAME.pattern}")
# They run code, unpickle, or read other files by name.
_REFUSED = frozenset({"Lambda", "__lambda__", "TFSMLayer", "TorchModuleWrapper", "JaxLayer", "FlaxLayer", "StringLookup",
                      "IntegerLookup", "IndexLookup", "TextVectorization", "Hashing", "FeatureSpace",
                      "__typespec__"})  # fmt: skip
_NO_CLASSES = frozenset({"__keras_tensor__", "__tensor__", "__numpy__", "__bytes__", "__ellipsis__", "__slice__"})


class ConfigFault(Exception):  # noqa: N818 -- what it says goes into the sentence that refuses the file
    """Why a model is not built, as the end of "the model …"."""


def read_config(content: bytes) -> Any:
    """The description of a network that Keras may build. Raises ConfigFault for what is not built of plain layers."""
    try:
        config = json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise ConfigFault(f"is not described as Keras does it: {str(error)[:100]}") from error
    # What the whole model was compiled with is not read by whoever only asks it.
    for part in _parts({**config, "compile_config": None} if isinstance(config, dict) else config):
        fault = _fault_of(part)
        if fault:
            raise ConfigFault(fault)
    return config


def _parts(config: Any) -> Iterator[dict[str, Any]]:
    """Every object in it, without recursion."""
    waiting, seen = [config], 0
    while waiting:
        part = waiting.pop()
        seen += 1
        if isinstance(part, dict):
            yield part
            waiting.extend(part.values())
            seen += len(part)
        elif isinstance(part, list):
            waiting.extend(part)
        if seen + len(waiting) > MOST_PARTS:
            raise ConfigFault(f"has more than {MOST_PARTS:,} parts")


def _fault_of(part: dict[str, Any]) -> str:
    for key in _SIZES & part.keys():
        if any(abs(number) > LARGEST_NUMBER for number in _numbers(part[key])):
            return f"has a layer of a size that no network has ({key})"
    if "class_name" not in part:
        # Keras 2's way to write a function, which later versions still unmarshal from some layers.
        return "has a function of its own, which would run as code" if part.keys() & {"function_type"} else ""
    name = part["class_name"]
    if not isinstance(name, str):
        return "has a part whose kind is no name"
    return "" if name in _NO_CLASSES else _fault_of_class(name, part)


def _fault_of_class(name: str, part: dict[str, Any]) -> str:
    names = [name, part.get("registered_name"), part.get("spec_name"), part["config"] if name == "function" else None]
    for each in names:
        if isinstance(each, str) and each.rpartition(">")[2] in _REFUSED:
            return f"has a layer that could run code or read other files ({each[:60]})"
    module, entry = part.get("module"), part.get("registered_name")
    if name == "function":
        known = module in ("builtins", "keras.activations", "keras.ops", "keras.losses", "keras.metrics")
        return (
            ""
            if known and _is_name(part["config"])
            else f"has a function that is not Keras's own ({part['config']!s:.60})"
        )
    if isinstance(entry, str) and ">" in entry and _ENTRY.fullmatch(entry) is None:
        return f"has a layer that only its author's program knows ({entry[:60]})"
    if module is None and isinstance(entry, str) and _ENTRY.fullmatch(entry):
        return ""
    if isinstance(module, str) and module.startswith("training.models.") and _ENTRY.fullmatch(entry or ""):
        return ""
    if not isinstance(module, str) or _MODULES.fullmatch(module) is None or not _is_name(name):
        return f"has a layer that only its author's program knows ({name[:60]} of {module!s:.60})"
    return ""


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and _NAME.fullmatch(value) is not None


def _numbers(value: Any) -> Iterator[float]:
    if isinstance(value, bool):
        return
    if isinstance(value, int | float):
        yield value
    elif isinstance(value, list):
        for each in value[:64]:
            if isinstance(each, int | float) and not isinstance(each, bool):
                yield each
            elif isinstance(each, list):
                yield from (number for number in each[:64] if isinstance(number, int | float))


def check_fits(config: Any, card: ModelCard) -> None:
    """Raises ConfigFault for a network that does not take and answer what the card says."""
    inner = config.get("config") if isinstance(config, dict) else None
    layers = inner.get("layers") if isinstance(inner, dict) else None
    if not isinstance(inner, dict) or not isinstance(layers, list):
        raise ConfigFault("is not a network of layers from pixels to answers")
    by_name = {_config_of(layer).get("name"): _config_of(layer) for layer in layers}
    inputs, outputs = inner.get("input_layers"), inner.get("output_layers")
    expected = [None, card.input_size, card.input_size, 3]
    first = by_name.get(_name_in(inputs), {})
    got = first.get("batch_shape", first.get("batch_input_shape"))
    if got != expected:
        raise ConfigFault(f"takes {_shape_shown(got)}, while its description says {_shape_shown(expected)}")
    heads = set(outputs) if isinstance(outputs, dict) else set()
    if not set(card.heads) <= heads:
        raise ConfigFault(
            f"answers with {', '.join(sorted(map(str, heads)))[:100] or 'no named outputs'}, while its description says "
            f"{', '.join(card.heads)}"
        )
    for layer in by_name.values():
        names = layer.get("names")
        if isinstance(names, list) and names and names != list(card.class_names):
            raise ConfigFault(
                f"was made for {len(names)} classes, which are not the {len(card.classes)} of its description"
            )


def _config_of(layer: Any) -> dict[str, Any]:
    config = layer.get("config") if isinstance(layer, dict) else None
    return config if isinstance(config, dict) and isinstance(config.get("name"), str) else {}


def _name_in(inputs: Any) -> Any:
    """The one input: ["pixels", 0, 0], or a list that holds it."""
    while isinstance(inputs, list) and len(inputs) == 1:
        inputs = inputs[0]
    name = inputs[0] if isinstance(inputs, list) and inputs else None
    return name if isinstance(name, str) else None


def _shape_shown(shape: Any) -> str:
    return (
        "x".join(map(str, shape[1:4]))
        if isinstance(shape, list) and len(shape) == 4
        else "something that is no picture"
    )
