"""`boxwright train classifier` on a folder that has a folder for each class."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from training.dataset.dataset import Split
from training.dataset.formats import boxwright_csv
from training.run.commands.command_line import main
from training.run.model_card import ModelCard
from training.run.run_folder import RunFolder

pytestmark = pytest.mark.training

COLOURS = {"green": (60, 160, 70), "red": (190, 60, 60), "blue": (60, 70, 190)}
QUICK = ("--epochs", 3, "--model-size", "small", "--input-size", 64, "--batch-size", 8, "--device", "cpu")


def draw(folder: Path, counts: dict[str, int]) -> Path:
    """So many noisy pictures of each colour in each of these folders."""
    random = np.random.default_rng(0)
    for below, count in counts.items():
        for name, colour in COLOURS.items():
            (folder / below / name).mkdir(parents=True)
            for number in range(count):
                pixels = random.normal(colour, 30, (48, 64, 3)).clip(0, 255).astype(np.uint8)
                Image.fromarray(pixels).save(folder / below / name / f"{number}.png")
    return folder


def told(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    code = main([str(word) for word in words])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_folders_called_like_classes_and_splits_are_learned(tmp_path: Path, capsys, monkeypatch):
    monkeypatch.setattr("training.run.report.finishing.export_litert", lambda *_: None)  # others look at that
    data = draw(tmp_path / "data", {"train": 12, "valid": 4, "test": 3})
    Image.new("RGB", (8, 8)).save(data / "stray.png")
    code, out, err = told(
        capsys, "train", "classifier", "--data", data, "--out", tmp_path / "run", *QUICK, "--no-augment", "--json"
    )
    assert code == 0, err
    assert "stray.png: it lies in no folder of a class" in out
    report = json.loads(out.splitlines()[-1])
    assert (report["recipe"], report["monitor"], report["phases"]) == ("classifier", "val_macro_f1", [])
    assert {split: report["dataset"][split] for split in Split} == {"train": 36, "validation": 12, "test": 9}
    assert report["figures"]["test"]["macro_f1"] >= 0.9
    run = RunFolder(tmp_path / "run")
    dataset, _ = boxwright_csv.read(run.dataset_file)
    first = dataset.images[0]
    assert (first.filename, first.image_class, first.split) == ("test/blue/0.png", "blue", Split.TEST)
    card = ModelCard.read_from(run.best_model)
    assert (card.class_names, card.source) == (("blue", "green", "red"), "images")


def test_images_without_a_split_get_one_each(tmp_path: Path, capsys, monkeypatch):
    monkeypatch.setattr("training.run.commands.train_command.train_on_terminal", lambda *_: 0)
    data = draw(tmp_path / "data", {".": 10})
    code, _, err = told(capsys, "train", "classifier", "--data", data, "--out", tmp_path / "run", *QUICK)
    assert code == 0, err
    dataset, _ = boxwright_csv.read(RunFolder(tmp_path / "run").dataset_file)
    assert {split: len(dataset.of_split(split).images) for split in Split} == {"train": 21, "validation": 6, "test": 3}


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        (("red",), "at least two classes to tell apart, found only “red”"),
        ((), "has no project yet: draw boxes first, or name a CSV file or a folder that has a folder for each class"),
    ],
)
def test_what_can_not_be_told_apart_is_refused_with_a_sentence(tmp_path: Path, capsys, names, sentence: str):
    data = draw(tmp_path / "data", {".": 10})
    for name in set(COLOURS) - set(names):
        for path in (data / name).iterdir():
            path.unlink()
    code, _, err = told(capsys, "train", "classifier", "--data", data, "--out", tmp_path / "run", *QUICK)
    assert code == 1
    assert sentence in err
