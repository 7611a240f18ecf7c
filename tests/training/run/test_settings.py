from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path

import pytest

from tests.helpers.runs import CLASSES, some_settings
from training.run.settings import SETTINGS, ClassEntry, SettingKind, SettingsError, TrainingSettings

NOT_IN_THE_TABLE = {"recipe", "presence", "image_root", "start_from", "classes"}


def test_settings_come_back_from_json_as_they_were(tmp_path: Path):
    settings = some_settings(tmp_path, epochs=7, learning_rate=0.01, architecture="MobileNetV2", augment=False)
    assert TrainingSettings.from_json(settings.to_json()) == settings


def test_the_table_has_every_setting_with_a_default_that_is_possible():
    keys = [field.key for field in SETTINGS]
    assert len(set(keys)) == len(keys)
    assert set(keys) == {field.name for field in fields(TrainingSettings)} - NOT_IN_THE_TABLE
    for field in SETTINGS:
        field.check(field.default)
        assert field.label
        assert field.help.endswith(".")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"epochs": 0}, "epochs: expected a whole number from 1 to 10000, got 0"),
        ({"epochs": 2.5}, "epochs: expected a whole number from 1 to 10000, got 2.5"),
        ({"input_size": 100}, "input_size: expected a multiple of 32, got 100"),
        ({"learning_rate": float("nan")}, "learning_rate: expected a number from 1e-07 to 1, got nan"),
        ({"device": "npu"}, "device: expected auto, cpu, gpu, gpu:N, gpus, tpu or cpu:N, got 'npu'"),
        ({"box_loss": "diou"}, "box_loss: expected one of l1+giou, giou, ciou, l1, huber, mse, got 'diou'"),
        ({"augment": 1}, "augment: expected true or false, got 1"),
        ({"weights": ""}, "weights: expected imagenet, random or a file, got ''"),
        ({"image_root": ""}, "image_root: expected the folder of the images, got nothing"),
        ({"recipe": "detector"}, "recipe: expected one of localizer, classifier, got 'detector'"),
        ({"classes": ()}, "classes: expected at least one class, got none; draw and name a box first"),
        ({"classes": (ClassEntry(1, "a"), ClassEntry(1, "b"))}, "classes: the same id stands there twice: [1, 1]"),
        (
            {"classes": (ClassEntry(1, "a"), ClassEntry(2, "a"))},
            "classes: the same name stands there twice: ['a', 'a']",
        ),
    ],
)
def test_what_is_not_possible_is_refused_with_what_is(tmp_path: Path, values, message):
    with pytest.raises(SettingsError) as failure:
        some_settings(tmp_path, **values).validate()
    assert str(failure.value) == message


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"epochs": "many"}', '{"unheard_of": 1}'])
def test_a_file_that_is_no_description_of_work_is_a_settings_error(text: str):
    with pytest.raises(SettingsError):
        TrainingSettings.from_json(text)


def test_settings_in_json_name_each_class_with_its_id(tmp_path: Path):
    content = json.loads(some_settings(tmp_path).to_json())
    assert content["classes"] == [{"id": 3, "name": "cup"}, {"id": 7, "name": "fork"}]
    assert some_settings(tmp_path).class_names == ("cup", "fork")
    assert CLASSES[0].id == 3


def test_only_devices_and_weights_are_free_texts():
    free = {field.key for field in SETTINGS if field.kind in (SettingKind.DEVICE, SettingKind.WEIGHTS)}
    assert free == {"device", "weights"}
