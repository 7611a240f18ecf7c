"""Every annotation of the hostile collection, imported into a project: read exactly, or refused with its reason."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.helpers.watched_import import MORE_MEMORY, Imported, watched_imports

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="memory is bounded and measured as Linux does it")

GOOD = ("box", (16.0, 12.0, 32.0, 24.0))
CAT = ("cat", (25.6, 19.2, 38.4, 28.8))
SECONDS = 5
NONE: tuple[tuple[str, tuple[float, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Expected:
    """The boxes on the one image, None where the import says nothing about it; parts of what is told."""

    boxes: tuple[tuple[str, tuple[float, ...]], ...] | None = None
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    refused: str = ""


def read(*boxes: tuple[str, tuple[float, ...]], note: str = "", problems: tuple[str, ...] = ()) -> Expected:
    return Expected(boxes, problems, (note,) if note else ())


def left_out(*problems: str) -> Expected:
    return Expected(problems=problems)


def refused(reason: str) -> Expected:
    return Expected(refused=reason)


ODD_CLASSES = ("box", "Box", "BOX", "<script>alert(1)</script>", "=cmd|calc!A0", "a,b;c", "a/b\\\\c", "日本", "🐼")
TEN_THOUSAND = tuple(("box", (float(at % 60), float(at % 40), at % 60 + 3.0, at % 40 + 3.0)) for at in range(10_000))
EXPECTED: dict[str, Expected] = {
    "voc/good.xml": read(GOOD),
    "voc/xxe.xml": refused("it defines entities, which may hide anything"),
    "voc/billion_laughs.xml": refused("it defines entities, which may hide anything"),
    "voc/truncated.xml": left_out("truncated.xml: expected XML, but it is broken: unclosed token"),
    "voc/utf16.xml": read(("kätzchen", GOOD[1])),
    "voc/latin1_without_declaration.xml": left_out(
        "without_declaration.xml: expected XML, but it is broken: not well-formed"
    ),
    "voc/swapped_corners.xml": read(GOOD, note="object 1: the corners of the box were in the wrong order"),
    "voc/outside.xml": read(("box", (0, 0, 64, 48)), note="the box -10 -5 80 70 was cut to the image"),
    "voc/far_outside.xml": left_out("object 1: the box 500 500 600 600 is outside the image, which is 64 x 48"),
    "voc/zero_area.xml": left_out("object 1: the box 16 12 16 12 is empty"),
    "voc/nan_inf.xml": left_out("object 1: xmin: expected a number, got 'nan'"),
    "voc/huge_numbers.xml": left_out("object 1: xmin: 1e+308 is no place in an image"),
    "voc/decimal_comma.xml": left_out("object 1: xmin: expected a number, got '16,5'"),
    "voc/size_zero.xml": read(GOOD, note="it says that its image is '0' x '0'; the image's own size is taken"),
    "voc/size_wrong.xml": read(GOOD, note="the file says 48 x 64, but 1.png is 64 x 48 upright"),
    "voc/no_size_no_objects.xml": read(),
    "voc/filename_traversal.xml": left_out("'../../../../etc/passwd' is not a path inside the folder"),
    "voc/filename_absolute_windows.xml": read(GOOD),
    "voc/class_names.xml": read(
        *((name, GOOD[1]) for name in (*ODD_CLASSES, "line\nbreak")),
        problems=("object 1: the box has no class", "object 2: the box has no class", "object 12: 'cccccccc"),
    ),
    "voc/ten_thousand_boxes.xml": read(*TEN_THOUSAND, note="the same box of the same class stands before"),
    "yolo/classes.txt": refused("for a label file of YOLO, line 1: expected a class and four numbers, got 'cat'"),
    "yolo/good.txt": read(("cat", GOOD[1])),
    "yolo/class_out_of_range.txt": left_out("line 1: there is no class 7: the list names 2, from 0"),
    "yolo/class_float.txt": read(CAT),
    "yolo/class_negative.txt": refused("line 1: the class: expected a whole number from 0, got -1"),
    "yolo/class_name_instead.txt": read(CAT),
    "yolo/four_columns.txt": refused("line 1: expected a class and four numbers, got '0 0.5 0.5 0.2'"),
    "yolo/six_columns_confidence.txt": read(CAT, note="line 1: a fifth number behind the class was left out"),
    "yolo/polygon.txt": read(("cat", (6.4, 4.8, 32.0, 24.0)), note="line 1: "),
    "yolo/pixels_not_fractions.txt": refused("line 1: expected shares of the image from 0 to 1, got 24 18 16 12"),
    "yolo/over_one.txt": read(("cat", (44.8, 33.6, 64, 48)), note="line 1: the box 44.8 33.6 70.4 52.8 was cut"),
    "yolo/comma_separated.txt": refused("line 1: expected a class and four numbers, got '0,0.5,0.5,0.2,0.2'"),
    "yolo/decimal_comma.txt": refused("line 1: the box: expected a number, got '0,5'"),
    "yolo/tabs_crlf_blank_lines.txt": read(CAT),
    "yolo/empty.txt": refused("no format that is known here was recognised in it"),  # in a folder of labels it is read
    "yolo/nan.txt": refused("line 1: the box: expected a number, got 'nan'"),
    "yolo/duplicate_lines.txt": read(
        CAT, CAT, CAT, note="line 2: the same box of the same class stands before; both are kept"
    ),
    "yolo/binary.txt": refused("expected text in UTF-8"),
    "yolo/bom.txt": read(CAT),
    "yolo/utf16.txt": read(CAT),
    "coco/good.json": read(GOOD),
    "coco/truncated.json": left_out("truncated.json: expected JSON, but unterminated string"),
    "coco/nan.json": left_out("annotation 1: bbox: expected a number, got nan"),
    "coco/deep_nesting.json": refused("its values lie too deep in each other"),
    "coco/not_coco.json": refused("no format that is known here was recognised in it"),
    "coco/top_level_list.json": refused("no format that is known here was recognised in it"),
    "coco/null_fields.json": left_out("categories, entry 1: expected a category", "expected an annotation, got None"),
    "coco/orphans.json": left_out("there is no image with the id 99", "there is no category with the id 42"),
    "coco/duplicate_ids.json": read(
        ("box", (1, 1, 6, 6)), ("box", (9, 9, 14, 14)), problems=("there is an image with the id 1 already",)
    ),
    "coco/negative_size.json": left_out("annotation 1: the box of -10 x -10 is empty"),
    "coco/traversal.json": left_out("passwd' is not a path inside the folder", "there is no image with the id 1"),
    "coco/url.json": left_out("there is no image 'x.png' in the folder"),
    "coco/string_numbers.json": read(GOOD),
    "coco/subdir_names.json": read(GOOD),
    "csv/tf_good.csv": read(GOOD),
    "csv/column_order_xmin_xmax.csv": read(GOOD),
    "csv/semicolon_comma_decimals.csv": read(GOOD),
    "csv/quoted_newline.csv": read(('two\nlines, and "quotes"', GOOD[1])),
    "csv/no_header.csv": refused("are the numbers xmin, ymin, xmax, ymax? They fit, but so few rows (1)"),
    "csv/empty_box_row.csv": read(),
}


@pytest.fixture(scope="module")
def imported(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Imported]:
    """Each file imported by itself beside the image that it speaks of, all by one process that is watched."""
    made = shared_data / "hostile_dev/made_here/annotations"
    jobs = []
    for name in EXPECTED:
        folder = tmp_path_factory.mktemp("photos") / "photos"
        folder.mkdir()
        source = made / name
        image = source.stem if source.parent.name == "yolo" else "1"
        shutil.copyfile(made / "1.png", folder / f"{image}.png")
        shutil.copyfile(made / "yolo/classes.txt", folder / "classes.txt")
        shutil.copyfile(source, folder / source.name)
        jobs.append((folder, folder / source.name))
    return dict(zip(EXPECTED, watched_imports(jobs), strict=True))


def test_every_made_annotation_is_here(shared_data: Path):
    lines = (shared_data / "hostile_dev/made_here/MANIFEST.tsv").read_text(encoding="utf-8").splitlines()
    named = {line.split("\t")[0] for line in lines if line.startswith("annotations/")}
    assert {f"annotations/{name}" for name in EXPECTED} == named - {"annotations/1.png"}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_hostile_file_is_read_exactly_or_refused_with_its_reason(name: str, imported: dict[str, Imported]):
    got, expected = imported[name], EXPECTED[name]
    assert expected.refused in got.refused
    assert bool(got.refused) == bool(expected.refused)
    if got.refused:
        assert Path(name).name in got.refused
    assert _matching(got.problems, expected.problems)
    assert _matching(got.notes, expected.notes)
    boxes = next(iter(got.boxes.values()), None)
    assert (boxes is None) == (expected.boxes is None)
    for (label, corners), (wanted, edges) in zip(boxes or (), expected.boxes or (), strict=True):
        assert label == wanted
        assert corners == pytest.approx(edges, abs=0.01)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_hostile_file_takes_little_time_and_memory_and_opens_nothing_else(name: str, imported: dict[str, Imported]):
    got = imported[name]
    assert got.touched == ()
    assert got.seconds < SECONDS
    assert got.grown < MORE_MEMORY / 2


def _matching(told: tuple[str, ...], parts: tuple[str, ...]) -> bool:
    return len(told) == len(parts) and all(part in one for part, one in zip(parts, told, strict=True))
