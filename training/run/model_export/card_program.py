"""The short program that goes along with a model: one for LiteRT, one for ONNX, and in each only what this model says."""

from __future__ import annotations

from collections.abc import Collection

from resources import resource
from training.run.model_card import ModelCard

PROGRAM, ONNX_PROGRAM = "predict.py", "predict_onnx.py"
LITERT, INT8, ONNX = "best.tflite", "model-int8.tflite", "model.onnx"
RUNTIMES = {LITERT: "ai-edge-litert", INT8: "ai-edge-litert", ONNX: "onnxruntime"}

# resources/exported/predict.py asks LiteRT about an object that may be there; these parts of it differ for other models.
LITERT_IMPORT = "from ai_edge_litert.interpreter import Interpreter\n"
ASK_LITERT = """\
ask = Interpreter(str(HERE / "best.tflite")).get_signature_runner()
(pixels,) = ask.get_input_details()
"""
ASK_ONNX = """\
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")  # before it is loaded: it would report to its makers
import onnxruntime

onnxruntime.disable_telemetry_events()
session = onnxruntime.InferenceSession(str(HERE / "model.onnx"), providers=["CPUExecutionProvider"])
pixels, outputs = session.get_inputs()[0].name, [output.name for output in session.get_outputs()]


def ask(**given: np.ndarray) -> dict[str, np.ndarray]:
    return dict(zip(outputs, session.run(outputs, given), strict=True))
"""
SURE_OF_AN_OBJECT, SURE_OF_THE_CLASS = 'said["presence"][0]', 'said["class"].max()'
UNLESS_NOTHING = ' if sure >= CARD["thresholds"]["presence"] else f"{path}: nothing"'
LOOP = "for path in sys.argv[1:]:\n"
TELL_CLASSES = """\
    said = ask(**{pixels: prepared(path)[0]})["class"][0]
    best = np.argsort(-said, kind="stable")[:3]
    print(f"{path}: " + ", ".join(f"{CARD['classes'][index]['name']} {said[index]:.4f}" for index in best))
"""


def asked_by(there: Collection[str]) -> dict[str, str]:
    """The model that each program asks, by the program's name; nothing where only TensorFlow can ask what is `there`."""
    lite = next((name for name in (LITERT, INT8) if name in there), "")
    asked = {PROGRAM: lite} if lite else {}
    if ONNX in there:
        asked[ONNX_PROGRAM if lite else PROGRAM] = ONNX
    return asked


def program_text(name: str, model: str, card: ModelCard) -> str:
    text = _telling(resource("exported", PROGRAM).read_text(encoding="utf-8"), card)
    text = _asking_onnx(text) if model == ONNX else text.replace(LITERT, model)
    return text.replace(f"python {PROGRAM}", f"python {name}")


def _telling(text: str, card: ModelCard) -> str:
    if "box" not in card.heads:
        return text[: text.index(LOOP) + len(LOOP)] + TELL_CLASSES
    if "presence" not in card.heads:
        return text.replace(SURE_OF_AN_OBJECT, SURE_OF_THE_CLASS).replace(UNLESS_NOTHING, "")
    return text


def _asking_onnx(text: str) -> str:
    text = text.replace(LITERT_IMPORT, "").replace("import json\n", "import json\nimport os\n")
    return text.replace(ASK_LITERT, ASK_ONNX).replace(RUNTIMES[LITERT], RUNTIMES[ONNX])
