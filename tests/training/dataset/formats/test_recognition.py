"""Each dialect of tables, and each format, is known by what it holds, and says why; what can't be known is asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from training.dataset.dataset import AnnotationFileError
from training.dataset.formats import registry
from training.dataset.formats.annotation_rows import AnnotationRow
from training.dataset.formats.format import Choices, Evidence, Sureness
from training.dataset.formats.table_layout import Column, TableLayout, Unit

MANY = "".join(f"img{n}.jpg,{10 + n},{20 + n},{100 + 3 * n},{90 + n},cow\n" for n in range(8))
DIALECTS = {
    "Open Images": (
        "ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax,IsOccluded,IsTruncated,IsGroupOf,IsDepiction,IsInside\n"
        "000a,xclick,/m/07j7r,1,0.25,0.5,0.125,0.75,0,1,1,0,0\n",
        ("000a", "/m/07j7r", (0.25, 0.125, 0.5, 0.75)),
    ),
    "Snacks": (
        "image_id,x_min,x_max,y_min,y_max,class_name,folder\n0092,0.25,0.75,0.125,0.5,cake,cakes\n",
        ("cakes/0092", "cake", (0.25, 0.125, 0.75, 0.5)),
    ),
    "Simple Image Annotator": (
        "image,id,name,xMin,xMax,yMin,yMax\ncat1.jpg,1,cat,33,201,12,140\n", ("cat1.jpg", "cat", (33, 12, 201, 140)),
    ),
    "BCCD": ("filename,cell_type,xmin,xmax,ymin,ymax\na.jpg,WBC,260,491,177,376\n", ("a.jpg", "WBC", (260, 177, 491, 376))),
    "frames with class numbers": (
        "frame,xmin,xmax,ymin,ymax,class_id\n0001.jpg,310,445,104,443,1\n", ("0001.jpg", "1", (310, 104, 445, 443)),
    ),
    "VoTT": ("image,xmin,ymin,xmax,ymax,label\na.jpg,26.5,594,86,617,cat\n", ("a.jpg", "cat", (26.5, 594, 86, 617))),
    "makesense": (
        "label_name,bbox_x,bbox_y,bbox_width,bbox_height,image_name,image_width,image_height\n"
        "car,120,80,200,150,img1.jpg,1280,720\n",
        ("img1.jpg", "car", (120, 80, 320, 230)),
    ),
    "VIA": (
        "#filename,file_size,file_attributes,region_count,region_id,region_shape_attributes,region_attributes\n"
        'a.jpg,301,"{}",1,0,"{""name"":""rect"",""x"":82,""y"":105,""width"":356,""height"":207}","{""name"":""cat""}"\n',
        ("a.jpg", "cat", (82, 105, 438, 312)),
    ),
    "Turi Create": ("name,id,label,xMin,xMax,yMin,yMax\na.jpg,0,bike,12,80,40,99\n", ("a.jpg", "bike", (12, 40, 80, 99))),
    "Kaggle": (
        'image_id,width,height,bbox,source\nb6ab,1024,1024,"[834.0, 222.0, 56.0, 36.0]",usask_1\n',
        ("b6ab", "object", (834, 222, 890, 258)),
    ),
    "Luminoth": ("image_id,xmin,ymin,xmax,ymax,label\nimg1,10,20,110,220,dog\n", ("img1", "dog", (10, 20, 110, 220))),
    "banana": ("img_name,label,xmin,ymin,xmax,ymax\n0.png,0,104,20,143,58\n", ("0.png", "0", (104, 20, 143, 58))),
    "Keras RetinaNet": (MANY, ("img0.jpg", "cow", (10, 20, 100, 90))),
    "Google AutoML Vision": (
        "TRAIN,gs://bucket/folder/image1.png,car,0.125,0.25,,,0.375,0.5,,\n", ("folder/image1.png", "car", (0.125, 0.25, 0.375, 0.5)),
    ),
    "Label Studio": (
        'image,label\na.jpg,"[{""x"":25,""y"":50,""width"":25,""height"":12.5,""rectanglelabels"":[""cat""]}]"\n',
        ("a.jpg", "cat", (0.25, 0.5, 0.5, 0.625)),
    ),
    "keras-yolo3": ("my img.jpg 50,100,150,200,0 30,50,200,120,3\n", ("my img.jpg", "0", (50, 100, 150, 200))),
    "napari": (
        "index,shape-type,vertex-index,axis-0,axis-1\n0,rectangle,0,12,40\n0,rectangle,1,12,80\n0,rectangle,2,30,80\n",
        ("boxes", "object", (40, 12, 80, 30)),
    ),
}  # fmt: skip


def table_of(text: str, folder: Path, name: str = "boxes.csv") -> tuple[Evidence, list[AnnotationRow]]:
    place = folder / name
    place.write_bytes(text if isinstance(text, bytes) else text.encode())
    format_ = registry.FORMATS["table"]
    evidence = format_.recognise(place)
    return evidence, registry.read(place, format_, evidence.choices).rows


@pytest.mark.parametrize("title", DIALECTS)
def test_each_dialect_is_known_and_read(title: str, tmp_path: Path):
    text, (name, label, corners) = DIALECTS[title]
    evidence, rows = table_of(text, tmp_path)
    assert evidence.choices.table is not None
    assert (evidence.choices.table.title, evidence.questions) == (title, ())
    assert evidence.sureness >= Sureness.LIKELY
    assert evidence.reasons
    row = rows[0]
    assert row.box is not None
    assert (row.filename, row.label, row.box.corners) == (name, label, pytest.approx(corners))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("filename;class;xmin;ymin;xmax;ymax\nä.png;Tür;16,5;12,0;32,0;24,25\n", (16.5, 12, 32, 24.25)),
        ("filename\tclass\tx\ty\twidth\theight\nä.png\tTür\t16\t12\t16\t12\n", (16, 12, 32, 24)),
        ("\ufefffilename,class,cx,cy,w,h\nä.png,Tür,24,18,16,12\n", (16, 12, 32, 24)),
        ('"filename","class","xmin","ymin","xmax","ymax"\n"ä.png","Tür","16,5","12","32","24"\n', (16.5, 12, 32, 24)),
        ("filename,class,xmin,ymin,xmax,ymax\nä.png,Tür,0.25,0.25,0.5,1\n", (0.25, 0.25, 0.5, 1)),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_spellings_of_spreadsheets_are_understood(
    text: str, expected: tuple[float, ...], encoding: str, tmp_path: Path
):
    evidence, rows = table_of(text.removeprefix("\ufeff" * (encoding != "utf-8")).encode(encoding), tmp_path)
    assert [(row.filename, row.label, row.box and row.box.corners) for row in rows] == [("ä.png", "Tür", expected)]
    assert evidence.questions == ()
    assert rows[0].is_relative == (max(expected) <= 1)


def rows_without_header(numbers: list[tuple[float, ...]]) -> str:
    return "".join(f"a{at}.jpg,{','.join(f'{value:g}' for value in row)},cat\n" for at, row in enumerate(numbers))


@pytest.mark.parametrize(
    ("numbers", "columns", "asks"),
    [
        ([(100, 5, 200 + n, 50) for n in range(9)], ("xmin", "ymin", "xmax", "ymax"), False),
        ([(100, 200 + n, 5, 50) for n in range(9)], ("xmin", "xmax", "ymin", "ymax"), False),
        ([(2694, 1211, 353, 353 + n) for n in range(9)], ("xmin", "ymin", "box width", "box height"), False),
        ([(10, 20, 30 + n, 40) for n in range(9)], ("xmin", "ymin", "xmax", "ymax"), True),
        ([(100, 5, 200, 50)], ("xmin", "ymin", "xmax", "ymax"), True),
    ],
)
def test_the_order_of_columns_without_names_is_what_makes_all_rows_boxes(numbers, columns, asks, tmp_path: Path):
    evidence, _ = table_of(rows_without_header(numbers), tmp_path)
    layout = evidence.choices.table
    assert layout is not None
    assert layout.columns == (Column.IMAGE, *(Column(name) for name in columns), Column.CLASS)
    assert bool(evidence.questions) == asks
    assert f"of {len(numbers)} as xmin, ymin, xmax, ymax" in " ".join(evidence.reasons)


WIDE, XYWH, XYXY = "image,imagewidth,imageheight,bbox,label", Column.BOX_XYWH, Column.BOX_XYXY
KAGGLE = "image_id,width,height,bbox,source"


@pytest.mark.parametrize(
    ("header", "boxes", "column", "asks"),
    [
        # xmax would be less than xmin in some rows, in one at least.
        ("image,bbox,label", [(834, 222, 56, 36)], XYWH, ""),
        ("image,bbox,label", [(10 + 9 * n, 20, 50, 60) for n in range(9)], XYWH, ""),
        # Widths would leave the image, whose size the row states or the unit tells.
        (WIDE, [(40 + n, 50, 80 + n, 90) for n in range(9)], XYXY, ""),
        ("image,bbox,label", [(0.5, 0.25, 0.75, 0.5 + n / 32) for n in range(9)], XYXY, ""),
        (WIDE, [(40, 50, 80, 90)], XYXY, "so few rows (1) may do so by chance"),
        # Both would do.
        ("image,bbox,label", [(40 + n, 50, 80 + n, 90) for n in range(9)], XYXY, "All rows fit both"),
        (WIDE, [(1 + n, 2, 50, 60) for n in range(9)], XYXY, "All rows fit both"),
        (KAGGLE, [(1 + n, 2, 50, 60) for n in range(9)], XYWH, ""),
        (KAGGLE, [(40 + n, 50, 80 + n, 90) for n in range(9)], XYXY, ""),
        (WIDE, [(40, 50, 80, 90), (40, 50, 30, 40)], XYXY, "Neither fits all rows"),
    ],
)
def test_four_numbers_in_one_cell_are_what_makes_all_rows_boxes(header, boxes, column, asks, tmp_path: Path):
    sizes = "100,100," if header.count(",") == 4 else ""
    text = "".join(f'a{at}.jpg,{sizes}"[{", ".join(map(str, box))}]",cat\n' for at, box in enumerate(boxes))
    evidence, rows = table_of(f"{header}\n{text}", tmp_path)
    layout = evidence.choices.table
    assert layout is not None
    assert layout.columns[header.split(",").index("bbox")] is column
    assert [asks in question for question in evidence.questions] == ([True] if asks else [])
    assert f"bbox = {column}" in " ".join(evidence.reasons)
    knows_sizes = bool(sizes) or layout.unit is Unit.SHARES
    assert ("boxes inside their image" in " ".join(evidence.reasons)) == knows_sizes, "it says what it can't know"
    x, y, third, fourth = boxes[0]
    expected = (x, y, third, fourth) if column is XYXY else (x, y, x + third, y + fourth)
    assert rows[0].box is not None
    assert rows[0].box.corners == expected


def test_what_has_questions_is_not_read_before_somebody_answers(tmp_path: Path):
    (tmp_path / "a.csv").write_text(rows_without_header([(10, 20, 30 + n, 40) for n in range(9)]))
    with pytest.raises(AnnotationFileError, match="All rows fit both"):
        registry.recognised(tmp_path / "a.csv")


def test_names_that_the_rows_contradict_are_asked_about(tmp_path: Path):
    rows = "".join(f"a.jpg,cat,{2000 + n},1000,50,60\n" for n in range(9))
    evidence, _ = table_of("filename,class,xmin,ymin,xmax,ymax\n" + rows, tmp_path)
    assert "are the last two numbers width and height?" in " ".join(evidence.questions)


def test_any_table_is_read_by_what_somebody_says_its_columns_are(tmp_path: Path):
    (tmp_path / "odd.csv").write_text("who|what|a|b|c|d\nx.jpg|dog|1|2|30|40\n")
    columns = (Column.IMAGE, Column.CLASS, Column.XMIN, Column.YMIN, Column.BOX_WIDTH, Column.BOX_HEIGHT)
    layout = TableLayout(columns, separator="|", first_pixel=1)
    file = registry.read(tmp_path / "odd.csv", registry.FORMATS["table"], Choices(table=layout))
    assert [(row.label, row.box and row.box.corners) for row in file.rows] == [("dog", (0, 1, 30, 41))]


def test_percent_and_pixels_below_a_hundred_are_asked_about(tmp_path: Path):
    rows = "".join(f"a.jpg,cat,{n + 0.5},{n + 0.25},{n + 20.5},{n + 30.75}\n" for n in range(9))
    evidence, found = table_of("filename,class,xmin,ymin,xmax,ymax\n" + rows, tmp_path)
    assert evidence.choices.table is not None
    assert evidence.choices.table.unit is Unit.PERCENT
    assert "pixels or percent?" in " ".join(evidence.questions)
    assert found[0].box is not None
    assert found[0].box.corners == pytest.approx((0.005, 0.0025, 0.205, 0.3075))


def test_class_numbers_get_their_names_from_a_list_beside(tmp_path: Path):
    (tmp_path / "classes.csv").write_text("cat,0\ndog,1\n")
    _, rows = table_of("frame,xmin,xmax,ymin,ymax,class_id\n0001.jpg,310,445,104,443,1\n", tmp_path)
    assert [row.label for row in rows] == ["dog"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("names: [cat, 'big dog', \"a, b\"]\ntrain: x\n", ("cat", "big dog", "a, b")),
        ("train: x\nnames:\n  0: cat\n  2: 'it''s' # three\nnc: 3\n", ("cat", "1", "it's")),
        ('names:\n- cat\n- "do\\"g"\n', ("cat", 'do"g')),
        ("names: {0: cat, 1: dog}\nval: y", ("cat", "dog")),
        ("names: ['cat',\n  'dog']\n", ("cat", "dog")),
    ],
)
def test_names_in_data_yaml(text: str, names: tuple[str, ...], tmp_path: Path):
    (tmp_path / "data.yaml").write_text(text)
    (tmp_path / "labels").mkdir()
    (tmp_path / "labels/a.txt").write_text("0 0.5 0.5 0.25 0.25\n")
    found = registry.recognised(tmp_path)
    file = registry.read(tmp_path, found.format, found.evidence.choices)
    assert (found.format.name, tuple(file.classes)) == ("yolo", names)
    assert [(row.filename, row.label) for row in file.rows] == [("a", "cat")]


def test_a_list_of_names_that_never_ends_names_no_class(tmp_path: Path):
    (tmp_path / "data.yaml").write_text("names: [cat, dog\nnc: 2\ntrain: images\n")
    (tmp_path / "a.txt").write_text("0 0.5 0.5 0.25 0.25\n")
    with pytest.raises(AnnotationFileError, match="names of the classes"):
        registry.recognised(tmp_path)


def test_yolo_without_names_asks_for_them(tmp_path: Path):
    (tmp_path / "a.txt").write_text("1 0.5 0.5 0.25 0.25\n")
    with pytest.raises(AnnotationFileError, match="names of the classes"):
        registry.recognised(tmp_path)
    file = registry.read(tmp_path, registry.FORMATS["yolo"], Choices(class_names=("cat", "dog")))
    assert [row.label for row in file.rows] == ["dog"]


def test_results_of_coco_find_their_images_beside(tmp_path: Path):
    results = tmp_path / "results.json"
    results.write_text('[{"image_id": 5, "category_id": 2, "bbox": [1, 2, 3, 4], "score": 0.9}]')
    with pytest.raises(AnnotationFileError, match="which COCO file"):
        registry.recognised(results)
    (tmp_path / "truth.json").write_text(
        '{"images": [{"id": 5, "file_name": "a.jpg"}], "categories": [{"id": 2, "name": "cat"}], "annotations": []}'
    )
    found = registry.recognised(results)
    file = registry.read(results, found.format, found.evidence.choices)
    assert [(row.filename, row.label) for row in file.rows] == [("a.jpg", "cat")]
    assert "its score is not kept" in str(file.notes[0])


@pytest.mark.parametrize("content", ["", "hello", "a,b\n1,2\n", "{}", "<html/>", "name,age,city,zip\nAnn,7,Ulm,1\n"])
def test_other_files_are_nobodys(content: str, tmp_path: Path):
    for suffix in ("csv", "txt", "json", "xml", "data"):
        (tmp_path / f"a.{suffix}").write_text(content)
        assert [one for one in registry.recognise(tmp_path / f"a.{suffix}") if one.evidence.sureness > 1] == []
