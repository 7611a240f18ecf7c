"""Says what the model beside this file sees in pictures: python predict.py PICTURE... (needs numpy, pillow, ai-edge-litert)"""

import json
import sys
from pathlib import Path

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from PIL import Image, ImageOps

HERE = Path(__file__).resolve().parent
CARD = json.loads((HERE / "model.json").read_text(encoding="utf-8"))
SIZE = CARD["input_size"]

ask = Interpreter(str(HERE / "best.tflite")).get_signature_runner()
(pixels,) = ask.get_input_details()


def resizing(old: int, new: int) -> np.ndarray:
    """A matrix (new, old): a new pixel is the mean of the old ones it covers, or lies between its two neighbours."""
    edges, at = np.linspace(0, old, new + 1)[:, None], np.arange(old)
    shares = np.minimum(edges[1:], at + 1) - np.maximum(edges[:-1], at)
    if new >= old:
        shares = 1 - np.abs(((edges[1:] + edges[:-1] - 1) / 2).clip(0, old - 1) - at)
    return np.asarray(shares.clip(0) / shares.clip(0).sum(axis=1, keepdims=True), np.float32)


def prepared(path: str) -> tuple[np.ndarray, np.ndarray, tuple[int, int]]:
    """The picture upright in the middle of a grey square, its two corners there, and its own width and height."""
    image = ImageOps.exif_transpose(Image.open(path))
    if image.mode[0] in "IF":  # grey values of 12 or 16 bits, which Pillow would cut off
        grey = np.asarray(image, np.float32)
        white = next((white for white in (255, 4095, 65535) if grey.max() <= white), grey.max())
        image = Image.fromarray(np.rint(grey * (255 / white)).clip(0, 255).astype(np.uint8))
    image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image.convert("RGBA")).convert("RGB")
    width, height = (max(1, round(side * SIZE / max(image.size))) for side in image.size)
    left, top = (SIZE - width) // 2, (SIZE - height) // 2
    rows = np.tensordot(resizing(image.height, height), np.asarray(image, np.float32), 1)
    square = np.full((1, SIZE, SIZE, 3), CARD["fill"], np.float32)
    square[0, top : top + height, left : left + width] = np.rint(resizing(image.width, width) @ rows)
    return square, np.array([[left, top], [left + width, top + height]]), image.size


for path in sys.argv[1:]:
    square, (start, end), size = prepared(path)
    said = {name: values[0] for name, values in ask(**{pixels: square}).items()}
    label, sure = CARD["classes"][said["class"].argmax()]["name"], said["presence"][0]
    centre, half = said["box"][:2], said["box"][2:] / 2
    corners = (np.array([centre - half, centre + half]) * SIZE - start) / (end - start)
    edges = " ".join(f"{edge:.1f}" for edge in (corners.clip(0, 1) * size).ravel())
    print(f"{path}: {label} {sure:.4f} at {edges}" if sure >= CARD["thresholds"]["presence"] else f"{path}: nothing")
