"""The words of a model card, the pictures that are asked for, and the zip itself. Without Keras."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from tests.helpers.judged_runs import judged_pictures, judged_run
from training.run.model_card import ModelCard
from training.run.model_export.card_limits import limits
from training.run.model_export.card_page import model_page, plain
from training.run.model_export.card_story import story_of
from training.run.model_export.export_result import ExportedFormat, ExportFormat, ExportResult
from training.run.model_export.packing import pack
from training.run.model_export.run_pictures import read_run_pictures
from training.run.run_folder import RunFolder
from training.run.settings import ClassEntry

CARD = ModelCard((ClassEntry(1, "block"), ClassEntry(2, "disc")), 64, ("class", "box"), "compact", 2)
RESULT = ExportResult("m.zip", 1, (ExportedFormat(ExportFormat.LITERT, "best.tflite", 2048, 0.0),), 3, True)


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    splits = ("train", "validation", "train", "test")
    images = [
        replace(image, split=splits[number % 4]) for number, image in enumerate(judged_pictures(tmp_path / "images", 8))
    ]
    return judged_run(tmp_path / "runs" / "toys", images, tmp_path / "images")


def test_names_can_not_be_markdown_or_html():
    assert plain("a|b <img src=x>\n# [c](d) `e`") == r"a\|b \<img src=x\> \# \[c\](d) \`e\`"


def test_a_model_without_its_run_has_a_page_that_says_what_is_not_known(tmp_path: Path):
    story = story_of(RunFolder(tmp_path), CARD, RESULT)
    page = model_page(CARD, story, RESULT, (), ())
    assert "no report came with it" in page
    assert "Its figures are unknown" in page
    assert "What it was trained on" not in page
    assert "it always sees an object" in page
    assert "python -m pip install numpy pillow ai-edge-litert\n" in page


def test_what_was_known_of_a_model_goes_on_with_it(run: RunFolder, tmp_path: Path):
    """Exported, opened somewhere and exported again."""
    first = story_of(run, CARD, RESULT)
    again = RunFolder(tmp_path / "opened")
    again.path.mkdir()
    again.model_card.write_text(json.dumps(first), encoding="utf-8")
    assert story_of(again, CARD, RESULT) == first
    assert first["figures"]["test"]["images"] == 2


def test_settings_that_may_name_files_are_not_told(run: RunFolder):
    settings = run.settings()
    told = story_of(run, CARD, RESULT)
    assert settings.image_root not in str(told)
    assert {"image_root", "start_from", "weights"}.isdisjoint(told["training"])


def test_rare_classes_are_warned_of(run: RunFolder):
    lines = limits(CARD, story_of(run, CARD, RESULT), [])
    assert any("rest on 2 images" in line for line in lines)
    assert any("block (" in line and "disc (" in line for line in lines)


def test_images_are_found_where_the_project_was_moved_to(run: RunFolder, tmp_path: Path):
    found = read_run_pictures(run, CARD)
    assert (found.split, found.folder) == ("validation", tmp_path / "images")
    for picture in (tmp_path / "images").glob("*.png"):
        picture.rename(tmp_path / picture.name)
    moved = read_run_pictures(run, CARD)
    assert moved.folder == tmp_path
    assert moved.training is not None
    assert len(moved.training) == 4
    for picture in tmp_path.glob("*.png"):
        picture.unlink()
    assert "no longer where they were" in read_run_pictures(run, CARD).problem


def test_the_same_files_are_the_same_zip(tmp_path: Path):
    for name in ("b.txt", "a/c.txt"):
        (tmp_path / "content" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "content" / name).write_text(name, encoding="utf-8")
    pack(tmp_path / "content", tmp_path / "one.zip")
    (tmp_path / "content" / "b.txt").touch()
    pack(tmp_path / "content", tmp_path / "two.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        assert archive.namelist() == ["a/c.txt", "b.txt"]
