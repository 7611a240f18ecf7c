"""What an earlier run has to give, as far as it can be said without loading its model."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

import pytest

from tests.helpers.runs import CLASSES, prepared_run, some_settings
from training.run.failure import ModelFileError, RunFailed
from training.run.model_card import ModelCard
from training.run.run_control import RunControl
from training.run.run_folder import RunFolder
from training.run.settings import ClassEntry, TrainingSettings
from training.run.start_from import check_start, read_earlier, what_is_taken
from training.run.worker import run_training


@pytest.fixture
def earlier(tmp_path: Path) -> RunFolder:
    """A run of the folder `tmp_path` with a model that says what it is, and no weights."""
    return with_model(prepared_run(tmp_path))


def with_model(run: RunFolder, **card) -> RunFolder:
    with zipfile.ZipFile(run.best_model, "w") as archive:
        archive.writestr("config.json", "{}")
    described = ModelCard.of(run.settings().with_values(card), presence=True)
    described.write_into(run.best_model)
    return run


def words(earlier: RunFolder, settings: TrainingSettings) -> str:
    return " ".join(what_is_taken(read_earlier(earlier.path), settings).sentences())


def test_with_the_same_network_and_classes_everything_is_taken(earlier, tmp_path):
    assert words(earlier, some_settings(tmp_path)) == (
        "Taken from run: the backbone, the box head, the presence head, the class head for cup, fork."
    )


@pytest.mark.parametrize(
    ("root", "classes", "columns", "new"),
    [
        ("", (ClassEntry(7, "fork"), ClassEntry(3, "cup")), ((0, 1), (1, 0)), ()),
        ("", (ClassEntry(9, "bowl"), ClassEntry(7, "fork")), ((1, 1),), ("bowl",)),
        ("", (ClassEntry(3, "mug"), ClassEntry(7, "fork")), ((0, 0), (1, 1)), ()),  # renamed since
        ("elsewhere", (ClassEntry(3, "mug"), ClassEntry(1, "fork")), ((1, 1),), ("mug",)),
        ("", (ClassEntry(7, "cup"), ClassEntry(8, "fork")), ((0, 0), (1, 1)), ()),  # the name says more than the id
    ],
)
def test_classes_agree_by_id_and_name_or_by_name_and_in_one_project_by_id(
    earlier, tmp_path, root, classes, columns, new
):
    taken = what_is_taken(read_earlier(earlier.path), some_settings(tmp_path / root, classes=classes))
    assert taken.columns == columns
    assert taken.new_classes == new


def test_a_class_that_is_new_is_named(earlier, tmp_path):
    told = words(earlier, some_settings(tmp_path, classes=(*CLASSES, ClassEntry(9, "bowl"))))
    assert told.endswith("the class head for cup, fork. Learned anew: the class head for bowl.")


def test_a_network_of_keras_gives_its_backbone_whatever_the_size_of_the_heads(tmp_path):
    run = with_model(prepared_run(tmp_path, architecture="MobileNetV2", model_size="small"))
    told = words(run, some_settings(tmp_path, architecture="MobileNetV2", model_size="large"))
    assert told == "Taken from run: the backbone. The heads are learned anew, as the model sizes differ."


def former(run: RunFolder) -> RunFolder:
    """Its model as the first version of the program saved it."""
    card = json.loads(ModelCard.read_from(run.best_model).to_json())
    del card["network"], card["box_numbers"]
    with zipfile.ZipFile(run.best_model, "w") as archive:
        archive.writestr("boxwright.json", json.dumps(card))
    return run


def test_a_former_network_gives_its_backbone_where_that_is_still_the_same(tmp_path):
    run = former(with_model(prepared_run(tmp_path, model_size="small")))
    assert words(run, some_settings(tmp_path, model_size="small")) == (
        "Taken from run: the backbone. The heads are learned anew, as a former version of Boxwright built them otherwise."
    )
    card = ModelCard.read_from(run.best_model)
    assert (card.network, card.box_numbers) == (1, "centre_size")


def test_the_former_medium_network_gives_nothing_and_that_is_said_before_the_start(earlier, tmp_path):
    settings = some_settings(tmp_path, start_from=str(former(earlier).path))
    with pytest.raises(RunFailed, match="it trained a network that a former version of Boxwright built otherwise"):
        check_start(settings)


def test_a_model_that_is_to_do_without_presence_takes_none(earlier, tmp_path):
    taken = what_is_taken(read_earlier(earlier.path), some_settings(tmp_path), presence=False)
    assert not taken.presence


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"architecture": "MobileNetV2"}, "nothing can be taken from run, as it trained another network (compact)"),
        ({"model_size": "large"}, "nothing can be taken from run, as it trained another model size (medium)"),
    ],
)
def test_nothing_to_take_is_said_before_the_start(earlier, tmp_path, values, reason):
    settings = some_settings(tmp_path, start_from=str(earlier.path), **values)
    with pytest.raises(RunFailed) as error:
        check_start(settings)
    assert reason in str(error.value)


def test_a_run_that_is_gone_or_has_no_model_or_a_broken_one_is_told(tmp_path):
    with pytest.raises(RunFailed, match=r"expected its folder at .*gone, found none there"):
        check_start(some_settings(tmp_path, start_from=str(tmp_path / "gone")))
    run = prepared_run(tmp_path)
    with pytest.raises(RunFailed, match=r"expected its model .*best.keras, found none"):
        check_start(some_settings(tmp_path, start_from=str(run.path)))
    run.best_model.write_text("no model")
    with pytest.raises(ModelFileError, match="expected a trained model"):
        check_start(some_settings(tmp_path, start_from=str(run.path)))


def test_without_a_run_to_start_from_nothing_is_checked(tmp_path):
    assert check_start(some_settings(tmp_path)) is None


def test_a_card_from_before_it_told_the_model_size_takes_it_from_the_settings(tmp_path):
    run = with_model(prepared_run(tmp_path, model_size="small"), model_size="")
    assert read_earlier(run.path).card.model_size == "small"
    run.settings_file.unlink()
    assert read_earlier(run.path).card.model_size == ""


def test_an_earlier_run_that_went_between_the_order_and_the_start_ends_it_with_a_sentence(earlier, tmp_path):
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "a.jpg").touch()
    run = prepared_run(tmp_path / "new", start_from=str(earlier.path))
    shutil.rmtree(earlier.path)
    ended = run_training(run, lambda _event: None, RunControl())
    assert (ended.outcome, ended.reason) == (
        "failed",
        f"the run to start from: expected its folder at {earlier.path}, found none there",
    )
