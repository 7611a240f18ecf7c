"""Models that somebody made to do harm, or for another program: refused with a reason before Keras sees them."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import h5py
import keras
import numpy as np
import pytest

from tests.helpers.model_files import exported_zip, keras_copy, keras_part, untrained_run, with_card, with_config
from training.run.failure import ModelFileError
from training.run.model_files import load_model
from training.run.opened_model import open_model
from training.run.opening.litert_check import check_litert
from training.run.opening.weights_check import check_weights
from training.run.run_folder import RunFolder

pytestmark = pytest.mark.training


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "somebodys.keras"


def layer_of(config: dict, name: str) -> dict[str, Any]:
    return next(layer for layer in config["config"]["layers"] if layer["name"] == name)


@pytest.mark.parametrize(
    "values",
    [
        {"module": "keras.layers", "class_name": "Lambda"},
        {"module": "keras.src.layers.core.lambda_layer", "class_name": "Lambda"},
        {"class_name": "__lambda__", "config": {"value": "4wEAAAA="}},
        {"module": "keras.layers", "class_name": "TFSMLayer"},
        {"module": "keras.layers", "class_name": "TorchModuleWrapper"},
        {"module": "keras.layers", "class_name": "StringLookup"},
        {"class_name": "Anything", "registered_name": "boxwright>Lambda"},
    ],
)
def test_a_layer_that_could_run_code_or_read_files(path: Path, reason, values: dict):
    with_config(path, lambda config: layer_of(config, "class").update(values))
    assert "could run code or read other files" in reason(path)


@pytest.mark.parametrize(
    "values",
    [
        {"module": "os", "class_name": "system", "registered_name": None},
        {"module": "keras.utils", "class_name": "get_file", "registered_name": None},
        {"module": "keras.src.utils.file_utils", "class_name": "get_file", "registered_name": None},
        {"module": "keras_hub.layers", "class_name": "Anything", "registered_name": None},
        {"module": "kerasevil.layers", "class_name": "Dense", "registered_name": None},
        {"module": None, "class_name": "Own", "registered_name": "somebody>Own"},
        {"module": "training.models.layers", "class_name": "ClassNames", "registered_name": "somebody>ClassNames"},
        {"module": "keras.layers", "class_name": "models.load_model", "registered_name": None},
        {"module": "builtins", "class_name": "function", "config": "os.system"},
        {"module": "subprocess", "class_name": "function", "config": "run"},
    ],
)
def test_what_neither_keras_nor_this_program_made(path: Path, reason, values: dict):
    with_config(path, lambda config: layer_of(config, "class").update(values))
    assert "only its author's program knows" in (said := reason(path)) or "not Keras's own" in said


def test_it_is_found_wherever_it_hides(path: Path, reason):
    def hide(config: dict) -> None:
        inner = next(layer for layer in config["config"]["layers"] if layer["class_name"] == "Functional")
        inner["config"]["layers"][2]["config"]["kernel_initializer"] = {
            "module": "keras.layers",
            "class_name": "Wrapped",
            "config": {"layer": {"class_name": "Lambda", "config": {}}},
        }

    with_config(path, hide)
    assert "could run code" in reason(path)


def test_a_layer_that_would_fill_the_memory(path: Path, reason):
    with_config(path, lambda config: layer_of(config, "class_logits")["config"].update(filters=10**9))
    assert "of a size that no network has (filters)" in reason(path)


@pytest.mark.parametrize("content", [b"{", b"[" * 200_000, b"\xff", b"[]", b"3", b'{"config": 3}'])
def test_a_description_that_is_none(path: Path, reason, content: bytes):
    assert "the model is not" in reason(keras_copy(path, {"config.json": content}))


def test_a_description_with_millions_of_parts(path: Path, reason):
    assert "parts" in reason(keras_copy(path, {"config.json": b"[" + b"0," * 3_000_000 + b"0]"}))


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"input_size": 96}, "takes 64x64x3, while its description says 96x96x3"),
        ({"input_size": 10**12}, "input size of 1000000000000"),
        ({"input_size": "64"}, "expected a whole number"),
        ({"input_size": -64}, "input size of -64"),
        ({"heads": ["class", "box"], "recipe": "classifier"}, "outputs that a classifier does not have"),
        ({"heads": ["class", "class"]}, "does not have"),
        ({"recipe": "clairvoyant"}, "recipe 'clairvoyant'"),
        ({"version": 2}, "newer version"),
        ({"version": "one"}, "does not know"),
        ({"box_encoding": "polar"}, "does not know"),
        ({"classes": []}, "0 classes"),
        ({"classes": [{"id": n, "name": str(n)} for n in range(10_001)]}, "10,001 classes"),
        ({"classes": [{"id": 1, "name": "cup"}, {"id": 1, "name": "fork"}]}, "the same number"),
        ({"classes": [{"id": 1, "name": "cup"}, {"id": 2, "name": "cup"}]}, "the same name"),
        ({"classes": [{"id": 1, "name": "\x1b[2J"}, {"id": 2, "name": "x"}]}, "a class that can't be"),
        ({"classes": [{"id": 1, "name": "\ud800"}]}, "a class that can't be"),
        ({"classes": [{"id": 1, "name": "x" * 300}]}, "a class that can't be"),
        ({"classes": [{"id": 1, "name": "spoon"}, {"id": 2, "name": "knife"}]}, "was made for 2 classes"),
        ({"classes": "cup"}, "expected"),
        ({"crop_margin": 1e300}, "margin"),
        ({"fill": 300}, "grey"),
        ({"epoch": -3}, "epoch"),
        ({"source": "/etc/passwd"}, "source"),
    ],
)
def test_a_card_that_does_not_fit(path: Path, reason, values: dict, why: str):
    assert why in reason(with_card(path, **values))


@pytest.mark.parametrize("content", [b"{}", b"[]", b"null", b"{", b"[" * 100_000, b"\xff\xfe", b'{"classes": 1}'])
def test_a_card_that_is_none(path: Path, reason, content: bytes):
    assert "its description is n" in reason(keras_copy(path, {"boxwright.json": content}))


def test_a_huge_card(path: Path, reason):
    assert "'boxwright.json' in it is larger" in reason(keras_copy(path, {"boxwright.json": b" " * 5_000_000}))


def test_a_model_of_keras_alone_says_what_is_missing(path: Path, reason):
    said = reason(keras_copy(path, {"boxwright.json": None}))
    assert "it is one of Keras, but it lacks boxwright.json, which says its classes" in said


@pytest.mark.parametrize("name", ["assets/vocabulary.txt", "model.weights.npz", "evil.py"])
def test_files_that_no_model_needs(path: Path, reason, name: str):
    assert f"does not need: {name!r}" in reason(keras_copy(path, {name: b"x"}))


def test_a_network_with_other_outputs(path: Path, reason):
    with_config(path, lambda config: config["config"]["output_layers"].pop("box"))
    assert "answers with cells, class, presence, while its description says" in reason(path)


def weights(change) -> bytes:
    """The model's own weights after `change`."""
    file = io.BytesIO(keras_part("model.weights.h5"))
    with h5py.File(file, "r+") as content:
        change(content)
    return file.getvalue()


def first_kernel(file: h5py.File) -> str:
    found: list[str] = []
    file.visititems(lambda name, item: found.append(name) if isinstance(item, h5py.Dataset) else None)
    return found[0]


def with_external_storage(file: h5py.File) -> None:
    name = first_kernel(file)
    shape = file[name].shape
    del file[name]
    file.create_dataset(name, shape, "f4", external=[("/etc/passwd", 0, h5py.h5f.UNLIMITED)])


def with_virtual_storage(file: h5py.File) -> None:
    name = first_kernel(file)
    layout = h5py.VirtualLayout(file[name].shape, "f4")
    layout[:] = h5py.VirtualSource("/etc/passwd", "x", file[name].shape)
    del file[name]
    file.create_virtual_dataset(name, layout)


def with_link(file: h5py.File) -> None:
    file["layers/elsewhere"] = h5py.ExternalLink("/etc/passwd", "/")


def with_soft_link(file: h5py.File) -> None:
    file["layers/round"] = h5py.SoftLink("/layers")


def with_compressed_nothing(file: h5py.File) -> None:
    file.create_dataset("layers/large", (10**6, 10**6), "f4", chunks=(1000, 1000), compression="gzip")


def with_unwritten_numbers(file: h5py.File) -> None:
    file.create_dataset("layers/large", (10**6, 10**6), "f4")


def with_texts(file: h5py.File) -> None:
    file.create_dataset("layers/text", data=["evil"], dtype=h5py.string_dtype())


def without_layers(file: h5py.File) -> None:
    for name in list(file):
        del file[name]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (with_external_storage, "another file"),
        (with_virtual_storage, "another file"),
        (with_link, "a link to elsewhere: elsewhere"),
        (with_soft_link, "a link to elsewhere: round"),
        (with_compressed_nothing, "not plain numbers"),
        (with_unwritten_numbers, "claim to be larger"),
        (with_texts, "not plain numbers"),
        (without_layers, "not there"),
    ],
)
def test_weights_that_lie_elsewhere_or_nowhere(path: Path, tmp_path: Path, change, why: str):
    keras_copy(path, {"model.weights.h5": weights(change)})
    with pytest.raises(ModelFileError, match=why):
        check_weights(path)


def test_the_process_that_tries_a_model_tells_why_not(path: Path, reason):
    assert "its weights lie in another file" in reason(
        keras_copy(path, {"model.weights.h5": weights(with_external_storage)})
    )


@pytest.mark.parametrize(("content", "why"), [(None, "the weights are not there"), (b"x" * 5000, "can't be read")])
def test_weights_that_are_none(path: Path, reason, content: bytes | None, why: str):
    assert why in reason(keras_copy(path, {"model.weights.h5": content}))


@pytest.mark.filterwarnings("ignore:Skipping nested container")
@pytest.mark.parametrize("shape", [(3, 3), None])
def test_keras_refuses_weights_of_another_network(path: Path, shape: tuple[int, int] | None):
    def other_kernel(file: h5py.File) -> None:
        name = first_kernel(file)
        del file[name]
        if shape is not None:
            file[name] = np.zeros(shape, np.float32)

    run = open_model(keras_copy(path, {"model.weights.h5": weights(other_kernel)}))
    with pytest.raises(ModelFileError, match="can load, got"):
        load_model(run.best_model)


def test_a_network_that_is_larger_than_its_weights_is_not_built(path: Path, monkeypatch):
    def widen(config: dict) -> None:
        layers = config["config"]["layers"]
        wide = next(layer for layer in layers if layer["class_name"] == "Conv2D")
        wide["config"].update(filters=50_000, groups=1)
        for layer in layers:
            layer.pop("build_config", None)

    made: list[object] = []
    monkeypatch.setattr(keras.saving, "load_model", lambda *given, **how: made.append(given))
    with pytest.raises(ModelFileError, match=r"asks for [\d,]+ weights, but the file for them has only"):
        load_model(with_config(path, widen))
    assert made == []


def test_a_model_that_was_compiled_for_training_is_counted_without_its_optimizer(path: Path):
    def compiled(config: dict) -> None:
        adam = keras.saving.serialize_keras_object(keras.optimizers.Adam())
        config["compile_config"] = {"optimizer": adam, "loss": None}

    model, _ = load_model(with_config(path, compiled))
    assert model.count_params() > 0


def test_outputs_of_another_length_are_noticed_where_keras_builds_them(tmp_path: Path):
    run = RunFolder(tmp_path)
    shutil.copy(untrained_run().best_model, run.best_model)
    config = json.loads(keras_part("config.json"))
    layer_of(config, "class")["config"]["names"] = []
    three = [{"id": number, "name": str(number)} for number in range(3)]
    card = json.dumps({**json.loads(keras_part("boxwright.json")), "classes": three}).encode()
    keras_copy(
        run.best_model, {"config.json": json.dumps(config).encode(), "boxwright.json": card}, untrained_run().best_model
    )
    with pytest.raises(ModelFileError, match="64x64 pixels and 3 classes, as its description says, got one from"):
        load_model(run.best_model)


def litert_run(tmp_path: Path, content: bytes, card: dict[str, object] | None = None) -> RunFolder:
    run = RunFolder(tmp_path / "pieces")
    run.path.mkdir()
    run.litert_model.write_bytes(content)
    said = {**json.loads(untrained_run().model_card.read_bytes()), **(card or {})}
    run.model_card.write_text(json.dumps(said), encoding="utf-8")
    return run


def litert_zip(tmp_path: Path, content: bytes) -> Path:
    return exported_zip(tmp_path / "litert.zip", litert_run(tmp_path, content), without=("best.keras",))


def test_a_zip_with_litert_alone_answers(tmp_path: Path):
    run = open_model(litert_zip(tmp_path, untrained_run().litert_model.read_bytes()))
    assert run.litert_model.is_file()
    assert not run.best_model.exists()


def test_a_litert_file_that_is_cut_off(tmp_path: Path, reason):
    content = untrained_run().litert_model.read_bytes()
    assert "litert.zip is not opened" in reason(litert_zip(tmp_path, content[: len(content) * 9 // 10]))


@pytest.mark.parametrize("content", [b"", b"TFL3", b"\x1c\x00\x00\x00TFL3" + bytes(100), b"no model at all"])
def test_a_litert_file_that_is_none(tmp_path: Path, content: bytes):
    with pytest.raises(ModelFileError, match=r"best\.tflite"):
        check_litert(litert_run(tmp_path, content))


@pytest.mark.parametrize(
    "card",
    [
        {"input_size": 96},
        {"heads": ["class", "box"]},
        {"classes": [{"id": number, "name": str(number)} for number in range(3)]},
    ],
)
def test_a_litert_file_that_does_not_fit_its_card(tmp_path: Path, card: dict):
    with pytest.raises(ModelFileError, match=r"best\.tflite"):
        check_litert(litert_run(tmp_path, untrained_run().litert_model.read_bytes(), card))


def test_a_card_beside_the_model_that_is_of_another(tmp_path: Path, reason):
    path = exported_zip(tmp_path / "mixed.zip", without=("model.json",))
    card = {**json.loads(untrained_run().model_card.read_bytes()), "epoch": 7}
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("model.json", json.dumps(card))
    assert "model.json is not about its best.keras (epoch)" in reason(path)
