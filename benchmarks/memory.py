"""The peak of a worker's memory, beside what `training/run/machine/memory_need.py` foretells: one short real run each."""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from training.dataset.sample_project import create_sample_project
from training.run.machine.memory_need import MEBIBYTE, need_of
from training.run.settings import TrainingSettings

TRIED = (
    {"architecture": "compact", "input_size": 160, "batch_size": 16},
    {"architecture": "compact", "input_size": 320, "batch_size": 16},
    {"architecture": "compact", "input_size": 160, "batch_size": 64, "model_size": "large"},
    {"architecture": "lab", "input_size": 160, "batch_size": 16},
    {"architecture": "lab", "input_size": 320, "batch_size": 16},
    {"architecture": "lab", "input_size": 320, "batch_size": 64},
    {"architecture": "MobileNetV2", "input_size": 160, "batch_size": 16},
    {"architecture": "ResNet50", "input_size": 160, "batch_size": 8},
)


def measured(values: dict[str, object], data: Path, out: Path) -> int:
    """MiB at the peak, of a process that trains one epoch and exports. A child of its own: peaks never fall again."""
    command = [sys.executable, "-m", "training", "train", "localizer", "--data", str(data), "--out", str(out)]
    names = {"architecture": "backbone"}
    options = [f"--{names.get(key, key).replace('_', '-')}={value}" for key, value in values.items()]
    child = os.fork()
    if child == 0:
        with out.with_suffix(".log").open("w") as log:
            code = subprocess.run([*command, *options, "--epochs=1"], stdout=log, stderr=log, check=False).returncode
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
        out.with_suffix(".peak").write_text(str(peak) if code == 0 else "-1")
        os._exit(0)
    os.waitpid(child, 0)
    return int(out.with_suffix(".peak").read_text())


def main() -> None:
    argparse.ArgumentParser(description=__doc__).parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "sample"
        create_sample_project(folder)
        images = len(list(folder.glob("**/*.jpg")))
        for number, values in enumerate(TRIED):
            peak = measured(dict(values), folder, Path(place) / f"run{number}")
            told = need_of(TrainingSettings().with_values(values), images).memory // MEBIBYTE
            print(json.dumps({**values, "peak_mib": peak, "told_mib": told}), flush=True)


if __name__ == "__main__":
    main()
