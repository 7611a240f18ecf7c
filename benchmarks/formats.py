"""How long large annotation files take: COCO JSON and our CSV into a project with its images there, and out again.

    .venv/bin/python benchmarks/formats.py [--images 100000] [--in FOLDER] [--beside-python PYTHON]

Makes its own files: small photos of a few bytes, linked under as many names, three boxes on each. Each measurement is a
process of its own, so that its peak of memory is its own. Prints one JSON object a line; the targets are for 100,000
images on a machine that does nothing else. What other programs take for the same COCO file is measured in the same run,
as far as they are installed, here or where PYTHON belongs to.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from figures import Figure, add_json_option, hand_over, say
from formats_beside import NOT_INSTALLED, TOOLS
from PIL import Image

from tests.helpers.process_memory import peak_memory
from training.dataset.exporting import export_project
from training.dataset.importing import ImportCancelled, plan_import
from training.dataset.store import PROJECT_NAME, ProjectStore

IMAGES = 100_000
BOXES_PER_IMAGE = 3
CLASSES = tuple(f"class {number}" for number in range(20))
SIZES = ((64, 48), (48, 64), (80, 80), (32, 24))
SPLITS = ("train", "train", "validation", "test")
PER_FOLDER = 1000
LINKS_PER_FILE = 10_000  # of one file some file systems hold no more than 32,000
TARGETS = {"cancel_s": 1, "import_300k_boxes_s": 15, "csv_import_300k_s": 8, "csv_export_300k_s": 5}
MOST_MEMORY_MB = 800

Box = tuple[int, float, float, float, float]


def main() -> None:
    arguments = _parser().parse_args()
    if arguments.step:
        print(json.dumps(STEPS[arguments.step](arguments.folder)))
        return
    with tempfile.TemporaryDirectory(prefix="boxwright-bench-", dir=arguments.folder) as folder:
        figures = measured(Path(folder), arguments.images)
        ours = next(figure.value for figure in figures if figure.name == "import_300k_boxes_s")
        assert isinstance(ours, float)
        for tool in TOOLS:
            figures.extend(_beside(tool, Path(folder), arguments.beside_python, ours))
        hand_over(figures, arguments.json)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=int, default=IMAGES, help="fewer for a short run, which says little")
    parser.add_argument("--in", dest="folder", type=Path, help="where the files are made, and removed again")
    parser.add_argument(
        "--beside-python", default=sys.executable, metavar="PYTHON", help="that has datumaro, supervision or globox"
    )
    parser.add_argument("--step", choices=tuple(STEPS), help=argparse.SUPPRESS)
    add_json_option(parser)
    return parser


def measured(folder: Path, images: int) -> list[Figure]:
    """The folder holds nothing yet."""
    say(f"making {images} images")
    make_files(folder, images)
    taken = {}
    for name in STEPS:
        say(name)
        taken[name] = _in_own_process(name, folder)
    peak = max(step["peak_mb"] for step in taken.values())
    return [
        *(figure for name, step in taken.items() for figure in _figures(name, step)),
        Figure("memory_mb", round(peak), "MB", f"at most {MOST_MEMORY_MB}"),
    ]


def _figures(name: str, step: dict[str, float]) -> Iterator[Figure]:
    yield Figure(name, round(step["seconds"], 2), "s", f"at most {TARGETS[name]}")
    if name != "cancel_s":
        yield Figure(name.removesuffix("_s") + "_cpu_s", round(step["cpu_seconds"], 2), "s", "as measured")


def _beside(tool: str, folder: Path, python: str, ours: float) -> Iterator[Figure]:
    """How long another program takes; what is not installed is said, and no figure."""
    say(f"beside: {tool}")
    script = Path(__file__).with_name("formats_beside.py")
    done = subprocess.run([python, script, tool, folder], stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode == NOT_INSTALLED:
        say(f"{tool} is not installed; it is left out")
        return
    done.check_returncode()
    taken = json.loads(done.stdout.splitlines()[-1])
    yield Figure(f"{tool}_import_300k_boxes_s", round(taken["seconds"], 2), "s", "as measured")
    yield Figure(f"{tool}_takes_times_ours", round(taken["seconds"] / ours, 2), "", "more than 1")


def _in_own_process(step: str, folder: Path) -> dict[str, float]:
    command = [sys.executable, __file__, "--step", step, "--in", str(folder)]
    told: dict[str, float] = json.loads(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout)
    return told


def make_files(folder: Path, images: int) -> None:
    """`photos`, `annotations.json` and `annotations.csv`; the same each time."""
    chance = random.Random(7)
    listed = [(name, size, list(_boxes(chance, size))) for name, size in _photos(folder, images)]
    _write_coco(folder / "annotations.json", listed)
    _write_csv(folder / "annotations.csv", listed)


def _photos(folder: Path, images: int) -> Iterator[tuple[str, tuple[int, int]]]:
    for number in range(images):
        size = SIZES[number % len(SIZES)]
        source = folder / "made" / f"{size[0]}x{size[1]}-{number // LINKS_PER_FILE}.jpg"
        if not source.exists():
            source.parent.mkdir(exist_ok=True)
            Image.new("RGB", size, (90, 120, 150)).save(source)
        name = f"{number // PER_FOLDER:03d}/{number:06d}.jpg"
        path = folder / "photos" / name
        if number % PER_FOLDER == 0:
            path.parent.mkdir(parents=True)
        try:
            os.link(source, path)
        except OSError:  # a disk without links
            shutil.copyfile(source, path)
        yield name, size


def _boxes(chance: random.Random, size: tuple[int, int]) -> Iterator[Box]:
    for _ in range(BOXES_PER_IMAGE):
        width, height = (round(chance.uniform(2, side / 2), 2) for side in size)
        x, y = round(chance.uniform(0, size[0] - width), 2), round(chance.uniform(0, size[1] - height), 2)
        yield chance.randrange(len(CLASSES)), x, y, width, height


def _write_coco(path: Path, listed: list[tuple[str, tuple[int, int], list[Box]]]) -> None:
    boxes = [(image, box) for image, (_, _, own) in enumerate(listed, start=1) for box in own]
    content = {
        "info": {"description": "made for a measurement"},
        "images": [
            {"id": number, "file_name": name, "width": size[0], "height": size[1]}
            for number, (name, size, _) in enumerate(listed, start=1)
        ],
        "annotations": [
            {
                "id": number,
                "image_id": image,
                "category_id": box[0] + 1,
                "bbox": list(box[1:]),
                "area": round(box[3] * box[4], 2),
                "iscrowd": 0,
                "segmentation": [],
            }
            for number, (image, box) in enumerate(boxes, start=1)
        ],
        "categories": [{"id": number, "name": name} for number, name in enumerate(CLASSES, start=1)],
    }
    path.write_text(json.dumps(content), encoding="utf-8")


def _write_csv(path: Path, listed: list[tuple[str, tuple[int, int], list[Box]]]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write("filename,width,height,class,xmin,ymin,xmax,ymax,split\n")
        for number, (name, size, boxes) in enumerate(listed):
            split = SPLITS[number % len(SPLITS)]
            for label, x, y, width, height in boxes:
                edges = f"{x:g},{y:g},{x + width:.2f},{y + height:.2f}"
                file.write(f"{name},{size[0]},{size[1]},{CLASSES[label]},{edges},{split}\n")


def _import(folder: Path, file: str) -> dict[str, float]:
    """Into a new project, as the command does it: read, matched, sizes of the images read, stored."""
    began, cpu = time.perf_counter(), time.process_time()
    for before in (folder / "photos").glob(f"{PROJECT_NAME}*"):
        before.unlink()
    store = ProjectStore.open(folder / "photos")
    try:
        plan = plan_import(store, [folder / file], progress=lambda _done, _total: None)
        plan.apply(store)
    finally:
        store.close()
    if plan.problems or plan.boxes != plan.images * BOXES_PER_IMAGE:
        raise SystemExit(f"the import of {file} left something out: {plan.problems[:3]}")
    return _taken(began, cpu, plan.boxes)


def _cancel(folder: Path) -> dict[str, float]:
    """The longest that somebody waits for the end of an import of COCO who leaves it, and that it leaves nothing."""
    began, cpu, threads = time.perf_counter(), time.process_time(), threading.active_count()
    longest, at = 0.0, began

    def watch(_done: int, _total: int) -> None:
        nonlocal longest, at
        longest, at = max(longest, time.perf_counter() - at), time.perf_counter()

    store = ProjectStore.open(folder / "photos")
    before = sorted((folder / "photos").iterdir())
    boxes = plan_import(store, [folder / "annotations.json"], progress=watch).boxes
    took = time.perf_counter() - began
    for share in (0.25, 0.5, 0.75):
        asked = time.perf_counter() + share * took
        with suppress(ImportCancelled):
            plan_import(store, [folder / "annotations.json"], progress=partial(_is_before, asked))
        longest = max(longest, time.perf_counter() - asked)
    if sorted((folder / "photos").iterdir()) != before or store.exists or threading.active_count() > threads:
        raise SystemExit("the import that was left has left something behind")
    store.close()
    return {**_taken(began, cpu, boxes), "seconds": longest}


def _is_before(moment: float, _done: int, _total: int) -> bool:
    return time.perf_counter() < moment


def _export(folder: Path) -> dict[str, float]:
    """Of the project that the CSV made: its images have splits, so nothing is dealt out first."""
    began, cpu = time.perf_counter(), time.process_time()
    store = ProjectStore.open(folder / "photos")
    try:
        result = export_project(store, folder / "exported")
    finally:
        store.close()
    return _taken(began, cpu, result.boxes)


def _taken(began: float, cpu: float, boxes: int) -> dict[str, float]:
    return {
        "seconds": time.perf_counter() - began,
        "cpu_seconds": time.process_time() - cpu,
        "peak_mb": peak_memory() / 2**20,
        "boxes": boxes,
    }


STEPS = {
    "cancel_s": _cancel,
    "import_300k_boxes_s": lambda folder: _import(folder, "annotations.json"),
    "csv_import_300k_s": lambda folder: _import(folder, "annotations.csv"),
    "csv_export_300k_s": _export,
}


if __name__ == "__main__":
    main()
