"""What a model sees in many images goes to a file and comes back as columns."""

from __future__ import annotations

from pathlib import Path

import pytest

from training.run.answers.prediction import PredictedBox
from training.run.answers.prediction_table import TableBuilder, read_predictions
from training.run.catalogue.foreign_files import ForeignFileError
from training.run.result_files import write_predictions

IDS = {"cup": 3, "=fork": 7}


def box(label: str, score: float, *corners: float) -> PredictedBox:
    return PredictedBox(*corners, label=label, class_id=IDS[label], score=score)


SEEN = [
    ("a.jpg", [box("cup", 0.9, 1, 2, 30.5, 40), box("=fork", 0.25, 5, 5, 9, 9.125)]),
    ("b/c, d.jpg", []),
    ("=e.jpg", [box("cup", 0.0123, 0, 0, 10, 10)]),
]


def test_what_was_written_is_read_again(tmp_path: Path):
    write_predictions(tmp_path / "seen.csv", iter(SEEN))
    table = read_predictions(tmp_path / "seen.csv", IDS)
    assert table is not None
    assert table.images == ("a.jpg", "b/c, d.jpg", "=e.jpg")
    assert table.image.tolist() == [0, 0, 2]
    assert table.class_id.tolist() == [3, 7, 3]
    assert table.score.tolist() == [0.9, 0.25, 0.0123]
    assert table.corners[1].tolist() == [5, 5, 9, 9.125]
    assert table.labels == {3: "cup", 7: "=fork"}


def test_without_a_file_there_is_nothing(tmp_path: Path):
    assert read_predictions(tmp_path / "seen.csv", IDS) is None


def test_rows_that_are_none_are_left_out(tmp_path: Path):
    write_predictions(tmp_path / "seen.csv", SEEN[:1])
    with (tmp_path / "seen.csv").open("a", encoding="utf-8") as file:
        file.write("../out.jpg,cup,0.5,1,1,2,2\nf.jpg,spoon,0.5,1,1,2,2\ng.jpg,cup,high,1,1,2,2\nh.jpg,cup\n")
        file.write("i.jpg,cup,0.5,2,2,1,1\n")
    table = read_predictions(tmp_path / "seen.csv", IDS)
    assert table is not None
    assert table.images == ("a.jpg", "i.jpg")
    assert len(table) == 2


def test_another_file_is_refused_with_a_sentence(tmp_path: Path):
    (tmp_path / "seen.csv").write_text("filename,class\n")
    with pytest.raises(ForeignFileError, match=r"seen\.csv: expected the columns filename,class,score"):
        read_predictions(tmp_path / "seen.csv", IDS)


def test_writing_that_stops_in_the_middle_leaves_the_old_file(tmp_path: Path):
    write_predictions(tmp_path / "seen.csv", SEEN)
    old = (tmp_path / "seen.csv").read_bytes()

    def stops():
        yield SEEN[0]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_predictions(tmp_path / "seen.csv", stops())
    assert (tmp_path / "seen.csv").read_bytes() == old
    assert [path.name for path in tmp_path.iterdir()] == ["seen.csv"]


def test_an_image_that_comes_again_is_left_out():
    builder = TableBuilder()
    for _ in range(2):
        builder.add(*SEEN[0])
    assert len(builder) == 1
    assert len(builder.table()) == 2


def test_other_images_are_left_out():
    builder = TableBuilder()
    for image, boxes in SEEN:
        builder.add(image, boxes)
    table = builder.table().of_images({"=e.jpg", "b/c, d.jpg"})
    assert table.images == ("b/c, d.jpg", "=e.jpg")
    assert table.image.tolist() == [1]
    assert table.score.tolist() == [0.0123]
    assert builder.table().of_images({image for image, _ in SEEN}).images == builder.table().images


def table_of(seen):
    builder = TableBuilder()
    for image, boxes in seen:
        builder.add(image, boxes)
    return builder.table()


def test_columns_become_answers_again():
    assert list(table_of(SEEN).answers()) == SEEN


def test_an_older_table_adds_only_what_is_not_known():
    newer = [("=e.jpg", []), ("f.jpg", [box("cup", 0.5, 1, 1, 2, 2)])]
    assert list(table_of(newer).with_more_of(table_of(SEEN)).answers()) == [*newer, *SEEN[:2]]
    assert table_of(SEEN).with_more_of(table_of(SEEN[1:])).images == ("a.jpg", "b/c, d.jpg", "=e.jpg")
