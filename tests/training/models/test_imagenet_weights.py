"""Keras's own weights, from a server on this machine in place of the one that is far away."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import keras
import numpy as np
import pytest
from keras.src.applications import mobilenet_v2
from keras.src.utils import file_utils

from tests.helpers.built_in_folder import built_in_folder
from tests.helpers.weights_server import WeightsServer, weights_server
from training.models.backbones import keras_network
from training.models.imagenet_weights import with_imagenet
from training.models.unfilled import unfilled
from training.models.weights import WeightsUnavailable


def tiny(units: int = 3) -> keras.Model:
    return keras.Sequential([keras.Input((4,)), keras.layers.Dense(units, name="dense")])


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Like Keras's, of the old kind."""
    file = tmp_path_factory.mktemp("weights") / "tiny.h5"
    keras.src.legacy.saving.legacy_h5_format.save_model_to_hdf5(tiny(), file)
    return file.read_bytes()


@pytest.fixture
def server(weights: bytes) -> Iterator[WeightsServer]:
    with weights_server() as running:
        running.content = weights
        yield running


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("keras.src.backend.config._KERAS_DIR", str(tmp_path))
    return tmp_path / "models"


def building(server: WeightsServer, file_hash: str | None = None) -> Callable[[], keras.Model]:
    """As every function of keras.applications does it."""

    def build() -> keras.Model:
        model = tiny()
        path = file_utils.get_file("tiny_1.h5", server.address + "tiny.h5", cache_subdir="models", file_hash=file_hash)
        model.load_weights(path)
        return model

    return build


def test_they_are_downloaded_once_with_progress_and_found_the_next_time(server: WeightsServer, cache: Path):
    told: list[tuple[int, int | None]] = []
    first = with_imagenet("Tiny", building(server), lambda *step: told.append(step))
    again = with_imagenet("Tiny", building(server), lambda *step: told.append(step))
    assert server.served == ["tiny.h5"]
    assert told[-1] == (len(server.content),) * 2
    assert [path.name for path in cache.iterdir()] == ["tiny_1.h5"]
    assert all(np.array_equal(*pair) for pair in zip(first.get_weights(), again.get_weights(), strict=True))


def test_keras_is_left_as_it_was(server: WeightsServer, cache: Path):
    before = file_utils.get_file, file_utils.urlretrieve
    with_imagenet("Tiny", building(server))
    server.status = 404
    with pytest.raises(WeightsUnavailable):
        with_imagenet("Tiny", building(server, "0" * 32))
    assert (file_utils.get_file, file_utils.urlretrieve) == before
    assert cache.is_dir()


def test_without_them_the_message_says_which_file_to_put_where_and_there_is_no_half_file(
    server: WeightsServer, cache: Path
):
    server.breaks_off_after = 100
    with pytest.raises(WeightsUnavailable) as failure:
        with_imagenet("Tiny", building(server))
    assert str(failure.value) == (
        f"The ImageNet weights of Tiny could not be downloaded: the connection broke off after 100 of "
        f"{len(server.content):,} bytes. Get {server.address}tiny.h5 on a machine that can, put the file into {cache} as "
        "tiny_1.h5, or give it with --weights FILE; or train with --weights random."
    )
    assert list(cache.iterdir()) == []
    server.breaks_off_after = None
    with_imagenet("Tiny", building(server))


def test_the_file_that_the_message_asks_for_is_then_taken_without_network(
    server: WeightsServer, cache: Path, weights: bytes
):
    server.status = 503
    with pytest.raises(WeightsUnavailable, match=f"put the file into {cache} as tiny_1.h5"):
        with_imagenet("Tiny", building(server, hashlib.md5(weights).hexdigest()))
    (cache / "tiny_1.h5").write_bytes(weights)
    with_imagenet("Tiny", building(server, hashlib.md5(weights).hexdigest()))


def test_a_file_with_another_hash_is_refused_and_not_kept(server: WeightsServer, cache: Path):
    with pytest.raises(WeightsUnavailable, match=r"what came is not the file that Keras expects\. Get http"):
        with_imagenet("Tiny", building(server, "0" * 32))
    assert list(cache.iterdir()) == []


def test_half_a_file_that_was_there_is_fetched_anew_where_keras_knows_its_hash(
    server: WeightsServer, cache: Path, weights: bytes
):
    cache.mkdir()
    (cache / "tiny_1.h5").write_bytes(weights[:500])
    with_imagenet("Tiny", building(server, hashlib.sha256(weights).hexdigest()))
    assert (cache / "tiny_1.h5").read_bytes() == weights


@pytest.mark.parametrize("content", [b"half", b""])
def test_half_a_file_that_keras_would_take_for_good_is_named(server: WeightsServer, cache: Path, content: bytes):
    cache.mkdir()
    (cache / "tiny_1.h5").write_bytes(content)
    with pytest.raises(WeightsUnavailable, match=r"tiny_1.h5: expected the ImageNet weights of Tiny.*delete it"):
        with_imagenet("Tiny", building(server))


def test_what_stops_the_progress_stops_the_download(server: WeightsServer, cache: Path):
    class Stopped(Exception):  # noqa: N818
        pass

    def progress(_: int, __: int | None) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        with_imagenet("Tiny", building(server), progress)
    assert list(cache.iterdir()) == []


def test_an_error_that_has_nothing_to_do_with_weights_is_passed_on(server: WeightsServer, cache: Path):
    def build() -> keras.Model:
        raise ValueError("input_shape is wrong")

    with pytest.raises(ValueError, match="input_shape is wrong"):
        with_imagenet("Tiny", build)
    assert server.served == []
    assert not cache.exists()


def test_a_network_of_keras_takes_what_it_fetches(
    server: WeightsServer, cache: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    """64 px are not among the sizes that these weights were made at, so Keras asks for those of 224."""
    network = keras.applications.MobileNetV2(include_top=False, weights=None, input_shape=(64, 64, 3))
    keras.src.legacy.saving.legacy_h5_format.save_model_to_hdf5(network, tmp_path / "whole.h5")
    server.content = (tmp_path / "whole.h5").read_bytes()
    monkeypatch.setattr(mobilenet_v2, "BASE_WEIGHT_PATH", server.address)
    told: list[tuple[int, int | None]] = []
    model = keras_network("MobileNetV2", "imagenet", 64, lambda *step: told.append(step))
    assert server.served == ["mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224_no_top.h5"]
    assert told[-1] == (len(server.content),) * 2
    assert all(np.array_equal(*pair) for pair in zip(model.get_weights(), network.get_weights(), strict=True))


@pytest.mark.parametrize("knows_its_hash", [True, False])
def test_those_that_came_with_the_program_are_taken_without_network(
    server: WeightsServer, cache: Path, weights: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    knows_its_hash: bool,
):  # fmt: skip
    server.content = b"not asked"
    (built_in_folder(tmp_path, monkeypatch) / "tiny_1.h5").write_bytes(weights)
    file_hash = hashlib.md5(weights).hexdigest() if knows_its_hash else None
    made = with_imagenet("Tiny", building(server, file_hash))
    assert np.ptp(made.get_weights()[0]) > 0
    assert server.served == []
    assert not cache.exists()


def test_one_that_came_with_the_program_and_is_another_file_is_not_taken(
    server: WeightsServer, cache: Path, weights: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (built_in_folder(tmp_path, monkeypatch) / "tiny_1.h5").write_bytes(weights[:-10])
    with_imagenet("Tiny", building(server, hashlib.md5(weights).hexdigest()))
    assert server.served == ["tiny.h5"]


def test_half_a_file_that_came_with_the_program_is_named(
    server: WeightsServer, cache: Path, weights: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Of some networks Keras knows no hash."""
    file = built_in_folder(tmp_path, monkeypatch) / "tiny_1.h5"
    file.write_bytes(weights[:300])
    with pytest.raises(WeightsUnavailable, match="damaged or of something else") as problem:
        with_imagenet("Tiny", building(server))
    assert str(file) in str(problem.value)


def test_a_network_that_is_filled_from_elsewhere_fetches_and_reads_nothing(
    server: WeightsServer, cache: Path, tmp_path: Path
):
    with unfilled():
        model = keras_network("MobileNetV3Small", "imagenet", 64)
        keras_network("MobileNetV3Small", str(tmp_path / "gone.h5"), 64)
    assert not cache.exists()
    with pytest.raises(WeightsUnavailable, match="found none there"):
        keras_network("MobileNetV3Small", str(tmp_path / "gone.h5"), 64)
    assert max(layer.momentum for layer in model.layers if hasattr(layer, "momentum")) > 0.9
