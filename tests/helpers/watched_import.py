"""Imports annotation files in a process of its own: what came of each, which files it touched, how long and how much."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.helpers.command_line import ROOT
from tests.helpers.process_memory import data_memory, peak_memory

MORE_MEMORY = 400 * 2**20
_EVENTS = frozenset({"open", "socket.connect", "socket.getaddrinfo", "subprocess.Popen", "os.system", "os.listdir"})


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did. `boxes` by image, each with its class; `touched` are other places than the folder and Python.

    `refused` is the sentence where nothing could be read.
    """

    boxes: dict[str, list[tuple[str, tuple[float, ...]]]]
    problems: tuple[str, ...]
    notes: tuple[str, ...]
    touched: tuple[str, ...]
    seconds: float  # of the processor
    grown: int  # bytes that the process needed more than ever before
    refused: str = ""


def watched_imports(jobs: Sequence[tuple[Path, Path]]) -> list[Imported]:
    """Each a project's folder and the place to import into it. The process may not need more than `MORE_MEMORY`."""
    process = subprocess.run(
        [sys.executable, "-m", "tests.helpers.watched_import"],
        input=json.dumps([[str(folder), str(place)] for folder, place in jobs]),
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert process.returncode == 0, process.stderr
    return [_from_json(line) for line in process.stdout.splitlines()]


def _from_json(line: str) -> Imported:
    said = json.loads(line)
    for key in ("problems", "notes", "touched"):
        said[key] = tuple(said[key])
    said["boxes"] = {image: [(label, tuple(edges)) for label, edges in boxes] for image, boxes in said["boxes"].items()}
    return Imported(**said)


def main() -> None:
    import resource

    import cv2  # noqa: F401 -- loaded before anything is watched
    from PIL import Image

    from training.dataset.importing import plan_import  # noqa: F401

    Image.init()
    limit = data_memory() + MORE_MEMORY
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    touched: list[str] = []
    sys.addaudithook(lambda event, args: touched.append(_place(event, args)) if event in _EVENTS else None)
    for folder, place in json.load(sys.stdin):
        largest = peak_memory()
        touched.clear()
        began = time.process_time()
        told = _imported(Path(folder), Path(place))
        told["seconds"] = time.process_time() - began
        told["touched"] = sorted({name for name in touched if not _is_usual(name, folder)})
        told["grown"] = peak_memory() - largest
        print(json.dumps(told))  # noqa: T201 -- the other process reads it


def _place(event: str, args: tuple[Any, ...]) -> str:
    is_path = event == "open" and isinstance(args[0], str | bytes)
    return os.path.abspath(os.fsdecode(args[0])) if is_path else event  # noqa: PTH100 -- links stay as they are


def _is_usual(name: str, folder: str) -> bool:
    usual = (folder, sys.prefix, sys.base_prefix, str(ROOT / "training"), str(ROOT / "tests"))
    return name in ("open", "os.listdir") or any(name == place or name.startswith(place + os.sep) for place in usual)


def _imported(folder: Path, place: Path) -> dict[str, Any]:
    from training.dataset.dataset import AnnotationFileError
    from training.dataset.importing import plan_import
    from training.dataset.store import ProjectStore

    store = ProjectStore.open(folder)
    try:
        plan = plan_import(store, [place])
        plan.apply(store)
        names = {record.id: record.name for record in store.classes()}
        boxes = {
            record.path: [(names[box.class_id], box.corners) for box in record.boxes] for record in store.records()
        }
        return {"boxes": boxes, "problems": list(map(str, plan.problems)), "notes": list(map(str, plan.notes))}
    except AnnotationFileError as error:
        return {"boxes": {}, "problems": [], "notes": [], "refused": str(error)}
    finally:
        store.close()


if __name__ == "__main__":
    main()
