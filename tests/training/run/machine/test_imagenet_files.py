from __future__ import annotations

import inspect
import os
import subprocess
import sys
from pathlib import Path

import keras
import pytest
from keras.src.backend import config
from keras.src.utils import file_utils

from tests.helpers.built_in_folder import built_in_folder
from training.run.machine.imagenet_files import imagenet_file, is_name_of_weights
from training.run.recipes.localizer_defaults import KERAS_BACKBONES


class Asked(Exception):  # noqa: N818
    pass


SOURCE = "".join(path.read_text("utf-8") for path in Path(inspect.getfile(keras.src.applications)).parent.glob("*.py"))


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def ask(name: str, *_: object, **options: object) -> None:
        raise Asked(name, options["cache_subdir"])

    monkeypatch.setattr(file_utils, "get_file", ask)


@pytest.mark.filterwarnings("ignore:.*Weights for input shape:UserWarning")
@pytest.mark.parametrize(
    ("architecture", "sizes"),
    [("MobileNet", (96, 128)), ("MobileNetV2", (96, 640)), ("MobileNetV3Small", (64,))],
)
def test_these_are_the_files_that_keras_asks_for(asked: None, architecture: str, sizes: tuple[int, ...]):
    for size in sizes:
        with pytest.raises(Asked) as file:
            getattr(keras.applications, architecture)(
                include_top=False, weights="imagenet", input_shape=(size, size, 3)
            )
        path = imagenet_file(architecture, size).path
        assert (path.name, path.parent.name) == file.value.args


@pytest.mark.parametrize("architecture", KERAS_BACKBONES)
def test_every_network_has_a_file_and_its_name_stands_in_the_source_of_keras(architecture: str):
    """Building all of them takes minutes; names are put together of a network's own part and one for all of a family."""
    file = imagenet_file(architecture, 224)
    assert 1 < file.megabytes < 1500
    if architecture not in ("MobileNet", "MobileNetV2", "MobileNetV3Small", "MobileNetV3Large"):
        ends = ("_weights_tf_dim_ordering_tf_kernels_notop.h5", "_notop.h5", "_no_top.h5")
        end = next(end for end in ends if file.path.name.endswith(end))
        own = file.path.name.removesuffix(end)
        assert f'"{own}' in SOURCE
        assert end in SOURCE


@pytest.mark.parametrize("architecture", ["compact", "lab", "mobilenetv9"])
def test_other_networks_have_none(architecture: str):
    assert imagenet_file(architecture, 224) is None


def test_it_is_there_once_it_lies_where_keras_looks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    file = imagenet_file("NASNetMobile", 224)
    assert file.path == tmp_path / "models" / "nasnet_mobile_no_top.h5"
    assert not file.is_there()
    file.path.parent.mkdir()
    file.path.touch()
    assert file.is_there()


def test_one_that_came_with_the_program_goes_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    folder = built_in_folder(tmp_path, monkeypatch)
    (folder / "nasnet_mobile_no_top.h5").touch()
    file = imagenet_file("NASNetMobile", 224)
    assert (file.path, file.is_built_in, file.is_there()) == (folder / "nasnet_mobile_no_top.h5", True, True)
    assert not imagenet_file("NASNetLarge", 224).is_built_in


def test_every_name_of_a_file_is_known_and_no_other():
    assert all(
        is_name_of_weights(imagenet_file(name, size).path.name) for name in KERAS_BACKBONES for size in (96, 640)
    )
    assert not is_name_of_weights("mobilenet_v2.h5")
    assert not is_name_of_weights("mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_640_no_top.h5")


def test_without_a_word_it_is_the_folder_in_the_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("KERAS_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert imagenet_file("VGG16", 64).path.parent == tmp_path / ".keras" / "models"


def test_the_folder_is_the_one_that_keras_has_chosen_here():
    """As both saw the environment: Keras when it was loaded, and this module in a process like that."""
    code = (
        "from training.run.machine.imagenet_files import imagenet_file; print(imagenet_file('VGG16', 64).path.parent)"
    )
    home = Path(config.keras_home()).expanduser()
    environment = {**os.environ, "KERAS_HOME": str(home)}
    told = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert Path(told.stdout.strip()) == home / "models"
