"""`boxwright devices`: where a training could work."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from training.dataset.command_output import fail, say
from training.run.private_stdout import native_output_into

if TYPE_CHECKING:
    from training.run.machine.devices import Device


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "devices", help="list what a training can compute on here, and what it takes by itself"
    )
    parser.add_argument("--json", action="store_true", help="print a JSON list as the last line")
    parser.set_defaults(run=devices_command)


def devices_command(arguments: argparse.Namespace) -> int:
    from training.run.machine.devices import backend_title, chosen_device, list_devices, prepare_backend

    try:
        with native_output_into(Path(os.devnull)):
            prepare_backend()
            devices = list_devices()
    except ImportError as error:
        return fail(f"what computes can't be loaded: {error}; “boxwright doctor” says what to install")
    if arguments.json:
        say(json.dumps([_described(device) for device in devices]))
        return 0
    say(f"Keras on {backend_title()}; chosen automatically: {chosen_device('auto', devices).id}")
    for device in devices:
        memory = "" if device.memory is None else f", {device.memory / 1024**3:.1f} GiB"
        say(f"{device.id}: {device.name}{memory}")
    return 0


def _described(device: Device) -> dict[str, Any]:
    return {"id": device.id, "name": device.name, "memory": device.memory, "replicas": device.replicas}
