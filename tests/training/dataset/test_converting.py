"""`boxwright convert`, and projects that take any format in and give any out."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

from tests.helpers.annotation_datasets import some_dataset
from tests.helpers.red_box_pictures import write_picture
from training.dataset.commands import add_parsers
from training.dataset.formats import registry
from training.dataset.formats.format import WriteChoices


def boxwright(*arguments: object) -> int:
    parser = argparse.ArgumentParser(prog="boxwright")
    add_parsers(parser.add_subparsers(required=True))
    args = parser.parse_args([str(argument) for argument in arguments])
    return int(args.run(args))


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    for image in some_dataset().images:
        write_picture(tmp_path / "photos" / image.filename, (image.width, image.height))
    return tmp_path / "photos"


def write_as(name: str, folder: Path) -> Path:
    target = registry.WRITERS[name]
    place = folder / target.file_name if target.file_name else folder / name
    assert target.write is not None
    target.write(some_dataset(), place, WriteChoices())
    return place


def test_convert_writes_says_what_is_lost_and_counts(photos: Path, tmp_path: Path, capsys):
    place = write_as("coco", tmp_path / "in")
    assert boxwright("convert", place, "--to", "yolo", "--out", tmp_path / "out", "--images", photos, "--json") == 0
    lines = capsys.readouterr().out.splitlines()
    figures = json.loads(lines[-1])
    assert (figures["from"], figures["to"], figures["images"], figures["boxes"]) == ("coco", "yolo", 4, 3)
    assert figures["classes"] == list(some_dataset().classes)
    assert "Converted 3 boxes of 4 images from COCO JSON to YOLO" in lines[-2]
    assert (tmp_path / "out/labels/sub/a.txt").read_text() == ""
    assert (tmp_path / "out/labels/a.txt").read_text().splitlines()[0].startswith("1 ")


@pytest.mark.parametrize(("word", "corners"), [("box-xywh", "40,50,120,140"), ("box-xyxy", "40,50,80,90")])
def test_a_box_in_one_cell_is_asked_about_and_has_a_word_for_each_meaning(word, corners, tmp_path: Path, capsys):
    (tmp_path / "in.csv").write_text('image,bbox,label\na.jpg,"[40, 50, 80, 90]",cat\n')
    command = ("convert", tmp_path / "in.csv", "--to", "csv", "--out", tmp_path / "out.csv")
    assert boxwright(*command) == 1
    assert "xmin, ymin, xmax, ymax or x, y, width, height?" in capsys.readouterr().err
    assert boxwright(*command, "--columns", f"image,{word},class") == 0
    assert f"cat,{corners}" in (tmp_path / "out.csv").read_text()


def test_convert_needs_images_for_shares_and_says_so(photos: Path, tmp_path: Path, capsys):
    place = write_as("yolo", tmp_path)
    assert boxwright("convert", place, "--to", "voc", "--out", tmp_path / "out") == 0
    assert "size is not known without the image" in capsys.readouterr().out
    (photos / "a.jpg").unlink()
    (photos / "sub/a.jpg").unlink()
    assert boxwright("convert", place, "--to", "csv", "--out", tmp_path / "b.csv", "--images", photos) == 0
    assert "not converted: a.txt" not in capsys.readouterr().err
    assert (tmp_path / "b.csv").read_text().count("b c.png,640,480,cat,100.25,50,200,479.75") == 1


@pytest.mark.parametrize(
    ("arguments", "code", "reason"),
    [
        (("nothing.csv", "--to", "coco", "--out", "x"), 1, "No such file"),
        (("bad.json", "--to", "coco", "--out", "x"), 1, "expected JSON"),
        (("order.csv", "--to", "coco", "--out", "x"), 1, "All rows fit both"),
        (("order.csv", "--to", "coco", "--out", "x", "--images", "nowhere"), 2, "there is no folder"),
        (("order.csv", "--to", "coco", "--out", "x", "--classes", "nowhere.txt"), 1, "names of classes"),
    ],
)
def test_convert_refuses_in_one_sentence(arguments, code: int, reason: str, tmp_path: Path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bad.json").write_text('{"images": [nonsense')
    (tmp_path / "order.csv").write_text("".join(f"a{at}.jpg,10,20,{30 + at},40,cat\n" for at in range(9)))
    assert boxwright("convert", *arguments) == code
    told = capsys.readouterr().err
    assert reason in told
    assert len(told.splitlines()) == 1


def test_columns_answer_what_can_not_be_known(tmp_path: Path, capsys):
    (tmp_path / "order.csv").write_text("".join(f"a{at}.jpg,10,20,{30 + at},40,cat\n" for at in range(9)))
    columns = "image,xmin,xmax,ymin,ymax,class"
    assert (
        boxwright("convert", tmp_path / "order.csv", "--columns", columns, "--to", "csv", "--out", tmp_path / "b.csv")
        == 0
    )
    assert "a0.jpg,0,0,cat,10,30,20,40\n" in (tmp_path / "b.csv").read_text()


def test_a_table_that_nobody_knows_is_read_by_its_columns_and_unit(tmp_path: Path, capsys):
    """Semicolons, decimal commas, percent, centres, the class in the ninth column, and two boxes in a row."""
    for name in ("img0.png", "img1.png"):
        write_picture(tmp_path / "images" / name, (200, 100))
    rows = "".join(f"{n};x;{25 + n},5;50,25;20,5;10,5;foo;y;dog;img{n}.png;60,5;70,5;10,5;20,5\n" for n in range(2))
    (tmp_path / "odd.csv").write_text("nr;a;p;q;r;s;t;u;v;w;p2;q2;r2;s2\n" + rows)
    centre = "xcentre,ycentre,box-width,box-height"
    command = ("convert", tmp_path / "odd.csv", "--columns", f",,{centre},,,class,image,{centre}", "--to", "csv")
    command += ("--out", tmp_path / "out.csv", "--images", tmp_path / "images")
    assert boxwright(*command) == 1
    assert "pixels or percent? All are between 0 and 100, and most have decimals; say --unit" in capsys.readouterr().err
    assert boxwright(*command, "--unit", "percent") == 0
    assert (tmp_path / "out.csv").read_text().splitlines()[1:3] == [
        "img0.png,200,100,dog,30.5,45,71.5,55.5",
        "img0.png,200,100,dog,110.5,60.25,131.5,80.75",
    ]
    assert boxwright(*command, "--unit", "pixels") == 0
    assert "img1.png,200,100,dog,16.25,45,36.75,55.5" in (tmp_path / "out.csv").read_text()


def test_a_unit_is_enough_where_the_columns_have_names(tmp_path: Path, capsys):
    (tmp_path / "in.csv").write_text("filename,class,xmin,ymin,xmax,ymax\na.jpg,cat,1.5,2.5,30.5,40.5\n")
    command = ("convert", tmp_path / "in.csv", "--to", "csv", "--out", tmp_path / "out.csv")
    assert boxwright(*command) == 1
    assert "pixels or percent?" in capsys.readouterr().err
    assert boxwright(*command, "--unit", "pixels") == 0
    assert "cat,1.5,2.5,30.5,40.5" in (tmp_path / "out.csv").read_text()


@pytest.mark.parametrize("name", registry.WRITERS)
def test_a_project_takes_in_what_was_written_and_gives_it_out_again(name: str, photos: Path, tmp_path: Path, capsys):
    place = write_as(name, tmp_path / "in")
    reader = () if name != "retinanet" else ("--columns", "image,xmin,ymin,xmax,ymax,class")
    assert boxwright("import", photos, place, *reader) == 0
    assert "Imported 3 boxes" in capsys.readouterr().out
    assert boxwright("export", photos, "--out", tmp_path / "out", "--format", name, "--json") == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["boxes"] == 3


def test_fields_of_labelme_voc_and_coco_survive_a_project(photos: Path, tmp_path: Path):
    shape = {
        "label": "cat",
        "points": [[1, 2], [30, 40]],
        "shape_type": "rectangle",
        "flags": {"blurred": True},
        "mine": 7,
    }
    image = {"imagePath": "a.jpg", "imageWidth": 64, "imageHeight": 48, "flags": {"night": True}, "shapes": [shape]}
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.json").write_text(json.dumps(image))
    (tmp_path / "b.xml").write_text(
        "<annotation><filename>b c.png</filename><object><name>dog</name><difficult>1</difficult><bndbox><xmin>1</xmin>"
        "<ymin>2</ymin><xmax>30</xmax><ymax>40</ymax></bndbox></object></annotation>"
    )
    coco = {
        "info": {"year": 2018},
        "images": [{"id": 20180000001, "file_name": "sub/d.jpg", "width": 10, "height": 20, "taken": "today"}],
        "categories": [{"id": 17, "name": "cow", "supercategory": "animal"}],
        "annotations": [{"id": 5, "image_id": 20180000001, "category_id": 17, "bbox": [1, 2, 3, 4], "sure": 0.5}],
    }
    (tmp_path / "c.json").write_text(json.dumps(coco))
    assert boxwright("import", photos, tmp_path / "in", tmp_path / "b.xml", tmp_path / "c.json") == 0
    for name in ("labelme", "voc", "coco"):
        assert boxwright("export", photos, "--out", tmp_path / "out" / name, "--format", name) == 0
    again = json.loads((tmp_path / "out/labelme/a.json").read_text())
    assert (again["flags"], again["shapes"][0]["flags"], again["shapes"][0]["mine"]) == (
        image["flags"],
        {"blurred": True},
        7,
    )
    assert "<difficult>1</difficult>" in (tmp_path / "out/voc/Annotations/b c.xml").read_text()
    found = json.loads((tmp_path / "out/coco/annotations.json").read_text())
    assert found["info"] == coco["info"]
    assert [entry for entry in found["images"] if entry["file_name"] == "sub/d.jpg"] == coco["images"]
    assert [entry for entry in found["categories"] if entry["name"] == "cow"] == coco["categories"]
    assert [entry["sure"] for entry in found["annotations"] if entry["category_id"] == 17] == [0.5]
