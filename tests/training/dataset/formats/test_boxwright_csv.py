"""Our CSV: the same bytes everywhere, every bad row told, every good one kept."""

from __future__ import annotations

import csv
import io
import locale
from pathlib import Path

import pytest

from tests.helpers.random_projects import random_dataset
from training.dataset import safe_files
from training.dataset.box import Box
from training.dataset.dataset import AnnotationFileError, Dataset, LabelledImage, Split
from training.dataset.formats import boxwright_csv

HEADER = "filename,width,height,class,xmin,ymin,xmax,ymax\n"
GOOD_ROW = "good.png,64,48,cat,1,2,3,4\n"


def written(tmp_path: Path, *images: LabelledImage, with_split: bool = False) -> str:
    boxwright_csv.write(Dataset(images, ()), tmp_path / "written.csv", with_split)
    return (tmp_path / "written.csv").read_bytes().decode()


def file_with(tmp_path: Path, rows: str, name: str = "data.csv") -> Path:
    path = tmp_path / name
    path.write_bytes((HEADER + rows).encode())
    return path


# --- writing


def test_rows_are_sorted_by_name_and_then_by_box(tmp_path: Path):
    second = LabelledImage("b.png", 64, 48, (Box(9, 2, 30, 4, "dog"), Box(1, 2, 3, 4, "cat")))
    first = LabelledImage("a/z.png", 64, 48, (Box(0, 0, 64, 48, "cat"),))
    assert written(tmp_path, second, first) == (
        HEADER + "a/z.png,64,48,cat,0,0,64,48\nb.png,64,48,dog,9,2,30,4\nb.png,64,48,cat,1,2,3,4\n"
    )


def test_negatives_and_classes_of_whole_images_have_rows_of_their_own(tmp_path: Path):
    negative = LabelledImage("a.png", 64, 48, split=Split.TEST)
    own = LabelledImage("b.png", 64, 48, (), "cat", Split.TRAIN)
    both = LabelledImage("c.png", 64, 48, (Box(1, 2, 3, 4, "dog"),), "cat")
    assert written(tmp_path, negative, own, both, with_split=True) == (
        "filename,width,height,class,xmin,ymin,xmax,ymax,split\n"
        "a.png,64,48,,,,,,test\nb.png,64,48,cat,,,,,train\nc.png,64,48,cat,,,,,\nc.png,64,48,dog,1,2,3,4,\n"
    )


@pytest.mark.parametrize(
    ("number", "text"),
    [(1.0, "1"), (1.5, "1.5"), (0.1234, "0.123"), (2.9996, "3"), (-0.0001, "0"), (10, "10"), (100.25, "100.25")],
)
def test_numbers_have_at_most_three_decimals_and_no_trailing_zeros(tmp_path: Path, number: float, text: str):
    row = written(tmp_path, LabelledImage("a.png", 999, 999, (Box(number, 0, 500, 500, "cat"),))).splitlines()[1]
    assert row.split(",")[4] == text


@pytest.mark.parametrize(("low", "high"), [(10.0001, 10.0002), (0.0, 0.0001), (63.9999, 64.0)])
def test_a_box_too_thin_for_three_decimals_can_still_be_read(tmp_path: Path, low: float, high: float):
    image = LabelledImage("a.png", 64, 64, (Box(low, low, high, high, "cat"),))
    text = written(tmp_path, image)
    dataset, problems = boxwright_csv.read(tmp_path / "written.csv")
    assert problems == []
    assert len(dataset.images[0].boxes) == 1
    assert written(tmp_path, *dataset.images) == text


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@x", "'=1", "''+"])
def test_no_class_is_a_formula_in_a_spreadsheet(tmp_path: Path, name: str):
    text = written(tmp_path, LabelledImage("a.png", 64, 48, (Box(1, 2, 3, 4, name),)))
    assert text.splitlines()[1].split(",")[3] == "'" + name
    assert boxwright_csv.read(tmp_path / "written.csv")[0].classes == (name,)


def test_file_names_stay_names_and_those_that_would_run_begin_with_the_folder(tmp_path: Path):
    harmless, formula = LabelledImage("-rf.png", 64, 48), LabelledImage("=cmd|x!A0.png", 64, 48)
    rows = written(tmp_path, harmless, formula).splitlines()[1:]
    assert [row.split(",")[0] for row in rows] == ["-rf.png", "./=cmd|x!A0.png"]
    names = [image.filename for image in boxwright_csv.read(tmp_path / "written.csv")[0].images]
    assert names == ["-rf.png", "=cmd|x!A0.png"]


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("with_split", [True, False])
def test_what_is_written_is_read_back_and_written_the_same(tmp_path: Path, seed: int, with_split: bool):
    drawn = random_dataset(seed)
    boxwright_csv.write(drawn, tmp_path / "first.csv", with_split)
    dataset, problems = boxwright_csv.read(tmp_path / "first.csv")
    assert problems == []
    for before, after in zip(drawn.images, dataset.images, strict=True):
        split = before.split if with_split else None
        assert (after.filename, after.image_class, after.split) == (before.filename, before.image_class, split)
        assert [box.label for box in after.boxes] == [box.label for box in before.boxes]
        for one, other in zip(before.boxes, after.boxes, strict=True):
            assert other.corners == pytest.approx(one.corners, abs=0.0005)
    boxwright_csv.write(dataset, tmp_path / "second.csv", with_split)
    assert (tmp_path / "second.csv").read_bytes() == (tmp_path / "first.csv").read_bytes()


@pytest.mark.parametrize("seed", range(10))
def test_other_programs_read_the_same_cells(tmp_path: Path, seed: int):
    drawn = random_dataset(seed)
    boxwright_csv.write(drawn, tmp_path / "data.csv", with_split=True)
    text = (tmp_path / "data.csv").read_bytes().decode()
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    boxes = [(image.filename, *box.corners) for image in drawn.images for box in image.boxes]
    read = [row for row in rows if row["xmin"]]
    assert [row["filename"].removeprefix("./") for row in read] == [box[0] for box in boxes]
    for row, box in zip(read, boxes, strict=True):
        assert [float(row[edge]) for edge in ("xmin", "ymin", "xmax", "ymax")] == pytest.approx(box[1:], abs=0.0005)


@pytest.mark.parametrize("name", ["de_DE.UTF-8", "fr_FR.UTF-8", "C"])
def test_the_locale_changes_nothing(tmp_path: Path, name: str):
    before = locale.setlocale(locale.LC_ALL)
    try:
        locale.setlocale(locale.LC_ALL, name)
    except locale.Error:
        pytest.skip(f"there is no locale {name} here")
    try:
        text = written(tmp_path, LabelledImage("ä.png", 64, 48, (Box(1.5, 2, 3, 4, "Käse"),)))
        dataset, _ = boxwright_csv.read(tmp_path / "written.csv")
    finally:
        locale.setlocale(locale.LC_ALL, before)
    assert text == HEADER + "ä.png,64,48,Käse,1.5,2,3,4\n"
    assert dataset.images[0].boxes == (Box(1.5, 2, 3, 4, "Käse"),)


def test_a_disk_that_fails_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = file_with(tmp_path, GOOD_ROW)
    before = path.read_bytes()

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(safe_files.os, "replace", fail)
    with pytest.raises(OSError, match="No space left"):
        boxwright_csv.write(Dataset((), ()), path, with_split=False)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


# --- reading


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("bad.png,64,48,cat,1,2,3", "expected 8 fields, got 7"),
        ("bad.png,64,48,cat,1,2,3,4,5", "expected 8 fields, got 9"),
        ("bad.png,64,48,cat,one,2,3,4", "xmin: expected a number, got 'one'"),
        ('bad.png,64,48,cat,1,"2,500",3,4', "ymin: expected a number, got '2,500'"),
        ("bad.png,64,48,cat,1,2,1_0,4", "xmax: expected a number, got '1_0'"),
        ("bad.png,64,48,cat,1,2,٣,4", "xmax: expected a number, got '٣'"),
        ("bad.png,64,48,cat,nan,2,3,4", "xmin: expected a number, got 'nan'"),
        ("bad.png,64,48,cat,1,2,inf,4", "xmax: expected a number, got 'inf'"),
        ("bad.png,64,48,cat,1,2,1e999,4", "xmax: expected a number, got '1e999'"),
        ("bad.png,64,48,cat,3,2,3,4", "xmin must be less than xmax, got 3 and 3"),
        ("bad.png,64,48,cat,1,5,3,4", "ymin must be less than ymax, got 5 and 4"),
        ("bad.png,64,48,cat,64,2,70,4", "the box 64 2 70 4 is outside the image, which is 64 x 48"),
        ("bad.png,64,48,cat,-9,2,0,4", "outside the image"),
        ("bad.png,64,48,,1,2,3,4", "the box has no class"),
        ("bad.png,64,48,cat,1,,3,", "the box has no ymin, ymax"),
        ("bad.png,64.5,48,cat,1,2,3,4", "width: expected a whole number of pixels, got '64.5'"),
        ("bad.png,64,-48,cat,1,2,3,4", "height: expected a whole number of pixels, got '-48'"),
        ("bad.png,big,48,cat,1,2,3,4", "width: expected a number, got 'big'"),
        (",64,48,cat,1,2,3,4", "the file name is empty"),
        ("../bad.png,64,48,cat,1,2,3,4", "not a path inside the image folder"),
        ("a/../../bad.png,64,48,cat,1,2,3,4", "not a path inside the image folder"),
        ("..\\bad.png,64,48,cat,1,2,3,4", "not a path inside the image folder"),
        ("/etc/bad.png,64,48,cat,1,2,3,4", "not a path inside the image folder"),
        ("C:\\Users\\me\\bad.png,64,48,cat,1,2,3,4", "not a path inside the image folder"),
        ("\\\\server\\share\\bad.png,64,48,cat,1,2,3,4", "not a path inside the image folder"),
    ],
)
def test_a_bad_row_is_told_with_its_line_and_the_good_ones_are_kept(tmp_path: Path, row: str, reason: str):
    dataset, problems = boxwright_csv.read(file_with(tmp_path, f"{GOOD_ROW}\n{row}\n{GOOD_ROW}"))
    (problem,) = problems
    assert (problem.file, problem.line) == ("data.csv", 4)
    assert reason in problem.reason
    good = next(image for image in dataset.images if image.filename == "good.png")
    assert good == LabelledImage("good.png", 64, 48, (Box(1, 2, 3, 4, "cat"),) * 2)
    assert all(image.boxes == () for image in dataset.images if image is not good)


def test_a_box_partly_outside_is_cut_and_told(tmp_path: Path):
    dataset, problems = boxwright_csv.read(file_with(tmp_path, "a.png,64,48,cat,-5,2,70.5,60\n"))
    assert dataset.images[0].boxes == (Box(0, 2, 64, 48, "cat"),)
    assert [str(problem) for problem in problems] == [
        "data.csv, line 2: the box -5 2 70.5 60 was cut to the image, which is 64 x 48"
    ]


def test_lines_are_counted_with_the_breaks_inside_cells(tmp_path: Path):
    rows = '"new\nline.png",64,48,"two\nlines",1,2,3,4\nbad\n'
    dataset, problems = boxwright_csv.read(file_with(tmp_path, rows))
    assert dataset.images[0].filename == "new\nline.png"
    assert dataset.classes == ("two\nlines",)
    assert [problem.line for problem in problems] == [5]


def test_a_size_that_is_not_stated_limits_nothing(tmp_path: Path):
    dataset, problems = boxwright_csv.read(file_with(tmp_path, "a.png,,0,cat,1,2,3000,4000\n"))
    assert problems == []
    assert dataset.images[0].boxes == (Box(1, 2, 3000, 4000, "cat"),)


def test_a_second_class_of_a_whole_image_is_told(tmp_path: Path):
    dataset, problems = boxwright_csv.read(file_with(tmp_path, "a.png,64,48,cat,,,,\na.png,64,48,dog,,,,\n"))
    assert dataset.images[0].image_class == "cat"
    assert [(problem.line, problem.reason) for problem in problems] == [
        (3, "the image has the class 'cat' already (line 2)")
    ]


@pytest.mark.parametrize(
    "content", [b"\xef\xbb\xbf" + (HEADER + GOOD_ROW).encode(), (HEADER + GOOD_ROW).replace("\n", "\r\n").encode()]
)
def test_a_byte_order_mark_and_windows_lines_are_accepted(tmp_path: Path, content: bytes):
    (tmp_path / "data.csv").write_bytes(content)
    dataset, problems = boxwright_csv.read(tmp_path / "data.csv")
    assert problems == []
    assert dataset.images == (LabelledImage("good.png", 64, 48, (Box(1, 2, 3, 4, "cat"),)),)


def test_columns_are_found_by_name_and_others_are_ignored(tmp_path: Path):
    (tmp_path / "data.csv").write_text(
        "Class, xmax,ymax,xmin,ymin,note,height,width,filename\ncat,3,4,1,2,x,48,64,a.png\n"
    )
    assert boxwright_csv.read(tmp_path / "data.csv")[0].images[0].boxes == (Box(1, 2, 3, 4, "cat"),)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "missing in the first line: filename, width, height, class, xmin, ymin, xmax, ymax"),
        (b"1.png,16,12,32,24,box\n", "missing in the first line: filename"),
        (b"filename,cell_type,xmin,xmax,ymin,ymax\n", "missing in the first line: width, height, class; expected"),
        (b"filename;width;height;class;xmin;ymin;xmax;ymax\n", "separated by semicolons; save it with commas"),
        (HEADER.encode("utf-16"), "got UTF-16"),
        (HEADER.encode() + b"a.png,64,48,K\xe4se,1,2,3,4\n", "expected text in UTF-8, but line 2 is not"),
        (b"\x89PNG\r\n\x1a\n\xff\xff", "expected text in UTF-8"),
        (HEADER.encode() + b"a.png,64,48," + b"x" * 200_000 + b",1,2,3,4\n", "line 2 cannot be read as CSV"),
        (None, "cannot be read: No such file"),
    ],
)
def test_a_file_that_is_something_else_is_refused_as_a_whole(tmp_path: Path, content: bytes | None, reason: str):
    path = tmp_path / "data.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(AnnotationFileError) as caught:
        boxwright_csv.read(path)
    assert reason in str(caught.value)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize(
    ("name", "split"),
    [
        ("train.csv", Split.TRAIN),
        ("Train_labels.csv", Split.TRAIN),
        ("valid.csv", Split.VALIDATION),
        ("validation-2.csv", Split.VALIDATION),
        ("val.csv", Split.VALIDATION),
        ("val_labels.csv", Split.VALIDATION),
        ("test_labels.csv", Split.TEST),
        ("values.csv", None),
        ("my_train.csv", None),
    ],
)
def test_the_name_of_a_file_sets_the_split(tmp_path: Path, name: str, split: Split | None):
    assert boxwright_csv.read(file_with(tmp_path, GOOD_ROW, name))[0].images[0].split == split


def test_a_split_column_counts_before_the_name_of_the_file(tmp_path: Path):
    rows = "a.png,1,1,,,,,,test\nb.png,1,1,,,,,,\nc.png,1,1,,,,,, Val \nd.png,1,1,,,,,,later\n"
    (tmp_path / "train.csv").write_text(HEADER.replace("\n", ",split\n") + rows)
    dataset, problems = boxwright_csv.read(tmp_path / "train.csv")
    assert [image.split for image in dataset.images] == [Split.TEST, None, Split.VALIDATION, None]
    assert [(problem.line, problem.reason) for problem in problems] == [
        (5, "split: expected train, validation or test, got 'later'; it is left open")
    ]


def test_classes_come_in_the_order_of_their_first_appearance(tmp_path: Path):
    rows = "z.png,1,1,b,0,0,1,1\na.png,1,1,c,,,,\na.png,1,1,b,0,0,1,1\na.png,1,1,a,0,0,1,1\n"
    assert boxwright_csv.read(file_with(tmp_path, rows))[0].classes == ("b", "c", "a")


def test_the_real_files_of_others_are_read(shared_data: Path):
    train, problems = boxwright_csv.read(shared_data / "microcontrollers/train_labels.csv")
    assert problems == []
    assert (len(train.images), sum(train.box_counts().values())) == (142, 170)
    assert set(train.classes) == {"Arduino_Nano", "Heltec_ESP32_Lora", "ESP8266", "Raspberry_Pi_3"}
    assert {image.split for image in train.images} == {Split.TRAIN}
    quoted, _ = boxwright_csv.read(shared_data / "hostile_dev/made_here/annotations/csv/quoted_newline.csv")
    assert quoted.classes == ('two\nlines, and "quotes"',)
