"""Says what the model beside this file sees in pictures: python predict.py PICTURE... [--model model.onnx]

Needs numpy and pillow; for .tflite files ai-edge-litert (or tflite-runtime), for .onnx onnxruntime.
"""

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageOps

HERE = Path(__file__).resolve().parent
CARD = json.loads((HERE / "model.json").read_text(encoding="utf-8"))
NAMES = [entry["name"] for entry in CARD["classes"]]


def open_model(path: Path) -> Callable[[Any], dict[str, Any]]:
    """What asks the model: pixels (1, S, S, 3), 0 to 255, to its outputs by name."""
    if path.suffix == ".onnx":
        import onnxruntime

        session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
        (given,), heads = session.get_inputs(), [output.name for output in session.get_outputs()]
        return lambda pixels: dict(zip(heads, session.run(heads, {given.name: pixels}), strict=True))
    try:
        from ai_edge_litert.interpreter import Interpreter
    except ImportError:
        from tflite_runtime.interpreter import Interpreter
    runner = Interpreter(model_path=str(path)).get_signature_runner()
    (name,) = runner.get_input_details()
    return lambda pixels: runner(**{name: pixels})


def resizing(old: int, new: int) -> Any:
    """A matrix (new, old): a new pixel is the mean of the old ones it covers, or lies between its two neighbours."""
    edges, at = np.linspace(0, old, new + 1), np.arange(old)
    if new < old:
        shares = np.minimum(edges[1:, None], at + 1) - np.maximum(edges[:-1, None], at)
    else:
        shares = 1 - np.abs(np.clip((edges[1:] + edges[:-1] - 1) / 2, 0, old - 1)[:, None] - at)
    return (shares.clip(0) / shares.clip(0).sum(axis=1, keepdims=True)).astype(np.float32)


def eight_bits(image: Image.Image) -> Image.Image:
    """Grey values of 12 or 16 bits, which Pillow would cut off, as 8 bits."""
    if image.mode[0] not in "IF":
        return image
    grey = np.asarray(image, np.float32)
    top = next((top for top in (255, 4095, 65535) if grey.max() <= top), grey.max())
    return Image.fromarray(np.rint(grey * (255 / top)).clip(0, 255).astype(np.uint8))


def answer(ask: Callable[[Any], dict[str, Any]], path: Path) -> str:
    """One line about a picture: the box with class and score, or the best three classes."""
    image = eight_bits(ImageOps.exif_transpose(Image.open(path))).convert("RGBA")  # upright, on white
    image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")
    (width, height), size = image.size, CARD["input_size"]
    w, h = (max(1, round(side * size / max(width, height))) for side in (width, height))
    left, top = (size - w) // 2, (size - h) // 2
    rows = np.tensordot(resizing(height, h), np.asarray(image, np.float32), 1)
    square = np.full((1, size, size, 3), CARD["fill"], np.float32)
    square[0, top : top + h, left : left + w] = np.rint(resizing(width, w) @ rows)
    said = {name: values[0] for name, values in ask(square).items()}
    best = np.argsort(-said["class"], kind="stable")
    if "box" not in said:
        return ", ".join(f"{NAMES[index]} {said['class'][index]:.4f}" for index in best[:3])
    score = said["presence"][0] if "presence" in said else said["class"][best[0]]
    if "presence" in said and score < CARD["thresholds"]["presence"]:
        return "nothing"
    (x, y), (across, down) = said["box"][:2], said["box"][2:] / 2
    edges = (np.array([x - across, y - down, x + across, y + down]) * size - [left, top, left, top]) / [w, h, w, h]
    box = edges.clip(0, 1) * [width, height, width, height]
    return f"{NAMES[best[0]]} {score:.4f} at " + " ".join(f"{edge:.1f}" for edge in box)


if __name__ == "__main__":
    there = [name for name in ("best.tflite", "model.onnx", "model-int8.tflite") if (HERE / name).is_file()]
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("pictures", nargs="+", type=Path)
    parser.add_argument("--model", type=Path, default=HERE / (there or ["best.tflite"])[0])
    arguments = parser.parse_args()
    model = open_model(arguments.model if arguments.model.is_file() else HERE / arguments.model)
    for picture in arguments.pictures:
        print(f"{picture}: {answer(model, picture)}")
