"""Annotations of other programs come in from the window: their defects are told, and not one good box is lost."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from desktop_app.dialogs import file_choice
from desktop_app.dialogs.import_dialog import ImportDialog
from tests.helpers.annotation_dialogs import import_of
from tests.helpers.real_data import REAL_DATA, WHY_SKIPPED, copy_to_write
from tests.helpers.red_box_pictures import write_picture
from training.dataset.formats.registry import FORMATS
from training.dataset.formats.table_layout import Column

needs_data = pytest.mark.skipif(not (REAL_DATA / "raccoon").is_dir(), reason=WHY_SKIPPED)


@pytest.fixture
def copied(tmp_path):
    """A dataset's folder that can be written to."""

    def copy(name):
        return copy_to_write(REAL_DATA / name, tmp_path / Path(name).name)

    return copy


def opened(open_window, folder):
    person = open_window()
    person.window.import_offer._timer.setInterval(10**6)  # tests of the offer are elsewhere
    person.open(folder)
    return person


def settle(person, dialog):
    person.wait_until(lambda: not dialog.is_working)


def all_boxes(person):
    names = {record.id: record.name for record in person.document.classes}
    return sorted(
        (image, names[box.class_id], *(round(edge, 2) for edge in box.corners))
        for image in person.document.images
        for box in person.document.record(image).boxes
    )


def good_boxes(folder):
    """By a reader of its own: what the XML files of a folder say, without the empty boxes."""
    found = []
    for path in folder.rglob("*.xml"):
        for element in ElementTree.parse(path).iter("object"):
            edges = [float(element.findtext(f"bndbox/{edge}")) for edge in ("xmin", "ymin", "xmax", "ymax")]
            if edges[0] < edges[2] and edges[1] < edges[3]:
                found.append((path.stem, element.findtext("name"), *edges))
    return sorted(found)


@needs_data
@pytest.mark.parametrize("name", ["raccoon", "bccd", "fruits", "microcontrollers"])
def test_whole_folders_come_with_every_good_box(open_window, copied, name):
    folder = copied(name)
    person = opened(open_window, folder)
    dialog = import_of(person, folder)
    assert dialog.source.format.currentText() == "Pascal VOC XML"
    assert "root <annotation>" in dialog.source.reasons.text()
    assert len(dialog.preview.pictures) == 3
    if name == "bccd":
        assert [line.split(",")[0] for line in dialog.problems.text.splitlines()] == [
            "Annotations/BloodImage_00338.xml",
            "Annotations/BloodImage_00343.xml",
        ]
        assert "empty" in dialog.problems.text
    if name == "fruits":
        notes = dialog.notes.text.splitlines()
        assert sum("'0' x '0'" in line for line in notes) == 37
        assert sum("this is PNG inside" in line for line in notes) == 37
    dialog.import_button.click()
    expected = good_boxes(folder)
    assert sorted((Path(image).stem, *rest) for image, *rest in all_boxes(person)) == expected
    person.press_key("Ctrl+Z")
    assert all_boxes(person) == []
    assert person.class_list == []


@needs_data
def test_the_same_boxes_come_out_of_every_format(open_window, copied):
    folder = copied("voc100_multiformat/database")
    person = opened(open_window, folder)
    places = [
        "pascalvoc_format",
        "coco_format_v1/instances_default.json",
        "coco_format_v2/instances_v2.json",
        "cvat_format/annotations.xml",
        "labelme_format",
        "openimages_format/all_bounding_boxes.csv",
        "yolo_format",
        "tfrecord_format/default.tfrecord",
    ]
    dialog = import_of(person, folder / "gts" / places[0])
    dialog.import_button.click()
    first = all_boxes(person)
    assert len(first) == 273
    for place in places[1:]:
        dialog = import_of(person, folder / "gts" / place)
        dialog.replace_choice.setChecked(True)
        settle(person, dialog)
        assert "273 boxes in 100 images." in dialog.summary, place
        dialog.import_button.click()
        boxes = all_boxes(person)
        assert [box[:2] for box in boxes] == [box[:2] for box in first], place
        for one, other in zip(boxes, first, strict=True):
            assert one[2:] == pytest.approx(other[2:], abs=0.021), place


@needs_data
def test_images_without_files_and_names_of_several_are_told(open_window, copied):
    folder = copied("svhn_samples")
    person = opened(open_window, folder)
    dialog = import_of(person, folder / "voc_anns")
    assert "can be 'extra/1.png' or 'test/1.png'" in dialog.problems.text
    assert not dialog.import_button.isEnabled()
    dialog.reject()


@needs_data
def test_images_that_are_not_there_are_told(open_window, copied):
    person = opened(open_window, copied("format_zoo_dev/via1"))
    dialog = import_of(person, copied("format_zoo_dev/via1_heads"))
    assert dialog.source.format.currentText().startswith("VIA")
    assert "there is no image '1.jpg' in the folder" in dialog.problems.text


def counted(folder):
    """Without our readers: what the files of other programs hold that has an inside and a class."""
    count = 0
    for path in (path for path in folder.rglob("*") if path.is_file()):
        if path.suffix == ".json":
            count += counted_in_json(json.loads(path.read_text(encoding="utf-8")))
        elif path.suffix == ".xml":
            root = ElementTree.parse(path).getroot()
            count += sum(len(list(root.iter(tag))) for tag in ("object", "box", "polyline"))
        elif path.with_suffix(".jpg").is_file() or path.parent.name == "labels":
            count += len(path.read_text().splitlines()) if path.suffix == ".txt" else 0
    return count


def counted_in_json(content):
    if isinstance(content, list):  # tasks of Label Studio; of two people who did one, the later is right
        newest = (max(task["annotations"], key=lambda one: one["updated_at"]) for task in content)
        return sum(len(one["result"]) for one in newest)
    if "shapes" in content:
        return sum(shape["shape_type"] != "point" for shape in content["shapes"])
    if "annotations" in content:
        return len(content["annotations"])
    regions = [region for image in content.values() for region in image["regions"].values()]
    return sum(one["shape_attributes"]["name"] != "point" and bool(one["region_attributes"]) for one in regions)


POLYGON = "polygon: the box around it was taken"


@needs_data
@pytest.mark.parametrize(
    ("name", "boxes", "told", "problems"),
    [
        ("yolo_mark", 35, "", 0),
        ("labelme/bbox_detection/data_annotated", 9, "", 0),
        ("labelme/bbox_detection/data_dataset_voc", 9, "", 0),
        ("labelme/semantic_segmentation/data_annotated", 18, "375.769 was cut to the image, which is 500 x 375", 0),
        ("labelme/instance_segmentation/data_annotated", 18, POLYGON, 0),
        ("labelme/instance_segmentation/data_dataset_coco", 12, "polygon is not kept; the box is", 0),
        ("labelme/video_annotation/data_annotated", 15, POLYGON, 0),
        ("labelme/primitives", 7, "mask: the box around it was taken", 1),
        ("labelme/tutorial", 4, POLYGON, 0),
        ("cvat_images_1.1", 2, "polyline: the box around it was taken", 0),
        ("label_studio/test_import_yolo_data", 25, "", 0),
        ("label_studio/test_import_yolo_data_unif_dims", 19, "", 0),
    ],
)
def test_what_other_programs_saved_comes_in(open_window, copied, name, boxes, told, problems):
    folder = copied(f"format_zoo_dev/{name}")
    person = opened(open_window, folder)
    dialog = import_of(person, folder)
    assert told in dialog.notes.text
    assert len(dialog.problems.text.splitlines()) == problems
    dialog.import_button.click()
    assert len(all_boxes(person)) == boxes == counted(folder)


@needs_data
@pytest.mark.parametrize("file", ["unit_test_annotation1.csv", "unit_test_annotation2.json"])
def test_regions_of_via_come_in_once_their_images_are_there(open_window, copied, file):
    """Points and regions without a class are told; the others have quotes, commas and signs in their names."""
    folder = copied("format_zoo_dev/via1")
    for name in ("test_pattern_qbist.jpg", "sinus_test_pattern.jpg", "a_swan_swimming_in_geneve_lake.jpg"):
        write_picture(folder / name, (640, 480))
    person = opened(open_window, folder)
    dialog = import_of(person, folder / file)
    told = dialog.problems.text.splitlines()
    assert all("a 'point' has no box" in line or "the box has no class" in line for line in told)
    assert len(told) == 12 - 5
    dialog.import_button.click()
    assert len(all_boxes(person)) == 5 == counted(folder)
    assert "a 'rect' in \"blue\", background" in [box[1] for box in all_boxes(person)]


@needs_data
def test_tasks_of_label_studio_come_in_once_their_images_are_there(open_window, copied):
    folder = copied("format_zoo_dev/label_studio/test_export_yolo")
    for name in ("data_obb.json", "data_polygons.json"):
        (folder / name).unlink()
    for name in ("image1.jpg", "image2.jpg"):
        write_picture(folder / name, (640, 480))
    person = opened(open_window, folder)
    dialog = import_of(person, folder / "data.json")
    assert "task 1: image1 was annotated 2 times; the newest is taken" in dialog.notes.text
    dialog.import_button.click()
    assert len(all_boxes(person)) == 4 == counted_in_json(json.loads((folder / "data.json").read_text()))


@needs_data
def test_flags_of_images_are_their_classes(open_window, copied):
    folder = copied("format_zoo_dev/labelme/classification")
    person = opened(open_window, folder)
    dialog = import_of(person, folder)
    dialog.import_button.click()
    names = {record.id: record.name for record in person.document.classes}
    assert [names[person.document.record(image).class_id] for image in person.document.images] == ["cat", "dog"]


@needs_data
def test_digits_of_street_numbers_come_in_whole(open_window, copied):
    """Several boxes in each row, and 40 digits by the lengths that the rows state."""
    folder = copied("svhn_samples/user_train")
    with (folder / "user_train.csv").open(newline="") as file:
        digits = sum(int(row["length"]) for row in csv.DictReader(file))
    person = opened(open_window, folder)
    dialog = import_of(person, folder / "user_train.csv")
    assert dialog.problems.text == ""
    dialog.import_button.click()
    assert len(all_boxes(person)) == digits


# --- what can't be known is asked


@pytest.fixture
def swapped(photos):
    """Numbers that are boxes in either order, under names that say nothing."""
    rows = [("one.png", 10 + 8 * at, 60 + 9 * at, 100 + 2 * at, 130 + 3 * at, "cup") for at in range(8)]
    with (photos / "measured.tsv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter="\t").writerows([("a", "b", "c", "d", "e", "f"), *rows])
    return photos / "measured.tsv", rows


def test_swapped_columns_are_asked_about_and_answered(window, swapped):
    table, rows = swapped
    dialog = import_of(window, table)
    assert "All rows fit both" in dialog.source.questions.text()
    assert not dialog.import_button.isEnabled()
    columns = dialog.source.columns
    assert columns.isVisibleTo(dialog)
    assert columns.table.item(1, 0).text() == "one.png"
    assert columns.table.horizontalHeaderItem(5).text() == "f"
    choose(columns.order, "xmin, xmax, ymin, ymax")
    settle(window, dialog)
    assert [Column(choice.currentData()) for choice in columns.columns][1:5] == [
        Column.XMIN,
        Column.XMAX,
        Column.YMIN,
        Column.YMAX,
    ]
    dialog.import_button.click()
    assert window.boxes_of("one.png") == [(row[1], row[3], row[2], row[4]) for row in rows]
    window.press_key("Ctrl+Z")
    assert window.boxes_of("one.png") == []


def test_what_is_shown_can_be_confirmed(window, swapped):
    table, rows = swapped
    dialog = import_of(window, table)
    assert not dialog.source.names.isVisibleTo(dialog)  # the table has names of classes, no numbers
    dialog.source.confirm_button.setFocus()
    dialog.source.confirm_button.click()
    settle(window, dialog)
    assert dialog.focusWidget() is dialog.import_button
    dialog.import_button.click()
    assert window.boxes_of("one.png")[0] == tuple(rows[0][1:5])


def first_preview(dialog):
    """In one size: the dialog's own may change as columns and scroll bars come and go."""
    picture = dialog.preview.pictures[0]
    picture.setFixedSize(300, 150)
    return picture.grab().toImage()


def test_whole_boxes_in_a_cell_are_asked_about_and_the_preview_follows(window, photos):
    """Both edges and sizes would fit: in either choice for it."""
    rows = [f'{image},"[{x}, 20, {x + 60}, 80]",cup' for image in ("one.png", "two.png") for x in (10, 30, 50)]
    (photos / "boxes.csv").write_text("image,bbox,label\n" + "\n".join(rows) + "\n")
    dialog = import_of(window, photos / "boxes.csv")
    assert "All rows fit both" in dialog.source.questions.text()
    assert dialog.source.questions.isVisibleTo(dialog)
    assert not dialog.import_button.isEnabled()
    columns = dialog.source.columns
    assert columns.order.currentText() == "xmin, ymin, xmax, ymax"
    as_edges = first_preview(dialog)
    choose(columns.columns[1], "x, y, width, height in one cell")
    settle(window, dialog)
    assert columns.order.currentText() == "x, y, width, height"
    assert first_preview(dialog) != as_edges
    choose(columns.order, "xmin, ymin, xmax, ymax")
    settle(window, dialog)
    assert columns.columns[1].currentText() == "xmin, ymin, xmax, ymax in one cell"
    assert first_preview(dialog) == as_edges
    choose(columns.order, "xmin, xmax, ymin, ymax")
    assert columns.order.currentText() == "xmin, ymin, xmax, ymax", "no cell is read so"
    choose(columns.order, "x, y, width, height")
    settle(window, dialog)
    dialog.import_button.click()
    assert window.boxes_of("one.png") == [(x, 20, 2 * x + 60, 100) for x in (10, 30, 50)]


def test_any_table_is_read_once_its_columns_are_named(window, photos):
    table = photos / "odd.txt"
    table.write_text("what|p|q|r|s|where\n" + "cup|50|25|20|10|one\n" * 2, encoding="utf-8")
    dialog = import_of(window, table)
    choose(dialog.source.format, FORMATS["table"].title)
    settle(window, dialog)
    columns = dialog.source.columns
    wanted = [Column.CLASS, Column.XCENTRE, Column.YCENTRE, Column.BOX_WIDTH, Column.BOX_HEIGHT, Column.IMAGE]
    for at, column in enumerate(wanted):
        choice = columns.columns[at]
        choice.setCurrentIndex(choice.findData(column))
        choice.activated.emit(choice.currentIndex())
        settle(window, dialog)
    choose(columns.unit, "percent of the image")
    settle(window, dialog)
    dialog.import_button.click()
    assert window.boxes_of("one.png") == [(120, 40, 180, 60)] * 2


def test_a_table_of_a_spreadsheet_with_two_boxes_a_row_is_read_by_its_columns(window, photos):
    """Semicolons, decimal commas, percent, centres, and the class in the ninth column."""
    rows = "".join(f"{n};x;{25 + n},5;50,25;20,5;10,5;foo;y;cup;one.png;60,5;70,5;10,5;20,5\n" for n in range(2))
    (photos / "odd.csv").write_text("nr;a;p;q;r;s;t;u;v;w;p2;q2;r2;s2\n" + rows)
    dialog = import_of(window, photos / "odd.csv")
    assert "decimal comma" in dialog.source.reasons.text()
    assert not dialog.import_button.isEnabled()
    nothing = Column.NOTHING
    centre = [Column.XCENTRE, Column.YCENTRE, Column.BOX_WIDTH, Column.BOX_HEIGHT]
    wanted = [nothing, nothing, *centre, nothing, nothing, Column.CLASS, Column.IMAGE, *centre]
    assert len(dialog.source.columns.columns) == len(wanted)
    for at, column in enumerate(wanted):
        choice = dialog.source.columns.columns[at]
        if choice.currentData() != column:
            choice.setCurrentIndex(choice.findData(column))
            choice.activated.emit(choice.currentIndex())
            settle(window, dialog)
    choose(dialog.source.columns.unit, "percent of the image")
    settle(window, dialog)
    dialog.import_button.click()
    width, height = window.document.record("one.png").width, window.document.record("one.png").height
    expected = [(0.1525, 0.45, 0.3575, 0.555), (0.5525, 0.6025, 0.6575, 0.8075), (0.1625, 0.45, 0.3675, 0.555)]
    scaled = [(x1 * width, y1 * height, x2 * width, y2 * height) for x1, y1, x2, y2 in expected]
    for box, corners in zip(window.boxes_of("one.png"), scaled, strict=False):
        assert box == pytest.approx(corners, abs=0.01)
    assert len(window.boxes_of("one.png")) == 4


def test_numbers_get_the_names_that_somebody_gives(window, photos):
    labels = photos / "labels"
    labels.mkdir()
    (labels / "one.txt").write_text("1 0.5 0.5 0.2 0.2\n0 0.2 0.2 0.1 0.1\n")
    dialog = import_of(window, labels)
    assert "names of the classes" in dialog.source.questions.text()
    assert not dialog.import_button.isEnabled()
    dialog.source.names.setText("fork, cup")
    dialog.source.names.editingFinished.emit()
    settle(window, dialog)
    dialog.import_button.click()
    assert [box[1] for box in all_boxes(window)] == ["cup", "fork"]


def test_results_need_the_file_with_their_images(window, photos, tmp_path, monkeypatch):
    (tmp_path / "results.json").write_text(
        '[{"image_id": 7, "category_id": 3, "bbox": [10, 20, 30, 40], "score": 0.9}]'
    )
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "images.json").write_text(
        '{"images": [{"id": 7, "file_name": "two.png", "width": 300, "height": 200}],'
        ' "categories": [{"id": 3, "name": "cup"}], "annotations": []}'
    )
    dialog = import_of(window, tmp_path / "results.json")
    assert "which COCO file" in dialog.source.questions.text().replace("Which", "which")
    assert not dialog.import_button.isEnabled()
    monkeypatch.setattr(file_choice, "choose_file", lambda *_: tmp_path / "elsewhere" / "images.json")
    dialog.source._on_companion()
    settle(window, dialog)
    dialog.import_button.click()
    assert window.boxes_of("two.png") == [(10, 20, 40, 60)]


def test_images_listed_without_boxes_may_stay_as_they_are(window, photos):
    table = photos / "boxes.csv"
    table.write_text(
        "filename,width,height,class,xmin,ymin,xmax,ymax\none.png,300,200,cup,1,2,30,40\ntwo.png,300,200,,,,,\n"
    )
    dialog = import_of(window, table)
    assert "nothing in them: 1" in dialog.summary
    dialog.negatives.click()
    settle(window, dialog)
    assert "nothing in them" not in dialog.summary
    dialog.import_button.click()
    assert not window.document.record("two.png").reviewed


def test_leaving_while_it_reads_changes_nothing(window, photos):
    window.draw_box(10, 10, 60, 40)
    boxes = [{"id": at, "image_id": 7, "category_id": 3, "bbox": [1, 1, at % 200 + 1, 50]} for at in range(60_000)]
    lists = {
        "annotations": boxes,
        "images": [{"id": 7, "file_name": "one.png", "width": 300, "height": 200}],
        "categories": [{"id": 3, "name": "cup"}],
    }
    (photos / "many.json").write_text(json.dumps(lists), encoding="utf-8")
    before = (sorted(photos.rglob("*")), all_boxes(window), window.class_list, window.document.undo_stack.count())
    window.window.window_actions.show_import([photos / "many.json"])
    dialog = window.dialog(ImportDialog)
    job, told = dialog._job, []
    job.progressed.connect(lambda done, _total: told.append(done))
    window.wait_until(lambda: any(told) or not dialog.is_working)
    assert dialog.is_working
    ended = []
    job.cancelled.connect(lambda: ended.append(job))
    dialog.reject()
    assert not dialog.is_working
    window.wait_until(lambda: len(ended) == 1)
    after = (sorted(photos.rglob("*")), all_boxes(window), window.class_list, window.document.undo_stack.count())
    assert after == before


def choose(box, text):
    at = box.findText(text)
    assert at >= 0, text
    box.setCurrentIndex(at)
    box.activated.emit(at)


@needs_data
def test_digits_of_svhn_come_in_and_what_is_missing_is_one_line_a_file(open_window, copied):
    folder = copied("svhn_samples")
    person = opened(open_window, folder)
    dialog = import_of(person, *(folder / part / "digitStruct.mat" for part in ("train", "test", "extra")))
    assert dialog.summary.startswith("19 boxes in 9 images.")
    assert [line.count("images are not in the folder") for line in dialog.problems.text.splitlines()] == [1, 1, 1]
    dialog.import_button.click()
    boxes = all_boxes(person)
    assert len(boxes) == 19
    assert {image.split("/")[0] for image, *_ in boxes} == {"train", "test", "extra"}
    assert {label for _, label, *_ in boxes} <= set("0123456789")
