"""An import is checked whole before anything changes, and overwrites nothing unasked."""

from __future__ import annotations

import gc
import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.helpers.red_box_pictures import RED_BOX, find_red, upright_box, write_picture
from training.dataset.box import ProjectBox
from training.dataset.class_colours import PALETTE
from training.dataset.dataset import AnnotationFileError, Split
from training.dataset.exporting import export_project
from training.dataset.image_files import read_upright
from training.dataset.importing import ImportCancelled, ImportPlan, plan_import
from training.dataset.records import ClassRecord, ImageRecord, ImageState
from training.dataset.store import ProjectStore

HEADER = "filename,width,height,class,xmin,ymin,xmax,ymax\n"
CAT = ClassRecord(1, "cat", "#ff0000")
BOX = ProjectBox(1, 2, 3, 4, CAT.id)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ProjectStore]:
    """A folder with a.png, b.png and sub/c.png, of 64 x 48 pixels each, and no project yet."""
    folder = tmp_path / "photos"
    for name in ("a.png", "b.png", "sub/c.png"):
        write_picture(folder / name)
    opened = ProjectStore.open(folder)
    yield opened
    opened.close()


@pytest.fixture
def csv_file(tmp_path: Path):
    """Writes rows below the header, and a file name if wanted."""

    def write(rows: str, name: str = "boxes.csv") -> Path:
        path = tmp_path / name
        path.write_text(HEADER + rows, encoding="utf-8", newline="")
        return path

    return write


def reasons(plan: ImportPlan) -> list[str]:
    return [str(problem) for problem in plan.problems]


def notes(plan: ImportPlan) -> list[str]:
    return [str(note) for note in plan.notes]


def test_boxes_own_classes_and_negatives_arrive(store: ProjectStore, csv_file):
    plan = plan_import(store, [csv_file("a.png,64,48,cat,1,2,3.5,4\nb.png,64,48,,,,,\nsub/c.png,64,48,dog,,,,\n")])
    assert (plan.images, plan.images_with_boxes, plan.boxes, plan.own_classes, plan.negatives) == (3, 1, 1, 1, 1)
    assert reasons(plan) == notes(plan) == []
    assert not store.exists
    plan.apply(store)
    cat, dog = store.classes()
    assert (cat.name, dog.name) == ("cat", "dog")
    assert (cat.colour, dog.colour) == PALETTE[:2]
    assert store.record("a.png") == ImageRecord("a.png", 64, 48, (ProjectBox(1, 2, 3.5, 4, cat.id),))
    assert store.record("b.png").is_negative
    assert store.record("sub/c.png").class_id == dog.id
    assert store.record("sub/c.png").state is ImageState.LABELLED


def test_planning_changes_nothing_and_knows_before_and_after(store: ProjectStore, csv_file):
    store.write([ImageRecord("a.png", boxes=(BOX,))], (CAT,))
    path = csv_file("a.png,64,48,dog,5,6,7,8\n")
    plan = plan_import(store, [path])
    assert store.record("a.png") == ImageRecord("a.png", boxes=(BOX,))
    assert store.classes() == (CAT,)
    (before, after), *rest = plan.changes
    assert rest == []
    assert before == store.record("a.png")
    assert after.boxes == (BOX, ProjectBox(5, 6, 7, 8, 2))
    assert plan.classes_before == (CAT,)
    assert [record.name for record in plan.classes_after] == ["cat", "dog"]


def test_several_files_are_one_import(store: ProjectStore, csv_file):
    train = csv_file("a.png,64,48,cat,1,2,3,4\n", "train.csv")
    validation = csv_file("b.png,64,48,dog,1,2,3,4\nbad\n", "validation.csv")
    plan = plan_import(store, [train, validation])
    plan.apply(store)
    assert store.record("a.png").split is Split.TRAIN
    assert store.record("b.png").split is Split.VALIDATION
    assert [record.name for record in store.classes()] == ["cat", "dog"]
    assert reasons(plan) == ["validation.csv, line 3: expected 8 fields, got 1"]


def test_the_good_rest_of_a_bad_file_is_kept(store: ProjectStore, csv_file):
    rows = (
        "a.png,64,48,cat,1,2,3,4\n"
        "missing.png,64,48,cat,1,2,3,4\n"
        "a.png,64,48,cat,one,2,3,4\n"
        "missing.png,64,48,cat,1,2,3,4\n"
        "b.png,64,48,cat,70,2,80,4\n"
        "../a.png,64,48,cat,1,2,3,4\n"
        "b.png,64,48,cat,1,2,3,4\n"
    )
    plan = plan_import(store, [csv_file(rows)])
    assert [(problem.line, problem.reason) for problem in plan.problems] == [
        (3, "there is no image 'missing.png' in the folder (2 rows)"),
        (4, "xmin: expected a number, got 'one'"),
        (6, "the box 70 2 80 4 is outside the image, which is 64 x 48"),
        (7, "'../a.png' is not a path inside the image folder"),
    ]
    assert (plan.images, plan.boxes) == (2, 2)


def test_an_image_with_nothing_but_bad_rows_does_not_change(store: ProjectStore, csv_file):
    store.write([ImageRecord("a.png", 64, 48, (BOX,))], (CAT,))
    plan = plan_import(store, [csv_file("a.png,64,48,new class,70,2,80,4\n")], replace=True)
    assert plan.is_nothing
    assert (plan.images, len(plan.problems)) == (0, 1)
    assert plan.new_classes == ()


def test_names_match_in_subfolders_and_doubtful_ones_are_told(store: ProjectStore, csv_file):
    write_picture(store.folder / "other/a.png")
    plan = plan_import(store, [csv_file("c.png,64,48,cat,1,2,3,4\nx/a.png,64,48,cat,1,2,3,4\n")])
    assert [after.path for _, after in plan.changes] == ["sub/c.png"]
    assert reasons(plan) == [
        "boxes.csv, line 3: 'x/a.png' can be 'a.png' or 'other/a.png'; write the path in the folder"
    ]


def test_a_file_inside_the_folder_means_the_images_beside_it(store: ProjectStore):
    write_picture(store.folder / "sub/a.png")
    path = store.folder / "sub/labels.csv"
    path.write_text(HEADER + "a.png,64,48,cat,1,2,3,4\n")
    assert [after.path for _, after in plan_import(store, [path]).changes] == ["sub/a.png"]
    assert [after.path for _, after in plan_import(store, [path], below="other/").changes] == ["a.png"]


def test_boxes_are_cut_to_the_real_image_whatever_the_file_says(store: ProjectStore, csv_file):
    plan = plan_import(store, [csv_file("a.png,48,64,cat,-2,2,30,64\nb.png,1,1,cat,1,2,3,4\n")])
    assert plan.changes[0][1].boxes == (ProjectBox(0, 2, 30, 48, 1),)
    assert plan.changes[1][1].boxes == (ProjectBox(1, 2, 3, 4, 1),)
    assert notes(plan) == [
        "boxes.csv, line 2: the file says 48 x 64, but a.png is 64 x 48 upright; the box is taken as it is",
        "boxes.csv, line 2: the box -2 2 30 64 was cut to the image, which is 64 x 48",
        "boxes.csv, line 3: the file says 1 x 1, but b.png is 64 x 48 upright; the box is taken as it is",
    ]


def test_an_image_that_cannot_be_read_is_told(store: ProjectStore, csv_file):
    (store.folder / "broken.png").write_text("no image")
    plan = plan_import(store, [csv_file("broken.png,64,48,cat,1,2,3,4\na.png,64,48,cat,1,2,3,4\n")])
    assert reasons(plan) == ["boxes.csv, line 2: broken.png: This is not an image of a kind that can be read."]
    assert plan.images == 1


# --- what is there already


def test_importing_twice_adds_nothing(store: ProjectStore, csv_file):
    rows = "a.png,64,48,cat,1.123,2,3,4\na.png,64,48,cat,1.123,2,3,4\nb.png,64,48,,,,,\nsub/c.png,64,48,dog,,,,\n"
    plan_import(store, [csv_file(rows)]).apply(store)
    assert len(store.record("a.png").boxes) == 2
    again = plan_import(store, [csv_file(rows)])
    assert again.is_nothing
    assert (again.images, again.boxes, again.duplicates) == (3, 0, 2)


def test_a_box_that_is_there_already_gets_what_the_file_says_of_it_besides(store: ProjectStore, tmp_path: Path):
    store.write([ImageRecord("a.png", 64, 48, (BOX, replace(BOX, extra='{"voc":{"difficult":1}}')))], (CAT,))
    box = {"image_id": 1, "category_id": 1, "bbox": [1, 2, 2, 2]}
    content = {
        "images": [{"id": 1, "file_name": "a.png"}],
        "categories": [{"id": 1, "name": "cat"}],
        "annotations": [{"id": 1, **box}, {"id": 2, **box, "mine": [7]}],
    }
    for name in ("one.json", "two.json"):  # which say the same
        (tmp_path / name).write_text(json.dumps(content))
    plan = plan_import(store, [tmp_path / "one.json", tmp_path / "two.json"])
    assert (plan.boxes, plan.told_more) == (0, 1)
    plan.apply(store)
    assert [json.loads(box.extra or "{}") for box in store.record("a.png").boxes] == [
        {},
        {"voc": {"difficult": 1}, "coco": {"mine": [7]}},
    ]
    assert plan_import(store, [tmp_path / "one.json"]).is_nothing


def test_what_a_second_file_says_of_the_same_box_is_kept(store: ProjectStore, tmp_path: Path, csv_file):
    content = {
        "images": [{"id": 1, "file_name": "a.png"}],
        "categories": [{"id": 1, "name": "cat"}],
        "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [1, 2, 2, 2], "mine": 7}],
    }
    (tmp_path / "more.json").write_text(json.dumps(content))
    plan_import(store, [csv_file("a.png,64,48,cat,1,2,3,4\n"), tmp_path / "more.json"]).apply(store)
    assert [json.loads(box.extra) for box in store.record("a.png").boxes] == [{"coco": {"mine": 7}}]


def test_rows_that_stand_twice_are_told_once(store: ProjectStore, csv_file):
    twice = "a.png,64,48,cat,1,2,3,4\n" * 3 + "b.png,64,48,cat,1,2,3,4\nb.png,64,48,dog,1,2,3,4\n"
    plan = plan_import(store, [csv_file(twice)])
    assert plan.boxes == 5
    assert notes(plan) == [
        "boxes.csv, line 3: the same box of the same class stands before; both are kept; so it was with 2 in all"
    ]


def test_as_many_equal_boxes_are_skipped_as_there_are(store: ProjectStore, csv_file):
    store.write([ImageRecord("a.png", 64, 48, (BOX,))], (CAT,))
    plan = plan_import(store, [csv_file("a.png,64,48,cat,1,2,3,4\n" * 3)])
    assert (plan.duplicates, plan.boxes) == (1, 2)


def test_boxes_differing_by_less_than_is_written_are_the_same(store: ProjectStore, csv_file):
    store.write([ImageRecord("a.png", 64, 48, (replace(BOX, xmin=1.00049),))], (CAT,))
    plan = plan_import(store, [csv_file("a.png,64,48,cat,1,2,3,4\na.png,64,48,dog,1,2,3,4\n")])
    assert (plan.duplicates, plan.boxes) == (1, 1)


def test_what_the_project_says_stays(store: ProjectStore, csv_file):
    store.write(
        [
            ImageRecord("a.png", 64, 48, (BOX,), CAT.id, reviewed=True, split=Split.TEST),
            ImageRecord("b.png", 64, 48, (BOX,)),
        ],
        (CAT,),
    )
    rows = "a.png,64,48,dog,5,6,7,8\na.png,64,48,dog,,,,\nb.png,64,48,,,,,\n"
    plan = plan_import(store, [csv_file(rows, "train.csv")])
    plan.apply(store)
    after = store.record("a.png")
    assert after.boxes == (BOX, ProjectBox(5, 6, 7, 8, 2))
    assert (after.class_id, after.reviewed, after.split) == (CAT.id, True, Split.TEST)
    assert store.record("b.png") == ImageRecord("b.png", 64, 48, (BOX,), split=Split.TRAIN)
    assert notes(plan) == [
        "train.csv, line 2: a.png is in test already and stays there",
        "train.csv, line 3: a.png has another class in the project, which stays",
        "train.csv, line 3: a.png is in test already and stays there",
        "train.csv, line 4: the file says that nothing is on b.png, but it is labelled; that stays",
    ]


def test_replacing_puts_the_files_boxes_class_and_split_in_place(store: ProjectStore, csv_file):
    records = [
        ImageRecord("a.png", 64, 48, (BOX, BOX), CAT.id, split=Split.TEST),
        ImageRecord("b.png", 64, 48, (BOX,)),
        ImageRecord("sub/c.png", 64, 48, (BOX,), CAT.id),
    ]
    store.write(records, (CAT,))
    rows = "a.png,64,48,dog,5,6,7,8\na.png,64,48,dog,,,,\nb.png,64,48,,,,,\n"
    plan_import(store, [csv_file(rows, "train.csv")], replace=True).apply(store)
    after = store.record("a.png")
    assert after == ImageRecord("a.png", 64, 48, (ProjectBox(5, 6, 7, 8, 2),), 2, split=Split.TRAIN)
    assert store.record("b.png") == ImageRecord("b.png", 64, 48, reviewed=True, split=Split.TRAIN)
    assert store.record("sub/c.png") == records[2]


def test_classes_keep_their_ids_and_new_ones_get_new_ids_and_colours(store: ProjectStore, csv_file):
    gone, dog = store.new_class_id(), store.new_class_id()
    store.write(classes=(ClassRecord(dog, "dog", PALETTE[0]),))
    plan = plan_import(store, [csv_file("a.png,64,48,cat,1,2,3,4\na.png,64,48,dog,1,2,3,4\n")])
    assert [(record.id, record.name) for record in plan.classes_after] == [(dog, "dog"), (dog + 1, "cat")]
    assert plan.classes_after[1].colour not in {PALETTE[0], ""}
    assert gone not in {record.id for record in plan.classes_after}


def test_the_order_of_classes_comes_from_the_list_beside_the_file(store: ProjectStore, csv_file, tmp_path: Path):
    path = csv_file("a.png,64,48,cat,1,2,3,4\n")
    (tmp_path / "classes.txt").write_text("dog\ncat\nunused\n")
    assert [record.name for record in plan_import(store, [path]).classes_after] == ["dog", "cat", "unused"]
    (tmp_path / "classes.txt").write_text("of something else\n")
    assert [record.name for record in plan_import(store, [path]).classes_after] == ["cat"]


# --- while it runs


def test_progress_is_told_and_may_stop_the_import(store: ProjectStore, csv_file):
    path = csv_file("a.png,64,48,cat,1,2,3,4\nb.png,64,48,cat,1,2,3,4\nsub/c.png,64,48,cat,1,2,3,4\n")
    told: list[tuple[int, int]] = []
    plan_import(store, [path], progress=lambda done, total: told.append((done, total)))
    assert told[0] == (0, 0)
    assert [step for step in told if step[0]] == [(1, 3), (2, 3), (3, 3)]
    with pytest.raises(ImportCancelled):
        plan_import(store, [path], progress=lambda done, total: done < 2)
    assert not store.exists


def coco_of(path: Path, images: int, order: tuple[str, ...] = ("annotations", "images", "categories")) -> Path:
    """Three boxes on each of so many images, of which only a.png and b.png are there."""
    named = ["a.png", "b.png", *(f"{number}.png" for number in range(2, images))]
    lists = {
        "annotations": [
            {"id": at, "image_id": at // 3, "category_id": 1, "bbox": [1, 2, 3, 4]} for at in range(3 * images)
        ],
        "images": [{"id": at, "file_name": name, "width": 64, "height": 48} for at, name in enumerate(named)],
        "categories": [{"id": 1, "name": "cat"}],
    }
    path.write_text(json.dumps({key: lists[key] for key in order}), encoding="utf-8")
    return path


def test_boxes_that_wait_for_their_images_are_counted_and_can_be_left(store: ProjectStore, tmp_path: Path):
    """Here the images never come, so that no row does."""
    path = coco_of(tmp_path / "boxes.json", 2000, ("annotations", "categories"))
    told: list[tuple[int, int]] = []
    assert plan_import(store, [path], progress=lambda done, total: told.append((done, total))).boxes == 0
    waiting = sorted({done for done, total in told if total == 0})
    assert len(waiting) >= 6
    assert waiting[-1] > 5000
    with pytest.raises(ImportCancelled):
        plan_import(store, [path], progress=lambda done, total: done < 2000)


@pytest.mark.parametrize("begun", [False, True])
def test_an_import_that_is_left_anywhere_leaves_nothing_behind(store: ProjectStore, tmp_path: Path, begun: bool):
    path = coco_of(tmp_path / "boxes.json", 1000)
    if begun:
        store.write([ImageRecord("a.png", 64, 48, (BOX,))], (CAT,))
    before = (sorted(tmp_path.rglob("*")), list(store.records()), store.classes(), store.exists)
    steps: list[int] = []
    plan_import(store, [path], progress=lambda done, total: steps.append(done))
    threads = threading.active_count()
    for leave_at in (0, 1, len(steps) // 2, len(steps) - 1):
        left = iter(range(len(steps)))
        with pytest.raises(ImportCancelled):
            plan_import(store, [path], progress=lambda done, total: next(left) < leave_at)  # noqa: B023
        assert (sorted(tmp_path.rglob("*")), list(store.records()), store.classes(), store.exists) == before
        assert threading.active_count() == threads
        assert gc.isenabled()


def test_what_the_progress_raises_comes_through(store: ProjectStore, csv_file):
    class StoppedError(Exception):
        pass

    def stop(done: int, total: int) -> None:
        raise StoppedError

    with pytest.raises(StoppedError):
        plan_import(store, [csv_file("a.png,64,48,cat,1,2,3,4\n")], progress=stop)


def test_a_file_that_is_none_keeps_none_of_the_others_out(store: ProjectStore, csv_file, tmp_path: Path):
    good, bad = csv_file("a.png,64,48,cat,1,2,3,4\n"), tmp_path / "bad.csv"
    bad.write_text("filename;class\n")
    plan = plan_import(store, [bad, good])
    assert plan.boxes == 1
    assert len(plan.problems) == 1
    assert reasons(plan)[0].startswith("bad.csv: missing in the first line")
    with pytest.raises(AnnotationFileError, match=r"bad\.csv: missing in the first line"):
        plan_import(store, [bad])


# --- photos of every orientation


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_box_of_a_turned_photo_is_the_same_in_picture_and_csv(shared_data: Path, tmp_path: Path, orientation: int):
    """Imported in the upright frame, checked against the upright size, exported with the same numbers."""
    name = f"orientation_{orientation}.jpg"
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / name).write_bytes((shared_data / "hostile_dev/made_here/images/exif" / name).read_bytes())
    width, height = (64, 48) if orientation < 5 else (48, 64)
    box = upright_box(RED_BOX, (64, 48), orientation)
    row = f"{name},{width},{height},red,{','.join(map(str, box))},train\n"
    path = tmp_path / "boxes.csv"
    path.write_text(HEADER.replace("\n", ",split\n") + row)
    store = ProjectStore.open(folder)
    plan = plan_import(store, [path])
    assert reasons(plan) == notes(plan) == []
    plan.apply(store)
    export_project(store, tmp_path / "out")
    assert (tmp_path / "out/dataset.csv").read_bytes() == path.read_bytes()
    shown = find_red(read_upright(folder / name))
    assert max(abs(edge - stored) for edge, stored in zip(shown, store.record(name).boxes[0].corners, strict=True)) <= 2
    store.close()


def test_the_real_boards_arrive_whole(shared_data: Path, tmp_path: Path):
    source = shared_data / "microcontrollers"
    folder = tmp_path / "photos"
    for name in ("train", "test"):
        (folder / name).mkdir(parents=True)
        for photo in (source / name).glob("*.jpg"):
            (folder / name / photo.name).symlink_to(photo)
    store = ProjectStore.open(folder)
    plan = plan_import(store, [source / "train_labels.csv", source / "test_labels.csv"])
    assert (plan.images, plan.boxes, reasons(plan), notes(plan)) == (149, 177, [], [])
    plan.apply(store)
    assert sum(store.class_counts().values()) == 177
    store.close()


def test_files_with_a_wrong_name_in_common_go_to_the_images_they_are_called_like(store: ProjectStore, tmp_path: Path):
    box = "<bndbox><xmin>{}</xmin><ymin>2</ymin><xmax>30</xmax><ymax>40</ymax></bndbox>"
    (tmp_path / "boxes").mkdir()
    for name, xmin in (("a", 1), ("b", 2)):
        found = f"<object><name>cat</name>{box.format(xmin)}</object>"
        (tmp_path / f"boxes/{name}.xml").write_text(f"<annotation><filename>old.jpg</filename>{found}</annotation>")
    plan = plan_import(store, [tmp_path / "boxes"])
    assert [(after.path, [box.xmin for box in after.boxes]) for _, after in plan.changes] == [
        ("a.png", [1.0]),
        ("b.png", [2.0]),
    ]
