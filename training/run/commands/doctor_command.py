"""`boxwright doctor`: what this computer can do for a training, and what would make it do more."""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from training.built_program import is_built_program
from training.dataset.command_output import fail, say, say_json
from training.dataset.image_folder import find_images
from training.run.machine.doctor import Diagnosis, Surroundings, diagnosed
from training.run.machine.graphics_cards import find_cards
from training.run.machine.machine import disk_free, is_wsl, this_machine
from training.run.machine.memory_need import need_of
from training.run.machine.package_versions import package_versions, version_of
from training.run.machine.smaller_settings import smaller_settings
from training.run.private_stdout import native_output_into
from training.run.recipes.names import LOCALIZER
from training.run.settings import TrainingSettings

CUDA_LIBRARIES = ("nvidia-cudnn-cu12", "nvidia-cudnn-cu13")
USUAL_IMAGES = 1000


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("doctor", help="tell what a training computes on here, and what is missing for more")
    parser.add_argument("folder", nargs="?", type=Path, help="folder of images that a training is meant for")
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    parser.set_defaults(run=doctor_command)


def doctor_command(arguments: argparse.Namespace) -> int:
    if arguments.folder is not None and not arguments.folder.is_dir():
        return fail(f"{arguments.folder}: expected a folder of images, found none")
    diagnosis = diagnose(arguments.folder)
    if arguments.json:
        say_json(diagnosis.to_plain())
    else:
        for line in diagnosis.lines():
            say(line)
    return 0


def diagnose(folder: Path | None) -> Diagnosis:
    """Looks at everything; loads TensorFlow, which takes seconds."""
    images = USUAL_IMAGES if folder is None else len(find_images(folder))
    where = Path.cwd() if folder is None else folder.absolute()
    machine = this_machine()
    smaller = smaller_settings(LOCALIZER, machine.memory)
    return diagnosed(
        machine=machine,
        cards=find_cards(),
        around=surroundings(),
        versions=package_versions(),
        need=need_of(TrainingSettings(**smaller), images),
        need_for=f"localizer with {'smaller' if smaller else 'its default'} settings, {images} images",
        disk=(disk_free(where), str(where)),
    )


def surroundings() -> Surroundings:
    backend = os.environ.get("KERAS_BACKEND") or "tensorflow"
    here = Surroundings(sys.platform, is_wsl=is_wsl(), backend=backend, is_built_program=is_built_program())
    try:
        with native_output_into(Path(os.devnull)):
            from training.run.machine.devices import chosen_device, list_devices, prepare_backend

            prepare_backend()
            devices = list_devices()
            cuda_build = backend == "tensorflow" and _has_cuda_build()
    except ImportError as error:
        remedy = (
            "Install Boxwright again." if backend == "tensorflow" else f"Install {backend}, or unset KERAS_BACKEND."
        )
        problem = f"{backend} can't be loaded, so nothing can be trained: {error}. {remedy}"
        return replace(here, problem=problem)
    return replace(
        here,
        usable=tuple(device.name for device in devices if device.id.startswith("gpu:")),
        automatic=chosen_device("auto", devices).name,
        has_cuda_build=cuda_build,
        has_cuda_libraries=any(version_of(name) for name in CUDA_LIBRARIES),
        hidden=os.environ.get("CUDA_VISIBLE_DEVICES"),
    )


def _has_cuda_build() -> bool:
    from training.run.machine.tensorflow_devices import has_cuda_build

    return has_cuda_build()
