"""ImageNet weights as Keras keeps or fetches them: with progress, a bounded wait, and no half file left behind."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import keras
from keras.src.utils import file_utils

from training.built_in_weights import built_in_weights
from training.models.weights_download import DownloadFailed, Progress, download
from training.models.weights_kinds import WeightsUnavailable

# What Keras and h5py raise for a file that is damaged or of another network.
_UNFIT = (ValueError, OSError, KeyError, TypeError)


def with_imagenet(name: str, build: Callable[[], keras.Model], progress: Progress | None = None) -> keras.Model:
    """What `build` makes of the weights that came with the program, or that Keras keeps or, on first use, downloads.

    While it downloads, `progress` is told several times a second how many bytes there are, and of how many; what it
    raises ends the download. Raises WeightsUnavailable, with the address, the folder and the name of the file.
    """
    fetching = _Fetching(name, progress)
    with fetching.in_place_of_keras(), warnings.catch_warnings():
        # MobileNet's were made at five sizes; for any other Keras takes those of 224, and says so.
        warnings.filterwarnings("ignore", message=r"(?s).*Weights for input shape \(224, 224\) will be loaded")
        try:
            return build()
        except _UNFIT as error:
            if fetching.file is None:
                raise
            raise WeightsUnavailable(
                f"{fetching.file}: expected the ImageNet weights of {name}, found a file that is damaged or of something "
                "else; delete it, and it is downloaded again.",
                problem="damaged_download",
                network=name,
                file=str(fetching.file),
            ) from error


class _Fetching:
    """Stands in for Keras's way of fetching, which writes in place, waits without end and tells nobody how far it is.

    What to fetch, from where, to which place, and whether it is the right file is still for Keras to say.
    """

    def __init__(self, name: str, progress: Progress | None) -> None:
        self.file: Path | None = None  # as soon as it is there
        self._name = name
        self._progress = progress
        self._get_file, self._urlretrieve = file_utils.get_file, file_utils.urlretrieve
        self._address, self._target = "", Path()

    @contextmanager
    def in_place_of_keras(self) -> Iterator[None]:
        file_utils.get_file, file_utils.urlretrieve = self._found_or_fetched, self._fetch
        try:
            yield
        finally:
            file_utils.get_file, file_utils.urlretrieve = self._get_file, self._urlretrieve

    def _found_or_fetched(self, fname: str, *place: Any, **options: Any) -> str:
        self.file = _built_in(fname, options.get("file_hash"))
        if self.file is not None:
            return str(self.file)
        try:
            found: str = self._get_file(fname, *place, **options)
        except ValueError as error:
            if "hash does not match" not in str(error):
                raise
            self._target.unlink(missing_ok=True)
            raise self._not_fetched("what came is not the file that Keras expects") from error
        self.file = Path(found)
        return found

    def _fetch(self, address: str, target: str, _: object) -> None:
        self._address, self._target = address, Path(target)
        # One of another version or half of one; whatever comes now, it would never be used.
        self._target.unlink(missing_ok=True)
        try:
            download(self._address, self._target, self._progress)
        except DownloadFailed as error:
            raise self._not_fetched(str(error)) from error

    def _not_fetched(self, reason: str) -> WeightsUnavailable:
        return WeightsUnavailable(
            f"The ImageNet weights of {self._name} could not be downloaded: {reason}. Get {self._address} on a machine "
            f"that can, put the file into {self._target.parent} as {self._target.name}, or give it with --weights FILE; "
            "or train with --weights random.",
            problem="download",
            network=self._name,
            reason=reason,
            address=self._address,
            folder=str(self._target.parent),
            file=self._target.name,
        )


def _built_in(name: str, file_hash: str | None) -> Path | None:
    """The file that came with the program, if it is the one that Keras expects."""
    file = built_in_weights(name)
    if file is None or (file_hash is not None and not file_utils.validate_file(str(file), file_hash)):
        return None
    return file
