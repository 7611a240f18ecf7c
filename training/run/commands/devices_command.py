"""`boxwright devices`: where a training could work."""

from __future__ import annotations

import argparse
import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

from training.dataset.command_output import fail, say
from training.run.private_stdout import native_output_into


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("devices", help="list the GPUs that TensorFlow finds, and the CPU")
    parser.add_argument("--json", action="store_true", help="print a JSON list as the last line")
    parser.set_defaults(run=devices_command)


def devices_command(arguments: argparse.Namespace) -> int:
    from training.run.machine.tensorflow_devices import list_devices, quiet_tensorflow

    try:
        with native_output_into(Path(os.devnull)):
            quiet_tensorflow()
            devices = list_devices()
    except ImportError as error:
        return fail(f"what computes can't be loaded: {error}; “boxwright doctor” says what to install")
    if arguments.json:
        say(json.dumps([asdict(device) for device in devices]))
        return 0
    for device in devices:
        memory = "" if device.memory is None else f", {device.memory / 1024**3:.1f} GiB"
        say(f"{device.id}: {device.name}{memory}")
    return 0
