from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from tests.helpers.runs import some_settings
from training.run.failure import ModelFileError
from training.run.model_card import CARD_IN_ARCHIVE, ModelCard


@pytest.fixture
def card(tmp_path: Path) -> ModelCard:
    return ModelCard.of(some_settings(tmp_path), presence=True, epoch=4)


def test_a_card_comes_back_from_its_file_and_from_inside_a_model(card: ModelCard, tmp_path: Path):
    card.write(tmp_path / "model.json")
    with zipfile.ZipFile(tmp_path / "best.keras", "w") as archive:
        archive.writestr("config.json", "{}")
    card.write_into(tmp_path / "best.keras")
    assert ModelCard.read(tmp_path / "model.json") == card
    assert ModelCard.read_from(tmp_path / "best.keras") == card


def test_a_card_says_all_that_predicting_needs(card: ModelCard):
    content = json.loads(card.to_json())
    assert content["classes"] == [{"id": 3, "name": "cup"}, {"id": 7, "name": "fork"}]
    assert content["heads"] == ["class", "box", "presence"]
    assert {"input_size", "preprocessing", "box_encoding", "fill"} <= content.keys()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "there is no such file"),
        ("model", "expected a model's description, got"),
        ("{}", "classes: missing"),
        ({"version": 2}, "written by a newer version"),
        ({"classes": []}, "written by a newer version"),
    ],
)
def test_a_file_that_is_no_card_is_refused_with_a_sentence(card: ModelCard, tmp_path: Path, content, message):
    path = tmp_path / "model.json"
    if isinstance(content, dict):
        content = json.dumps({**json.loads(card.to_json()), **content})
    if content is not None:
        path.write_text(content)
    with pytest.raises(ModelFileError, match=message):
        ModelCard.read(path)


@pytest.mark.parametrize("kind", ["missing", "text", "foreign"])
def test_a_file_that_is_no_model_of_this_program_is_refused(tmp_path: Path, kind: str):
    path = tmp_path / "best.keras"
    if kind == "text":
        path.write_text("a model, honestly")
    if kind == "foreign":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("config.json", "{}")
    with pytest.raises(ModelFileError, match=r"best\.keras: expected"):
        ModelCard.read_from(path)


def test_the_card_is_found_under_its_name(card: ModelCard, tmp_path: Path):
    card.write_into(tmp_path / "x.keras")
    assert zipfile.ZipFile(tmp_path / "x.keras").namelist() == [CARD_IN_ARCHIVE]
