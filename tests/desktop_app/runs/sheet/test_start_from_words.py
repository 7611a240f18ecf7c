"""What the Train sheet says of an earlier run to start from."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop_app.runs.sheet.start_from_choice import in_words
from tests.helpers.runs import some_settings
from training.run.model_card import ModelCard
from training.run.network_version import FORMER
from training.run.run_folder import RunFolder
from training.run.settings import TrainingSettings
from training.run.start_from import EarlierModel, what_is_taken


def words(folder: Path, settings: TrainingSettings, network: int | None = None, **values) -> str:
    card = ModelCard.of(settings, presence=True)
    if network is not None:
        card = ModelCard(**{name: getattr(card, name) for name in card.__slots__} | {"network": network})
    return in_words(what_is_taken(EarlierModel(RunFolder(folder), card), settings.with_values(values)))


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"input_size": 320}, "From that run come the backbone, the box head"),
        ({"box_encoding": "corners"}, "The box head is learned anew: there it has another box encoding."),
        (
            {"input_size": 64},
            "the backbone. The heads are learned anew: there they are built otherwise for its input size.",
        ),
        ({"model_size": "large"}, "Nothing can be taken from that run: its network has another size (medium)."),
    ],
)
def test_what_comes_along_depends_on_what_is_chosen(tmp_path: Path, values: dict, sentence: str):
    assert sentence in words(tmp_path, some_settings(tmp_path), **values)


def test_less_comes_from_smaller_pictures_and_from_former_versions(tmp_path: Path):
    small = some_settings(tmp_path, input_size=64)
    told = words(tmp_path, small, input_size=160)
    assert told.startswith("From that run come the beginning of the backbone. The rest of it and the heads are learned")
    assert "a former version of Boxwright built its network otherwise" in words(tmp_path, small, FORMER)
    former = words(tmp_path, some_settings(tmp_path, model_size="small"), FORMER)
    assert former.endswith("there they are built otherwise by a former version of Boxwright.")
