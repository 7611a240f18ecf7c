"""What lies in a folder is found as one reads it: files of a format together, and nothing that is none."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.helpers.pictures import write_picture
from training.dataset.annotation_finding import fingerprint, known_annotations, look_at, until
from training.dataset.image_kinds import misnamed
from training.dataset.importing import plan_import
from training.dataset.store import ProjectStore
from training.dataset.table_sample import sample

HEADER = "filename,width,height,class,xmin,ymin,xmax,ymax\n"
ROW = "one.png,300,200,cup,10,10,60,40\n"


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_files_of_one_format_belong_together(tmp_path: Path):
    train = write(tmp_path / "lists" / "train.csv", HEADER + ROW)
    test = write(tmp_path / "lists" / "test.csv", HEADER + ROW)
    write(tmp_path / "a" / "notes.txt", "bring cups\n")
    (way,) = look_at(tmp_path).ways
    assert way.format.name == "csv"
    assert sorted(way.places) == sorted((train, test))
    assert all(format_.name == "csv" for format_, _ in way.how().values())


def test_what_this_program_writes_itself_is_left_out(tmp_path: Path):
    write(tmp_path / "runs" / "one" / "dataset.csv", HEADER + ROW)
    write(tmp_path / "export" / "dataset.csv", HEADER + ROW)
    write(tmp_path / ".hidden" / "dataset.csv", HEADER + ROW)
    assert look_at(tmp_path).ways == ()
    write(tmp_path / "deeper" / "export" / "dataset.csv", HEADER + ROW)
    assert len(look_at(tmp_path).ways) == 1


def test_an_unsure_table_is_offered_to_who_chose_it_and_to_nobody_else(tmp_path: Path):
    write(tmp_path / "a.csv", "".join(f"{at}.jpg,{at},{at + 50},{at + 60},{at + 90},cup\n" for at in range(9)))
    assert look_at(tmp_path).ways[0].evidence.questions
    assert known_annotations(tmp_path).ways == ()


def test_a_place_that_is_nothing_says_why(tmp_path: Path):
    source = look_at(write(tmp_path / "broken.json", '{"pictures": ['))
    assert source.ways == ()
    assert "broken.json" in source.reason
    assert "coco" in {format_.name for format_ in source.others}


def test_the_fingerprint_is_that_of_the_files(tmp_path: Path):
    table = write(tmp_path / "boxes.csv", HEADER + ROW)
    before = fingerprint(look_at(tmp_path).ways)
    assert fingerprint(look_at(tmp_path).ways) == before
    write(table, HEADER + ROW + ROW)
    assert fingerprint(look_at(tmp_path).ways) != before


def test_looking_ends_in_time(tmp_path: Path):
    for number in range(30):
        write(tmp_path / str(number) / "boxes.csv", HEADER + ROW)
    assert known_annotations(tmp_path, until(-1)).ways == ()
    begun = time.monotonic()
    assert known_annotations(tmp_path, until(30)).ways
    assert time.monotonic() - begun < 10


@pytest.mark.parametrize("replacing", [False, True])
def test_a_box_that_several_lists_have_is_one_box(tmp_path: Path, replacing: bool):
    write_picture(tmp_path / "one.png", width=300, height=200)
    write(tmp_path / "all.csv", HEADER + ROW + ROW)
    write(tmp_path / "train.csv", HEADER + ROW)
    with_all = [tmp_path / "train.csv", tmp_path / "all.csv"]
    store = ProjectStore.open(tmp_path, read_only=True)
    try:
        plan = plan_import(store, with_all, replacing)
    finally:
        store.close()
    assert plan.boxes == 2  # somebody drew it twice in all.csv
    assert (plan.shared, plan.duplicates) == (1, 0)


def test_images_of_another_kind_than_their_names_say_are_told(tmp_path: Path):
    write_picture(tmp_path / "real.png")
    (tmp_path / "false.jpg").write_bytes((tmp_path / "real.png").read_bytes())
    (found,) = misnamed(tmp_path, ["real.png", "false.jpg", "gone.png"])
    assert found.file == "false.jpg"
    assert "PNG inside" in found.reason


def test_the_first_rows_of_a_table_come_with_a_meaning_for_each_column(tmp_path: Path):
    shown = sample(write(tmp_path / "a.txt", "what|p|where\n" + "cup|1|one.png\n" * 9))
    assert shown.header == ("what", "p", "where")
    assert len(shown.layout.columns) == 3
    assert shown.rows[0] == ("cup", "1", "one.png")
    assert len(shown.rows) < 9
