"""A model leaves as one zip: each form answers as Keras does, predict.py works with nothing of ours, nothing private is in it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.helpers.red_box_pictures import write_picture
from tests.helpers.untrained_models import SIZE, classifier_with_model, localizer_with_model
from training.dataset.box import Rectangle, iou
from training.dataset.image_files import read_upright
from training.run.answers.keras_predictor import KerasPredictor
from training.run.answers.letterbox import letterboxed
from training.run.answers.open_quick import open_quick
from training.run.failure import ModelFileError
from training.run.model_card import ModelCard
from training.run.model_export import exporting
from training.run.model_export.card_program import program_text
from training.run.model_export.export_result import ExportFormat, ExportResult, ExportStep
from training.run.model_export.exporting import export_model
from training.run.opened_model import open_model
from training.run.run_folder import RunFolder

pytestmark = pytest.mark.training

QUICK = (ExportFormat.KERAS, ExportFormat.SAVED_MODEL, ExportFormat.INT8, ExportFormat.ONNX)


class Exported:
    """A run, its zip and what was told of it; unpacked."""

    def __init__(self, run: RunFolder, folder: Path, **wishes) -> None:
        self.run, self.zip, self.unpacked = run, folder / "model.zip", folder / "unpacked"
        self.steps: list[ExportStep] = []
        self.result: ExportResult = export_model(
            run, self.zip, on_step=lambda step, _done, _total: self.steps.append(step), **wishes
        )
        with zipfile.ZipFile(self.zip) as archive:
            self.names = archive.namelist()
            archive.extractall(self.unpacked)

    def told(self, kind: ExportFormat):
        return next(one for one in self.result.formats if one.format == kind)

    def ask(self, program: str, *words: str) -> list[str]:
        """What a program of it prints, in an environment that knows nothing of this checkout."""
        done = subprocess.run(
            [sys.executable, str(self.unpacked / program), *words],
            cwd=self.unpacked.parent,
            env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()


@pytest.fixture(scope="module")
def localizer(tmp_path_factory: pytest.TempPathFactory) -> Exported:
    folder = tmp_path_factory.mktemp("somebody-private")
    return Exported(localizer_with_model(folder), folder)


@pytest.fixture(scope="module")
def classifier(tmp_path_factory: pytest.TempPathFactory) -> Exported:
    folder = tmp_path_factory.mktemp("fruit")
    left_out = (ExportFormat.KERAS, ExportFormat.SAVED_MODEL)
    return Exported(classifier_with_model(folder), folder, without=left_out)


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Turned by EXIF, larger and smaller than the square, no multiple of it, transparent."""
    folder = tmp_path_factory.mktemp("pictures")
    noise = np.random.default_rng(0).integers(0, 256, (153, 211, 4)).astype(np.uint8)
    Image.fromarray(noise).save(folder / "seen through.png")
    return [
        write_picture(folder / "turned.jpg", size=(160, 90), orientation=6),
        write_picture(folder / "small.png", size=(40, 31)),
        folder / "seen through.png",
    ]


# --- what is in it


def test_it_has_every_form_and_what_people_need(localizer: Exported):
    files = {name.split("/")[0] for name in localizer.names}
    assert files == {
        *("best.keras", "saved_model", "best.tflite", "model-int8.tflite", "model.onnx"),
        *("labels.txt", "model.json", "predict.py", "predict_onnx.py", "README.md", "pictures"),
    }
    assert [one.reason for one in localizer.result.formats] == [""] * 5
    assert localizer.steps == list(ExportStep)
    assert localizer.result.size == localizer.zip.stat().st_size
    assert localizer.names == sorted(localizer.names)
    assert [path.name for path in localizer.zip.parent.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize("kind", [kind for kind in ExportFormat if kind is not ExportFormat.INT8])
def test_each_form_was_compared_with_keras(localizer: Exported, kind: ExportFormat):
    told = localizer.told(kind)
    assert told.difference is not None
    assert told.difference < 1e-3
    assert localizer.result.real_pictures
    assert localizer.result.compared_on == 3


def test_int8_is_small_and_agrees_on_what_it_was_calibrated_on_and_on_other_pictures(localizer: Exported):
    told = localizer.told(ExportFormat.INT8)
    assert told.agreement is not None
    assert told.agreement.images == 9
    assert told.agreement.same_class >= 0.9
    assert told.agreement.mean_iou is not None
    assert 0.85 <= told.agreement.mean_iou < 1.0
    assert told.size < 0.5 * localizer.told(ExportFormat.LITERT).size
    assert "6 training images" in told.note


def test_nothing_tells_of_this_machine(localizer: Exported):
    """Neither in a file nor in what the .keras file, which is a zip, has inside."""
    secrets = [b"somebody-private", str(Path.home()).encode(), str(Path(__file__).parents[4]).encode(), b"000.png"]
    content = {path.name: path.read_bytes() for path in localizer.unpacked.rglob("*") if path.is_file()}
    with zipfile.ZipFile(localizer.unpacked / "best.keras") as archive:
        content.update({name: archive.read(name) for name in archive.namelist()})
    assert [(name, secret) for name, text in content.items() for secret in secrets if secret in text] == []
    with Image.open(localizer.unpacked / "pictures/1.jpg") as picture:
        assert not dict(picture.getexif())


def test_the_keras_file_has_no_optimizer(localizer: Exported):
    assert (localizer.unpacked / "best.keras").stat().st_size < 0.6 * localizer.run.best_model.stat().st_size


def test_its_numbers_are_a_card_of_ours_and_more(localizer: Exported):
    card = ModelCard.read(localizer.unpacked / "model.json")
    assert card == ModelCard.read_from(localizer.run.best_model)
    told = json.loads((localizer.unpacked / "model.json").read_text(encoding="utf-8"))
    report = json.loads(localizer.run.report_file.read_text(encoding="utf-8"))
    assert told["pixels"]["shape"] == [1, SIZE, SIZE, 3]
    assert told["thresholds"] == {"presence": 0.5}
    assert told["figures"]["test"] == report["figures"]["test"]
    assert told["dataset"]["sha256"] == report["dataset"]["sha256"]
    assert (localizer.unpacked / "labels.txt").read_text(encoding="utf-8") == "block\ndisc\n"


def test_the_model_card_says_how_good_it_is_and_shows_pictures(localizer: Exported):
    page = (localizer.unpacked / "README.md").read_text(encoding="utf-8")
    for words in ("# toys", "The figures of the 3 test images", "| Test images | 3 |", "block", "rest on 3 images"):
        assert words in page
    shown = re.findall(r"!\[[^]]*\]\(([^)]+)\)", page)
    assert {"pictures/1.jpg", "pictures/loss.svg", "pictures/quality.svg"} <= set(shown)
    assert all((localizer.unpacked / name).is_file() for name in shown)
    assert "model-int8.tflite is smaller" in page


# --- asking it


@pytest.mark.parametrize("program", ["predict.py", "predict_onnx.py"])
def test_its_own_program_sees_the_same_boxes(localizer: Exported, pictures: list[Path], program: str):
    ours = KerasPredictor.of_run(localizer.run)
    lines = localizer.ask(program, *map(str, pictures))
    for path, line in zip(pictures, lines, strict=True):
        (box,) = ours.answer(read_upright(path)).boxes
        found = re.fullmatch(rf"{re.escape(str(path))}: (\w+) ([\d.]+) at ([\d.]+) ([\d.]+) ([\d.]+) ([\d.]+)", line)
        assert found is not None, line
        assert found[1] == box.label
        assert float(found[2]) == pytest.approx(box.score, abs=2e-3)
        assert iou(Rectangle(*map(float, found.groups()[2:])), box) > 0.98


def test_its_own_program_tells_the_best_three_classes(classifier: Exported, pictures: list[Path]):
    ours = KerasPredictor.of_run(classifier.run)
    for path, line in zip(pictures, classifier.ask("predict.py", *map(str, pictures)), strict=True):
        (answer,) = ours.answer(read_upright(path)).answers
        told = [words.rsplit(" ", 1) for words in line.removeprefix(f"{path}: ").split(", ")]
        assert [name for name, _ in told] == [one.label for one in answer.top]
        assert [float(score) for _, score in told] == pytest.approx([one.score for one in answer.top], abs=2e-3)


def test_it_opens_with_boxwright_again(localizer: Exported, pictures: list[Path]):
    ours = KerasPredictor.of_run(localizer.run)
    with open_quick(open_model(localizer.zip)) as predictor:
        for path in pictures:
            pixels = read_upright(path)
            assert predictor.predict(pixels)[0].corners == pytest.approx(ours.predict(pixels)[0].corners, abs=0.2)


@pytest.mark.parametrize("size", [(48, 64), (130, 161), (7, 300), (64, 64), (33, 20)])
def test_it_prepares_pictures_exactly_as_we_do(localizer: Exported, size: tuple[int, int]):
    pixels = np.random.default_rng(1).integers(0, 256, (*size, 3)).astype(np.uint8)
    Image.fromarray(pixels).save(localizer.zip.parent / "odd.png")
    # OpenCV enlarges with weights of eleven bits.
    most = 1 if max(size) < SIZE else 0
    assert np.abs(_prepared(localizer, "odd.png") - letterboxed(pixels, SIZE)).max() <= most


@pytest.mark.parametrize("highest", [255, 4000, 65535])
def test_grey_pictures_of_more_bits_keep_their_greys(localizer: Exported, highest: int):
    slope = np.linspace(0, highest, SIZE).astype(np.uint16)
    Image.fromarray(np.tile(slope, (SIZE, 1))).save(localizer.zip.parent / "deep.png")
    expected = letterboxed(read_upright(localizer.zip.parent / "deep.png"), SIZE)
    assert np.abs(_prepared(localizer, "deep.png") - expected).max() <= 1


def _prepared(exported: Exported, name: str) -> np.ndarray:
    """What the exported program gives its model for a picture beside the zip."""
    beginning = (exported.unpacked / "predict.py").read_text(encoding="utf-8").partition("\nfor path in")[0]
    names = {"__file__": str(exported.unpacked / "predict.py")}
    exec(compile(beginning, "predict.py", "exec"), names)
    return names["prepared"](exported.zip.parent / name)[0][0]


def test_a_program_has_only_what_its_model_needs(localizer: Exported, classifier: Exported):
    text = {name: (localizer.unpacked / name).read_text(encoding="utf-8") for name in ("predict.py", "predict_onnx.py")}
    assert "onnx" not in text["predict.py"]
    assert not re.search("litert|tflite", text["predict_onnx.py"])
    assert not re.search("box|presence", (classifier.unpacked / "predict.py").read_text(encoding="utf-8"))
    assert max(len(one.splitlines()) for one in text.values()) <= 60


def test_the_program_of_a_model_that_always_sees_something(localizer: Exported):
    """Nothing but the presence is missed: what is said of the class takes its place."""
    card = replace(ModelCard.read(localizer.unpacked / "model.json"), heads=("class", "box"))
    (localizer.unpacked / "always.py").write_text(program_text("always.py", "best.tflite", card), encoding="utf-8")
    picture = str(next((localizer.unpacked / "pictures").glob("*.jpg")))
    (line,) = localizer.ask("always.py", picture)
    assert re.fullmatch(rf"{re.escape(picture)}: (block|disc) [\d.]+( at)?( [\d.]+){{4}}", line)
    assert "presence" not in program_text("always.py", "best.tflite", card)


# --- less than everything


def test_a_classifier_and_what_was_not_wanted(classifier: Exported):
    assert {"best.keras", "saved_model"}.isdisjoint(name.split("/")[0] for name in classifier.names)
    assert classifier.told(ExportFormat.INT8).agreement is not None
    assert "no report came with the model" in " ".join(classifier.result.notes)
    page = (classifier.unpacked / "README.md").read_text(encoding="utf-8")
    assert "It always names one of its classes" in page
    assert "Cut out the box" in page


def test_without_the_images_the_others_are_exported_and_that_is_said(localizer: Exported, tmp_path: Path):
    left_out = (ExportFormat.KERAS, ExportFormat.SAVED_MODEL, ExportFormat.ONNX)
    exported = Exported(localizer.run, tmp_path, without=left_out, images=tmp_path)
    assert exported.told(ExportFormat.LITERT).is_there
    assert "--images" in exported.told(ExportFormat.INT8).reason
    assert not exported.result.real_pictures
    assert "none of the images" in exported.result.notes[0]
    assert {"model-int8.tflite", "pictures/1.jpg"}.isdisjoint(exported.names)


def test_a_form_that_answers_otherwise_is_left_out_with_the_reason(localizer: Exported, tmp_path: Path, monkeypatch):
    right = exporting.answers_of

    def wrong(kind, path, squares, heads):
        said = right(kind, path, squares, heads)
        return {**said, "box": said["box"] + 0.002}

    monkeypatch.setattr(exporting, "answers_of", wrong)
    exported = Exported(localizer.run, tmp_path, without=QUICK, with_pictures=False)
    assert re.search("differ from those of Keras by 0.002, expected at most 0.001", exported.told("litert").reason)
    assert {"best.tflite", "predict.py", "pictures/1.jpg"}.isdisjoint(exported.names)


def test_an_export_that_is_interrupted_leaves_the_old_file_and_nothing_else(localizer: Exported, tmp_path: Path):
    target = tmp_path / "model.zip"
    target.write_bytes(b"the old one")

    def interrupt(step: ExportStep, _done: int, _total: int) -> None:
        if step is ExportStep.CARD:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export_model(localizer.run, target, on_step=interrupt, without=[*QUICK[1:], ExportFormat.LITERT])
    assert [path.name for path in tmp_path.iterdir()] == ["model.zip"]
    assert target.read_bytes() == b"the old one"


def test_a_zip_that_can_not_take_its_place_leaves_nothing(localizer: Exported, tmp_path: Path, monkeypatch):
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("training.run.model_export.packing.os.replace", full)
    with pytest.raises(OSError, match="No space left"):
        export_model(localizer.run, tmp_path / "model.zip", without=[*QUICK, ExportFormat.LITERT])
    assert list(tmp_path.iterdir()) == []


def test_a_run_without_a_model_says_so(tmp_path: Path):
    with pytest.raises(ModelFileError, match="there is no such file"):
        export_model(RunFolder(tmp_path / "run"), tmp_path / "model.zip")
