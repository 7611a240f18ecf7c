"""Says what the model beside this file sees in whole pictures: python predict.py PICTURE... [--model model.onnx]

Needs numpy and pillow; for .tflite files ai-edge-litert, for .onnx onnxruntime. Of boxes, cut out what is in them first.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageOps

HERE = Path(__file__).resolve().parent
CARD = json.loads((HERE / "model.json").read_text(encoding="utf-8"))


def open_model(path: Path) -> Any:
    """What asks the model: pixels (1, S, S, 3), 0 to 255, to its outputs by name."""
    if path.suffix == ".onnx":
        os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")  # it would report to its makers
        import onnxruntime

        onnxruntime.disable_telemetry_events()
        session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
        name, heads = session.get_inputs()[0].name, [output.name for output in session.get_outputs()]
        return lambda pixels: dict(zip(heads, session.run(heads, {name: pixels}), strict=True))
    from ai_edge_litert.interpreter import Interpreter

    runner = Interpreter(model_path=str(path)).get_signature_runner()
    return lambda pixels: runner(**{next(iter(runner.get_input_details())): pixels})


def resizing(old: int, new: int) -> Any:
    """A matrix (new, old): a new pixel is the mean of the old ones it covers, or lies between its two neighbours."""
    edges, at = np.linspace(0, old, new + 1), np.arange(old)
    shares = np.minimum(edges[1:, None], at + 1) - np.maximum(edges[:-1, None], at)
    if new >= old:
        shares = 1 - np.abs(np.clip((edges[1:] + edges[:-1] - 1) / 2, 0, old - 1)[:, None] - at)
    return (shares.clip(0) / shares.clip(0).sum(axis=1, keepdims=True)).astype(np.float32)


def answer(ask: Any, path: Path) -> str:
    """One line about a picture: the box with class and score, or the best three classes."""
    image = ImageOps.exif_transpose(Image.open(path))
    if image.mode[0] in "IF":  # grey values of 12 or 16 bits, which Pillow would cut off
        grey = np.asarray(image, np.float32)
        top = next((top for top in (255, 4095, 65535) if grey.max() <= top), grey.max())
        image = Image.fromarray(np.rint(grey * (255 / top)).clip(0, 255).astype(np.uint8))
    image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image.convert("RGBA")).convert("RGB")
    (width, height), size = image.size, CARD["input_size"]
    w, h = (max(1, round(side * size / max(width, height))) for side in (width, height))
    left, top = (size - w) // 2, (size - h) // 2
    rows = np.tensordot(resizing(height, h), np.asarray(image, np.float32), 1)
    square = np.full((1, size, size, 3), CARD["fill"], np.float32)
    square[0, top : top + h, left : left + w] = np.rint(resizing(width, w) @ rows)
    said = {name: values[0] for name, values in ask(square).items()}
    best = [
        (CARD["classes"][index]["name"], said["class"][index]) for index in np.argsort(-said["class"], kind="stable")
    ]
    if "box" not in said:
        return ", ".join(f"{name} {score:.4f}" for name, score in best[:3])
    score = said["presence"][0] if "presence" in said else best[0][1]
    if "presence" in said and score < CARD["thresholds"]["presence"]:
        return "nothing"
    centre, half = said["box"][:2], said["box"][2:] / 2
    corners = (np.array([centre - half, centre + half]) * size - [left, top]) / [w, h]
    box = (corners.clip(0, 1) * [width, height]).ravel()
    return f"{best[0][0]} {score:.4f} at " + " ".join(f"{edge:.1f}" for edge in box)


if __name__ == "__main__":
    names = [name for name in sys.argv[1:] if name != "--model"]
    models = [name for name in names if name.endswith((".tflite", ".onnx"))]
    models += [name for name in ("best.tflite", "model.onnx", "model-int8.tflite") if (HERE / name).is_file()]
    model = open_model(Path(models[0]) if Path(models[0]).is_file() else HERE / models[0])
    for name in names:
        if name not in models:
            print(f"{name}: {answer(model, Path(name))}")
