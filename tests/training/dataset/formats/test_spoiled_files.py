"""Real annotation files of many programs, cut and changed in every way: no exception but ours, and no reader runs away."""

from __future__ import annotations

import random
import shutil
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.helpers.process_memory import peak_memory
from tests.helpers.spoiled_files import spoiled
from training.dataset.annotation_finding import look_at
from training.dataset.dataset import AnnotationFileError
from training.dataset.formats import registry
from training.dataset.formats.annotation_rows import to_dataset

VOC100, ZOO = "voc100_multiformat/database/", "format_zoo_dev/"
REAL = {  # some of the files of each
    VOC100 + "gts/coco_format_v2": ("instances_v2.json",),
    VOC100 + "gts/cvat_format": ("annotations.xml",),
    VOC100 + "gts/labelme_format": ("2007_000027.json",),
    VOC100 + "gts/openimages_format": ("all_bounding_boxes.csv",),
    VOC100 + "gts/pascalvoc_format": ("2007_000027.xml", "2007_000032.xml"),
    VOC100 + "gts/tfrecord_format": ("default.tfrecord", "label_map.pbtxt"),
    VOC100 + "gts/yolo_format": ("obj.data", "obj.names", "train.txt", "obj_train_data/2007_000027.txt"),
    VOC100 + "dets/coco_format": ("coco_dets.json",),
    ZOO + "bbox_label_tool/Labels/001": ("test.txt",),
    ZOO + "cvat_images_1.1": ("annotations.xml",),
    ZOO + "label_studio/test_export_csv": ("csv_test2_result.csv",),
    ZOO + "label_studio/test_export_json_min": ("data.json",),
    ZOO + "labelme/primitives": ("primitives.json",),
    ZOO + "via1": ("unit_test_annotation1.csv", "unit_test_annotation2.json"),
}
TIMES = 8
MORE_MEMORY = 400 * 2**20
SECONDS = 10  # of the processor, for all changes of one; nothing that is read in a straight line takes one


@pytest.mark.parametrize("folder", REAL)
def test_a_real_file_that_was_spoiled(folder: str, shared_data: Path, tmp_path: Path):
    chance = random.Random(folder)
    began, before = time.process_time(), peak_memory()
    for name in REAL[folder]:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copyfile(shared_data / folder / name, tmp_path / name)
    for _ in range(TIMES):
        victim = tmp_path / chance.choice(REAL[folder])
        whole = victim.read_bytes()
        content = whole[: chance.choice((2_000, 20_000, 10**9))]
        for _ in range(chance.randint(1, 3)):
            content = spoiled(content, chance)
        victim.write_bytes(content)
        for place in (tmp_path, victim):
            read_every_way(place, chance)
        victim.write_bytes(whole)
    assert time.process_time() - began < SECONDS
    assert peak_memory() - before < MORE_MEMORY


def read_every_way(place: Path, chance: random.Random) -> None:
    """As what it is taken for, and as something that it was not."""
    ways = [(way.format, one, choices) for way in look_at(place).ways for one, (_, choices) in way.how().items()]
    formats = [one for one in registry.FORMATS.values() if one.in_folders or place.is_file()]
    other = chance.choice(formats)
    with suppress(AnnotationFileError):
        registry.recognised(place)
    for format_, one, choices in (*ways, (other, place, other.recognise(place).choices)):
        with suppress(AnnotationFileError):
            file = registry.read(one, format_, choices)
            assert all(row.box is None or not row.box.is_empty for row in file.rows)
            for told in (*file.problems, *file.notes):
                str(told).encode()
            for image in to_dataset(file).images:
                image.filename.encode()
