"""The eighteen dialects of tables of boxes, with and without their names of columns; and the exact form of those written."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from tests.helpers.annotation_datasets import some_dataset
from training.dataset.dataset import AnnotationFileError, Dataset, Split
from training.dataset.formats import registry
from training.dataset.formats.format import Sureness, WriteChoices
from training.dataset.formats.table_layout import Unit


def several(row: str, count: int = 8) -> str:
    """Rows like this one; {n}, {a} and {b} are what differs in them: numbers, and numbers that grow by 3 and 7."""
    return "".join(row.format(n=n, a=100 + 3 * n, b=300 + 7 * n) + "\n" for n in range(count))


VIA = "filename,file_size,file_attributes,region_count,region_id,region_shape_attributes,region_attributes\n"
VIA_ROWS = (
    'adu.jpg,301409,"{}",1,0,"{""name"":""rect"",""x"":82,""y"":105,""width"":356,""height"":207}","{""name"":""cat""}"\n'
    'x.jpg,123,"{}",0,0,"{}","{}"\n'
)
LABEL_STUDIO = '"img.jpg","[{""x"":10.2,""y"":5,""width"":20,""height"":30,""rectanglelabels"":[""cat""]}]"\n'
CENTRED = '[{""label"":""dog"",""coordinates"":{""x"":50,""y"":60,""width"":20,""height"":30}}]'
# The text, the dialect's name, what its first box is (image, class, corners), and a part of the evidence.
READ = {
    "tensorflow": (
        "filename,width,height,class,xmin,ymin,xmax,ymax\n" + several("r-{n}.jpg,650,417,raccoon,81,88,52{n},408"),
        ("TensorFlow Object Detection API", "r-0.jpg", "raccoon", (81, 88, 520, 408), "the first line names the columns"),
    ),
    "tensorflow without names": (
        several("r-{n}.jpg,650,417,raccoon,81,88,52{n},408"),
        ("TensorFlow Object Detection API", "r-0.jpg", "raccoon", (81, 88, 520, 408), "columns 2 and 3 are the image's size"),
    ),
    "retinanet": (
        several("/data/imgs/i_{n}.jpg,{a},346,981,456,cow") + "/data/imgs/none.jpg,,,,,\n",
        ("Keras RetinaNet", "data/imgs/i_0.jpg", "cow", (100, 346, 981, 456), "8 of 8 as xmin, ymin, xmax, ymax"),
    ),
    "retinanet, old": (
        several("i_{n}.jpg,1,{a},981,456,cow,train"),
        ("", "i_0.jpg", "cow", (1, 100, 981, 456), "pixels may be counted from 1"),
    ),
    "automl": (
        "TRAIN,gs://folder/image1.png,car,0.1,0.1,,,0.3,0.3,,\nTEST,gs://folder/im3.png,,,,,,,,,\n",
        ("Google AutoML Vision", "image1.png", "car", (0.1, 0.1, 0.3, 0.3), "its first column is TRAIN"),
    ),
    "automl, four corners": (
        "TRAINING,gs://folder/a/image1.png,car,0.1,0.1,0.3,0.1,0.3,0.3,0.1,0.3\n",
        ("Google AutoML Vision", "a/image1.png", "car", (0.1, 0.1, 0.3, 0.3), "its first column is TRAIN"),
    ),
    "open images": (
        "ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax,IsOccluded,IsTruncated,IsGroupOf,IsDepiction,IsInside\n"
        "000026e7ee790996,xclick,/m/07j7r,1,0.071875,0.1453125,0.20625,0.39166668,0,1,1,0,0\n",
        ("Open Images", "000026e7ee790996", "/m/07j7r", (0.071875, 0.20625, 0.1453125, 0.39166668), "shares of the image"),
    ),
    "open images, with clicks": (
        "ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax,IsOccluded,IsTruncated,IsGroupOf,IsDepiction,IsInside,"
        "XClick1X,XClick2X\n0026,xclick,/m/07j7r,1,0.25,0.5,0.125,0.75,0,1,1,0,0,0.5,0.5\n",
        ("Open Images", "0026", "/m/07j7r", (0.25, 0.125, 0.5, 0.75), "its columns are those of Open Images"),
    ),
    "snacks": (
        "image_id,x_min,x_max,y_min,y_max,class_name,folder\n009218ad38ab2010,0.19262,0.729831,0.127606,0.662219,cake,cake\n",
        ("Snacks", "cake/009218ad38ab2010", "cake", (0.19262, 0.127606, 0.729831, 0.662219), "x_max = xmax"),
    ),
    "snacks without names": (
        several("0092{n}ad,0.19,0.7{n},0.12,0.66,cake,cake"),
        ("", "00920ad", "cake", (0.19, 0.12, 0.7, 0.66), "8 of 8 as xmin, xmax, ymin, ymax"),
    ),
    "simple image annotator": (
        "image,id,name,xMin,xMax,yMin,yMax\ncat1.jpg,1,cat,33,201,12,140\n",
        ("Simple Image Annotator", "cat1.jpg", "cat", (33, 12, 201, 140), "xMax = xmax"),
    ),
    "simple image annotator without names": (
        several("cat{n}.jpg,1,cat,{a},{b},12,14{n}"),
        ("Simple Image Annotator", "cat0.jpg", "cat", (100, 12, 300, 140), "0 of 8 as xmin, ymin, xmax, ymax"),
    ),
    "bccd": (
        "filename,cell_type,xmin,xmax,ymin,ymax\nBloodImage_00000.jpg,WBC,260,491,177,376\n",
        ("BCCD", "BloodImage_00000.jpg", "WBC", (260, 177, 491, 376), "cell_type = class"),
    ),
    "frames with class numbers": (
        "frame,xmin,xmax,ymin,ymax,class_id\n0001000.jpg,310,445,104,443,1\n",
        ("frames with class numbers", "0001000.jpg", "1", (310, 104, 445, 443), "class_id = class"),
    ),
    "vott": (
        '"image","xmin","ymin","xmax","ymax","label"\n"image_1.jpg",26.5,94,86.25,617,"cat"\n',
        ("VoTT", "image_1.jpg", "cat", (26.5, 94, 86.25, 617), "its columns are those of VoTT"),
    ),
    "makesense": (
        "label_name,bbox_x,bbox_y,bbox_width,bbox_height,image_name,image_width,image_height\n"
        "car,120,80,200,150,img1.jpg,1280,720\n",
        ("makesense", "img1.jpg", "car", (120, 80, 320, 230), "bbox_width = box width"),
    ),
    "makesense without names": (
        several("car,{b},80,{a},15{n},img{n}.jpg,1280,720"),
        ("makesense", "img0.jpg", "car", (300, 80, 400, 230), "columns 7 and 8 are the image's size"),
    ),
    "via 2": (VIA + VIA_ROWS, ("VIA", "adu.jpg", "cat", (82, 105, 438, 312), "the attribute 'name' of the regions")),
    "via 1": ("#" + VIA + VIA_ROWS, ("VIA", "adu.jpg", "cat", (82, 105, 438, 312), "its columns are those of VIA")),
    "turi create": (
        "name,id,label,xMin,xMax,yMin,yMax\na.jpg,0,bike,12,80,40,99\n",
        ("Turi Create", "a.jpg", "bike", (12, 40, 80, 99), "name = image"),
    ),
    "turi create, lists": (
        f'path,annotations\na.jpg,"{CENTRED}"\n',
        ("Turi Create", "a.jpg", "dog", (40, 45, 60, 75), "pixels from its centre"),
    ),
    "kaggle": (
        'image_id,width,height,bbox,source\nb6ab77fd7,1024,1024,"[834.0, 222.0, 56.0, 36.0]",usask_1\n',
        ("Kaggle", "b6ab77fd7", "object", (834, 222, 890, 258), "no column has the class"),
    ),
    "luminoth": (
        "image_id,xmin,ymin,xmax,ymax,label\nimg1,10,20,110,220,dog\n",
        ("Luminoth", "img1", "dog", (10, 20, 110, 220), "its columns are those of Luminoth"),
    ),
    "banana": (
        "img_name,label,xmin,ymin,xmax,ymax\n0.png,0,104,20,143,58\n",
        ("banana", "0.png", "0", (104, 20, 143, 58), "its columns are those of banana"),
    ),
    "label studio": (
        "image,label\n" + LABEL_STUDIO, ("Label Studio", "img.jpg", "cat", (0.102, 0.05, 0.302, 0.35), "boxes in percent")
    ),
    "label studio without names": (
        LABEL_STUDIO, ("Label Studio", "img.jpg", "cat", (0.102, 0.05, 0.302, 0.35), "column 2 holds lists of boxes")
    ),
    "predictions of supervision": (
        "x_min,y_min,x_max,y_max,class_id,confidence,tracker_id,image_name\n10,20,110,220,0,0.91,,a.jpg\n",
        ("", "a.jpg", "0", (10, 20, 110, 220), "image_name = image"),
    ),
    "napari": (
        "index,shape-type,vertex-index,axis-0,axis-1\n0,rectangle,0,12,40\n0,rectangle,1,12,80\n0,rectangle,2,30,80\n",
        ("napari", "boxes", "object", (40, 12, 80, 30), "axis-0 downwards"),
    ),
    "napari, a stack": (
        "index,shape-type,vertex-index,axis-0,axis-1,axis-2\n0,rectangle,0,5,12,40\n0,rectangle,2,5,30,80\n",
        ("napari", "boxes", "object", (40, 12, 80, 30), "napari's shapes"),
    ),
    "keras-yolo3": (
        "my img.jpg 50,100,150,200,0 30,50,200,120,3\nnone.jpg\n",
        ("keras-yolo3", "my img.jpg", "0", (50, 100, 150, 200), "x1,y1,x2,y2,class"),
    ),
}  # fmt: skip


SPELLINGS = ("as it is", "BOM and CRLF", "semicolons", "tabs in UTF-16")
# Where cells or lines have commas of their own, other separators would be another dialect.
CASES = [
    (what, spelling)
    for what, (text, _) in READ.items()
    for spelling in (SPELLINGS[:2] if '"' in text or " " in text else SPELLINGS)
]


@pytest.mark.parametrize(("what", "spelling"), CASES)
def test_each_dialect_is_known_by_its_evidence_and_read(what: str, spelling: str, tmp_path: Path):
    text, (title, name, label, corners, reason) = READ[what]
    spelled = {
        "as it is": text.encode(),
        "BOM and CRLF": b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode(),
        "semicolons": ("sep=;\r\n" + text.replace(",", ";").replace(".", ",").replace(",jpg", ".jpg")).encode(),
        "tabs in UTF-16": text.replace(",", "\t").encode("utf-16"),
    }
    (tmp_path / "boxes.csv").write_bytes(spelled[spelling].replace(b",png", b".png"))
    found = next(one for one in registry.recognise(tmp_path / "boxes.csv") if one.format.name == "table")
    evidence = found.evidence
    assert evidence.choices.table is not None
    assert (evidence.choices.table.title, evidence.questions) == (title, ())
    assert evidence.sureness >= Sureness.LIKELY
    assert reason in "; ".join(evidence.reasons)
    file = registry.read(tmp_path / "boxes.csv", found.format, evidence.choices)
    assert file.problems == []
    row = file.rows[0]
    assert row.box is not None
    assert (row.filename, row.label, row.box.corners) == (name, label, pytest.approx(corners))
    assert row.is_relative == (max(corners) <= 1)


def test_negatives_splits_and_second_boxes_of_the_dialects(tmp_path: Path):
    def last(what: str) -> tuple[str, str | None, Split | None]:
        (tmp_path / "boxes.csv").write_text(READ[what][0])
        found = registry.recognised(tmp_path / "boxes.csv")
        row = registry.read(tmp_path / "boxes.csv", found.format, found.evidence.choices).rows[-1]
        assert row.box is None
        return row.filename, row.label, row.split

    assert last("retinanet") == ("data/imgs/none.jpg", None, None)
    assert last("automl") == ("im3.png", None, Split.TEST)
    assert last("via 2") == last("via 1") == ("x.jpg", None, None)
    assert last("keras-yolo3") == ("none.jpg", None, None)


MOT = several("{n},3,794.25,247.5,71.25,174.5,1,1,0.86")


@pytest.mark.parametrize(
    ("text", "question", "name", "corners"),
    [
        (MOT, "Frame 1 is the image 000001 or 1", "000000", (793.25, 246.5, 864.5, 421)),
        ("x_min,y_min,x_max,y_max,class_id,confidence,tracker_id\n10,20,110,220,0,0.91,\n",
         "all is on the one that is called like the file", "boxes", (10, 20, 110, 220)),
        (several("car,12{n},80,20{n},150,img{n}.jpg,1280,720"), "as makesense has them, or xmin, ymin, xmax, ymax",
         "img0.jpg", (120, 80, 320, 230)),
        (several("a{n}.jpg,1,2,{a},{b},900"), "which columns hold the box?", "a0.jpg", (1, 2, 100, 300)),
        ("filename,class,xmin,ymin,xmax,ymax\n" + several('a.jpg,cat,{n},2,"1,10{n}",30'),
         "decimal one, or does it part thousands", "a.jpg", (0, 2, 1.1, 30)),
    ],
)  # fmt: skip
def test_what_can_not_be_known_is_asked(
    text: str, question: str, name: str, corners: tuple[float, ...], tmp_path: Path
):
    (tmp_path / "boxes.csv").write_text(text)
    (found,) = registry.recognise(tmp_path / "boxes.csv")
    assert question in "; ".join(found.evidence.questions)
    with pytest.raises(AnnotationFileError):
        registry.recognised(tmp_path / "boxes.csv")
    row = registry.read(tmp_path / "boxes.csv", found.format, found.evidence.choices).rows[0]
    assert row.box is not None
    assert (row.filename, row.box.corners) == (name, pytest.approx(corners))


SPREADSHEETS = {
    "LibreOffice, German": '"filename";"width";"height";"class";"xmin";"ymin";"xmax";"ymax"\n"ä.jpg";100;80;"Tür; blau";1,5;2;30;40,25\n',
    "LibreOffice, German, commas": '"filename","width","height","class","xmin","ymin","xmax","ymax"\n'
    '"ä.jpg",100,80,"Tür; blau","1,5",2,30,"40,25"\n',
    "Excel, French": '\ufefffilename;width;height;class;xmin;ymin;xmax;ymax\r\nä.jpg;100;80;"Tür; blau";1,5;2;30;40,25\r\n',
    "Excel, English": "\ufefffilename,width,height,class,xmin,ymin,xmax,ymax\r\nä.jpg,100,80,Tür; blau,1.5,2,30,40.25\r\n",
    "Excel's own first line": "sep=;\r\nfilename;width;height;class;xmin;ymin;xmax;ymax\r\n"
    'ä.jpg;100;80;"Tür; blau";1,5;2;30;40,25\r\n',
    "Excel's Unicode text": "filename\twidth\theight\tclass\txmin\tymin\txmax\tymax\r\n"
    "ä.jpg\t100\t80\tTür; blau\t1,5\t2\t30\t40,25\r\n",
}


@pytest.mark.parametrize("program", SPREADSHEETS)
def test_our_own_table_comes_back_from_every_spreadsheet(program: str, tmp_path: Path):
    encoding = {"Excel's Unicode text": "utf-16", "Excel's own first line": "cp1252"}.get(program, "utf-8")
    (tmp_path / "dataset.csv").write_bytes(SPREADSHEETS[program].encode(encoding))
    found = registry.recognised(tmp_path / "dataset.csv")
    file = registry.read(tmp_path / "dataset.csv", found.format, found.evidence.choices)
    assert file.problems == []
    (row,) = file.rows
    assert (row.filename, row.label, row.width, row.height) == ("ä.jpg", "Tür; blau", 100, 80)
    assert row.box is not None
    assert row.box.corners == (1.5, 2, 30, 40.25)


def test_commas_between_thousands_are_read_once_somebody_says_so(tmp_path: Path):
    (tmp_path / "a.csv").write_text('filename,class,xmin,ymin,xmax,ymax\na.jpg,cat,1,2,"1,024","2,048.5"\n')
    (found,) = registry.recognise(tmp_path / "a.csv")
    layout = found.evidence.choices.table
    assert layout is not None
    choices = dataclasses.replace(found.evidence.choices, table=dataclasses.replace(layout, decimal_comma=False))
    (row,) = registry.read(tmp_path / "a.csv", found.format, choices).rows
    assert row.box is not None
    assert row.box.corners == (1, 2, 1024, 2048.5)


def test_corners_in_other_slices_of_a_stack_are_told(tmp_path: Path):
    rows = "".join(f"{n},rectangle,{at},{n},{y},{x}\n" for n in (0, 1) for at, (y, x) in enumerate([(2, 3), (20, 30)]))
    (tmp_path / "a.csv").write_text("index,shape-type,vertex-index,axis-0,axis-1,axis-2\n" + rows)
    found = registry.recognised(tmp_path / "a.csv")
    file = registry.read(tmp_path / "a.csv", found.format, found.evidence.choices)
    assert [row.box.corners for row in file.rows if row.box] == [(3, 2, 30, 20)]
    assert [problem.line for problem in file.problems] == [4, 5]


# --- what is written

EXACT = {
    "csv": "filename,width,height,class,xmin,ymin,xmax,ymax,split\na.jpg,64,48,cat,1,2,30.5,40,train\n",
    "vott": "image,xmin,ymin,xmax,ymax,label\na.jpg,1,2,30.5,40,cat\n",
    "retinanet": "a.jpg,1,2,30.5,40,cat\n",
    "makesense": "label_name,bbox_x,bbox_y,bbox_width,bbox_height,image_name,image_width,image_height\n"
    "cat,1,2,29.5,38,a.jpg,64,48\n",
    "bccd": "filename,cell_type,xmin,xmax,ymin,ymax\na.jpg,cat,1,30.5,2,40\n",
    "simple-annotator": "image,id,name,xMin,xMax,yMin,yMax\na.jpg,1,cat,1,30.5,2,40\na.jpg,2,dog,0,64,0,48\n",
    "banana": "img_name,label,xmin,ymin,xmax,ymax\na.jpg,cat,1,2,30.5,40\n",
    "snacks": "image_id,x_min,x_max,y_min,y_max,class_name,folder\na,0.015625,0.4765625,0.04166667,0.83333333,cat,\n",
    "kaggle": 'image_id,width,height,bbox,source,class\na,64,48,"[1, 2, 29.5, 38]",boxwright,cat\n',
    "via-csv": VIA + 'a.jpg,-1,"{}",2,0,"{""name"":""rect"",""x"":1,""y"":2,""width"":29.5,""height"":38}",'
    '"{""label"":""cat""}"\n',
    "automl": "TRAIN,a.jpg,cat,0.015625,0.04166667,,,0.4765625,0.83333333,,\n",
    "open-images": "ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax,IsOccluded,IsTruncated,IsGroupOf,IsDepiction,"
    "IsInside\na,boxwright,cat,1,0.015625,0.4765625,0.04166667,0.83333333,0,0,0,0,0\n",
    "spreadsheet": "\ufefffilename;width;height;class;xmin;ymin;xmax;ymax;split\na.jpg;64;48;cat;1;2;30,5;40;train\n",
}
LAST = {
    "retinanet": "sub/a.jpg,,,,,\n",
    "automl": "TEST,sub/a.jpg,,,,,,,,,\n",
    "via-csv": 'sub/a.jpg,-1,"{}",0,0,"{}","{}"\n',
    "spreadsheet": "sub/d.jpg;10;20;dog;;;;;train\n",
}


@pytest.mark.parametrize("name", EXACT)
def test_each_dialect_is_written_as_its_programs_read_it(name: str, tmp_path: Path):
    text = written(name, some_dataset(), tmp_path / "boxes.csv")
    assert text.startswith(EXACT[name])
    assert text.endswith(LAST.get(name, ""))


def test_every_table_that_is_written_is_held_to_its_form():
    assert EXACT.keys() == {name for name, format_ in registry.WRITERS.items() if format_.file_name.endswith(".csv")}


def test_classes_of_retinanet_keep_the_numbers_that_they_had(tmp_path: Path):
    (tmp_path / "classes.csv").write_text("cat,0\nbird,4\n")
    written("retinanet", some_dataset(), tmp_path / "boxes.csv")
    assert (tmp_path / "classes.csv").read_text() == "cat,0\nbird,4\ndog,5\nunused & <odd>,6\n"


def test_class_names_that_look_like_numbers_are_no_numbers(tmp_path: Path):
    """The list beside says that 1 is the number of '0'."""
    dataset = some_dataset()
    names = {"cat": "0", "dog": "1"}
    images = tuple(
        dataclasses.replace(
            image,
            image_class=None,
            boxes=tuple(dataclasses.replace(box, label=names[box.label]) for box in image.boxes),
        )
        for image in dataset.images
    )
    written("retinanet", Dataset(images, ("1", "0")), tmp_path / "boxes.csv")
    file = registry.read(tmp_path / "boxes.csv", registry.FORMATS["table"])
    assert [row.label for row in file.rows if row.box] == ["0", "1", "0"]
    assert file.classes == ["1", "0"]


def written(name: str, dataset: Dataset, place: Path) -> str:
    write = registry.WRITERS[name].write
    assert write is not None
    write(dataset, place, WriteChoices())
    return place.read_text(encoding="utf-8")


def test_unit_of_a_spelling_is_kept(tmp_path: Path):
    (tmp_path / "a.csv").write_text("sep=;\nfilename;class;cx;cy;w;h\na.jpg;cat;0,5;0,5;0,25;0,5\n")
    found = registry.recognised(tmp_path / "a.csv")
    assert found.evidence.choices.table is not None
    assert found.evidence.choices.table.unit is Unit.SHARES
    (row,) = registry.read(tmp_path / "a.csv", found.format, found.evidence.choices).rows
    assert (row.line, row.box and row.box.corners) == (3, (0.375, 0.25, 0.625, 0.75))
