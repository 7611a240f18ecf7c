"""The same COCO file read and stored by another program: what `formats.py --beside` measures next to our import.

    PYTHON benchmarks/formats_beside.py TOOL FOLDER

Uses nothing of this project, so PYTHON may be of an environment that has only the other program. FOLDER holds `photos`
and `annotations.json`. Prints seconds as JSON; exit code 3 where the program is not installed.

datumaro is what CVAT imports and exports with. None of them looks at the images, as our import does to know their sizes,
but supervision, which opens each of them.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

NOT_INSTALLED = 3


def with_datumaro(folder: Path, out: Path) -> int:
    from datumaro import Dataset

    given = out / "given"
    (given / "annotations").mkdir(parents=True)
    (given / "images").symlink_to(folder / "photos")
    (given / "annotations" / "instances_default.json").symlink_to(folder / "annotations.json")
    dataset = Dataset.import_from(str(given), "coco_instances")
    dataset.export(str(out / "stored"), "datumaro", save_media=False)
    return sum(len(item.annotations) for item in dataset)


def with_supervision(folder: Path, out: Path) -> int:
    from supervision import DetectionDataset

    dataset = DetectionDataset.from_coco(str(folder / "photos"), str(folder / "annotations.json"))
    dataset.as_coco(annotations_path=str(out / "stored.json"))
    return sum(len(found) for found in dataset.annotations.values())


def with_globox(folder: Path, out: Path) -> int:
    from globox import AnnotationSet

    found = AnnotationSet.from_coco(folder / "annotations.json")
    found.save_coco(out / "stored.json", auto_ids=True)
    return sum(len(image.boxes) for image in found)


TOOLS = {"datumaro": with_datumaro, "supervision": with_supervision, "globox": with_globox}


def main() -> int:
    tool, folder = sys.argv[1], Path(sys.argv[2]).resolve()
    try:
        __import__(tool)
    except ImportError:
        return NOT_INSTALLED
    with tempfile.TemporaryDirectory(dir=folder) as out:
        began, cpu = time.perf_counter(), time.process_time()
        boxes = TOOLS[tool](folder, Path(out))
        taken = {"seconds": time.perf_counter() - began, "cpu_seconds": time.process_time() - cpu, "boxes": boxes}
    print(json.dumps(taken))
    return 0


if __name__ == "__main__":
    sys.exit(main())
