"""`boxwright import` and `boxwright export`, by what they print, their exit codes and what they leave behind."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

from tests.helpers.red_box_pictures import write_picture
from training.dataset.commands import add_parsers
from training.dataset.records import ImageRecord
from training.dataset.store import PROJECT_NAME, ProjectStore

HEADER = "filename,width,height,class,xmin,ymin,xmax,ymax\n"


def boxwright(*arguments: object) -> int:
    parser = argparse.ArgumentParser(prog="boxwright")
    add_parsers(parser.add_subparsers(required=True))
    args = parser.parse_args([str(argument) for argument in arguments])
    code = args.run(args)
    assert isinstance(code, int)
    return code


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("a.png", "b.png", "sub/a.png"):
        write_picture(tmp_path / "photos" / name)
    return tmp_path / "photos"


@pytest.fixture
def csv_file(tmp_path: Path) -> Path:
    path = tmp_path / "train.csv"
    path.write_text(HEADER + "a.png,64,48,cat,1,2,3,4\nlost.png,64,48,cat,1,2,3,4\nb.png,64,48,cat,-1,2,3,4\n")
    return path


def stored(folder: Path) -> dict[str, int]:
    store = ProjectStore.open(folder)
    counts = {path: summary.box_count for path, summary in store.summaries().items()}
    store.close()
    return counts


@pytest.mark.parametrize("project", ["", PROJECT_NAME])
def test_import_says_what_came_and_each_problem(folder: Path, csv_file: Path, project: str, capsys):
    if project:
        store = ProjectStore.open(folder)
        store.write([ImageRecord("a.png")])
        store.close()
    assert boxwright("import", folder / project, csv_file) == 0
    out = capsys.readouterr().out
    assert "not imported: train.csv, line 3: there is no image 'lost.png' in the folder\n" in out
    assert "note: train.csv, line 4: the box -1 2 3 4 was cut to the image, which is 64 x 48\n" in out
    assert "Imported 2 boxes" in out
    assert "for 2 images" in out
    assert "New classes: 'cat'" in out
    assert stored(folder) == {"a.png": 1, "b.png": 1}


def test_the_last_line_may_be_one_json_object(folder: Path, csv_file: Path, tmp_path: Path, capsys):
    assert boxwright("import", folder, csv_file, "--json") == 0
    figures = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (figures["images"], figures["boxes"], figures["new_classes"]) == (2, 2, ["cat"])
    assert figures["problems"] == [
        {"file": "train.csv", "line": 3, "reason": "there is no image 'lost.png' in the folder"}
    ]
    assert boxwright("export", folder, "--out", tmp_path / "out", "--json") == 0
    figures = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (figures["images"], figures["boxes"], figures["splits"]) == (2, 2, {"train": 2})
    assert [Path(path).name for path in figures["files"]] == ["dataset.csv", "classes.txt"]


def test_replace_and_images_are_obeyed(folder: Path, csv_file: Path):
    assert boxwright("import", folder, csv_file) == 0
    csv_file.write_text(HEADER + "a.png,64,48,cat,5,6,7,8\na.png,64,48,cat,1,6,7,8\n")
    assert boxwright("import", folder, csv_file, "--replace") == 0
    assert stored(folder) == {"a.png": 2, "b.png": 1}
    assert boxwright("import", folder, csv_file, "--images", folder / "sub") == 0
    assert stored(folder) == {"a.png": 2, "b.png": 1, "sub/a.png": 2}


def test_export_writes_one_file_a_split_if_asked(folder: Path, csv_file: Path, tmp_path: Path, capsys):
    boxwright("import", folder, csv_file)
    assert boxwright("export", folder, "--out", tmp_path / "out", "--per-split") == 0
    assert "Exported 2 images (2 train) with 2 boxes" in capsys.readouterr().out
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "classes.txt",
        "test.csv",
        "train.csv",
        "validation.csv",
    ]


@pytest.mark.parametrize(
    ("arguments", "code", "reason"),
    [
        (["import", "{folder}", "{folder}/none.csv"], 1, "none.csv: the file cannot be read: No such file"),
        (["import", "{folder}/nowhere", "{csv}"], 1, "There is no folder and no project"),
        (["import", "{folder}/a.png", "{csv}"], 1, "is not a Boxwright project"),
        (["import", "{folder}", "{csv}", "--images", "{folder}/.."], 2, "--images: expected a folder inside"),
        (["export", "{folder}", "--out", "{folder}/out"], 1, "has no project yet"),
    ],
)
def test_a_failure_is_one_line_and_an_exit_code(
    folder: Path, csv_file: Path, arguments, code: int, reason: str, capsys
):
    assert boxwright(*(text.format(folder=folder, csv=csv_file) for text in arguments)) == code
    captured = capsys.readouterr()
    assert reason in captured.err
    assert len(captured.err.splitlines()) == 1
    assert not (folder / PROJECT_NAME).exists()


def test_wrong_usage_is_exit_code_two(folder: Path, capsys):
    with pytest.raises(SystemExit) as caught:
        boxwright("import", folder)
    assert caught.value.code == 2
    assert "required: FILE" in capsys.readouterr().err


def test_an_import_that_brings_nothing_has_failed(folder: Path, csv_file: Path, capsys):
    csv_file.write_text(HEADER + "lost.png,64,48,cat,1,2,3,4\n")
    assert boxwright("import", folder, csv_file, "--json") == 1
    captured = capsys.readouterr()
    assert "nothing could be imported; the first problem: train.csv, line 2" in captured.err
    assert json.loads(captured.out.splitlines()[-1])["images"] == 0
    assert not (folder / PROJECT_NAME).exists()


def test_a_project_that_a_window_has_open_is_busy_to_import_and_can_be_exported(
    folder: Path, csv_file: Path, tmp_path: Path, capsys
):
    boxwright("import", folder, csv_file)
    window = ProjectStore.open(folder)
    assert boxwright("import", folder, csv_file) == 1
    assert "is open in another window" in capsys.readouterr().err
    assert boxwright("export", folder, "--out", tmp_path / "out") == 0
    window.write([ImageRecord("sub/a.png", 64, 48, reviewed=True)])
    assert boxwright("export", folder, "--out", tmp_path / "again") == 1
    assert "is open in another window" in capsys.readouterr().err
    window.close()


def test_names_cannot_command_the_terminal(folder: Path, csv_file: Path, capsys):
    csv_file.write_text(HEADER + "lost\x1b[31m.png,64,48,cat,1,2,3,4\na.png,64,48,ca\x1b]0;t,1,2,3,4\n")
    boxwright("import", folder, csv_file)
    captured = capsys.readouterr()
    assert "\x1b" not in captured.out + captured.err


# --- what a folder is read as


def coco(name: str) -> str:
    box = {"id": 1, "image_id": 1, "category_id": 1, "bbox": [1, 2, 30, 20]}
    sized = {"id": 1, "file_name": name, "width": 64, "height": 48}
    return json.dumps({"images": [sized], "annotations": [box], "categories": [{"id": 1, "name": "cat"}]})


def test_a_folder_stands_for_the_files_in_it_and_says_what_else_it_holds(folder, capsys):
    (folder / "boxes.json").write_text(coco("b.png"))
    assert boxwright("import", folder, folder) == 0
    assert "Imported 1 box for 1 image." in capsys.readouterr().out
    (folder / "train.csv").write_text(HEADER + "a.png,64,48,cat,1,2,3,4\n")
    assert boxwright("convert", folder, "--to", "csv", "--out", folder.parent / "out.csv") == 0
    said = capsys.readouterr().out
    assert "is read as CSV of Boxwright and TensorFlow; what it holds as COCO JSON is not read" in said
    assert "Converted 1 boxes of 1 images" in said


def test_nothing_new_is_no_nothing_for_images(folder, csv_file, capsys):
    boxwright("import", folder, csv_file)
    capsys.readouterr()
    assert boxwright("import", folder, csv_file) == 0
    assert "Imported nothing; 2 boxes were there already, 1 problem." in capsys.readouterr().out
    csv_file.write_text(csv_file.read_text() + "b.png,64,48,cat,5,5,9,9\n")
    assert boxwright("import", folder, csv_file) == 0
    assert "Imported 1 box for 1 image; 2 boxes were there already, 1 problem." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        (
            "Tabelle.csv",
            "Datei;Klasse;links;oben;rechts;unten\na.png;Ast;1,5;2;30,5;20\nb.png;Ast;4,5;5;9,5;9\n",
            "columns",
        ),
        ("labels/a.txt", "0 0.5 0.5 0.2 0.2\n", "classes FILE"),
        ("results.json", '[{"image_id": 1, "category_id": 1, "bbox": [1, 2, 3, 4], "score": 0.5}]', "with FILE"),
    ],
)
def test_a_question_says_which_option_answers_it(folder, capsys, name, text, said):
    place = folder.parent / name
    place.parent.mkdir(exist_ok=True)
    place.write_text(text)
    assert boxwright("import", folder, place.parent if place.suffix == ".txt" else place) == 1
    assert f"(say --{said}" in capsys.readouterr().err


def test_the_columns_that_are_proposed_can_be_said(folder, capsys):
    place = folder.parent / "Tabelle.csv"
    place.write_text("Datei;Klasse;links;oben;rechts;unten\na.png;Ast;1,5;2;30,5;20\nb.png;Ast;4,5;5;9,5;9\n")
    boxwright("import", folder, place)
    proposed = capsys.readouterr().err.split("perhaps ")[1].rstrip(")\n")
    assert boxwright("import", folder, place, "--columns", proposed) == 0
    assert "Imported 2 boxes for 2 images. New classes: 'Ast'." in capsys.readouterr().out


def test_a_file_that_is_not_there_is_said_to_be_so(folder, capsys):
    assert boxwright("import", folder, "nowhere.json") == 1
    assert capsys.readouterr().err == "boxwright: nowhere.json: there is no such file or folder\n"


def test_what_is_replaced_is_named_and_equal_files_are_not(folder, csv_file, tmp_path, capsys):
    boxwright("import", folder, csv_file)
    out, converted = tmp_path / "out", tmp_path / "out/dataset.json"
    for command in (("export", folder, "--out", out), ("convert", out, "--to", "coco", "--out", converted)):
        for _ in range(2):
            assert boxwright(*command) == 0
        assert "Replaced" not in capsys.readouterr().out
        file = converted if command[0] == "convert" else out / "classes.txt"
        file.write_text("foreign")
        assert boxwright(*command, "--json") == 0
        said = capsys.readouterr().out
        assert f"Replaced a file that was there with other contents: {file}.\n" in said
        assert json.loads(said.splitlines()[-1])["replaced"] == [str(file)]
