"""Files and answers by number: what was put in comes out, is counted, filtered and sorted."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from desktop_app.predict.files.answer_columns import AnswerColumns, State
from desktop_app.predict.files.file_list import FileList
from desktop_app.predict.files.finding import find_files
from desktop_app.predict.files.wanted_files import Order, Show, WantedFiles, chosen_files, counts_of
from tests.helpers.pictures import write_pictures
from training.run.answers.prediction import Answer, ClassAnswer, ClassScore, PredictedBox

CUP, FORK = 7, 3


def box(label: str, class_id: int, score: float, xmin: float = 1.125) -> PredictedBox:
    return PredictedBox(xmin, 2.5, 30.001, 40.0, label, class_id, score)


def quiet(_done: int, _total: int) -> None:
    pass


@pytest.fixture
def columns() -> AnswerColumns:
    """0: a fork and a cup; 1: nothing; 2: unreadable; 3: a cup, hardly; 4: waits."""
    made = AnswerColumns()
    made.set_file_count(5)
    made.put(0, Answer((box("fork", FORK, 0.6), box("cup", CUP, 0.9))), 100, 50)
    made.put(1, Answer(), 10, 20)
    made.put_problem(2, "The file is empty.")
    made.put(3, Answer((box("cup", CUP, 0.2),)), 30, 30)
    return made


def chosen(columns: AnswerColumns, **wanted: object) -> list[int]:
    ranks = np.arange(len(columns.states))
    return chosen_files(columns, WantedFiles(**wanted), ranks).tolist()  # type: ignore[arg-type]


def test_an_answer_comes_back_the_surest_box_first_without_what_is_too_unsure(columns):
    assert columns.answer_of(0) == Answer((box("cup", CUP, 0.9), box("fork", FORK, 0.6)))
    assert columns.answer_of(0, 0.7) == Answer((box("cup", CUP, 0.9),))
    assert columns.answer_of(3, 0.5) == Answer()
    assert columns.size_of(0) == (100, 50)
    assert [columns.state_of(number) for number in range(5)] == [
        State.DONE, State.DONE, State.UNREADABLE, State.DONE, State.WAITING,
    ]  # fmt: skip


def test_in_a_new_round_each_file_keeps_its_former_answer_until_the_next(columns):
    columns.begin_round()
    assert columns.waiting().tolist() == [0, 1, 2, 3, 4]
    columns.put(2, Answer((box("fork", FORK, 0.8),)), 5, 5)
    columns.put(0, Answer((box("fork", FORK, 0.7),)), 100, 50)
    assert columns.waiting().tolist() == [1, 3, 4]
    assert [columns.round_of(number) for number in range(4)] == [1, 0, 1, 0]
    assert columns.answer_of(3) == Answer((box("cup", CUP, 0.2),))
    assert not columns.problems
    assert columns.class_counts(0.5) == {FORK: 2}
    columns.begin_round()
    assert columns.answer_of(0) == Answer((box("fork", FORK, 0.7),))
    assert columns.answer_of(2) == Answer((box("fork", FORK, 0.8),))
    assert columns.class_counts(0.1) == {FORK: 2, CUP: 1}
    assert columns.best_scores().tolist() == [0.7, -1, 0.8, 0.2, -1]


def test_the_best_three_come_back_and_only_the_best_is_counted():
    columns = AnswerColumns()
    columns.set_file_count(1)
    top = (ClassScore("cup", CUP, 0.7), ClassScore("fork", FORK, 0.3))
    columns.put(0, Answer((), (ClassAnswer(top),)), 8, 8)
    assert columns.answer_of(0, 0.5) == Answer((), (ClassAnswer(top),))
    assert columns.answer_of(0, 0.8) == Answer()
    assert counts_of(columns, 0.1).by_class == {CUP: 1}
    assert chosen(columns, show=Show.ONE_CLASS, class_id=FORK, min_score=0.1) == []


def test_what_is_shown_follows_the_class_the_score_and_what_is_wrong(columns):
    assert chosen(columns) == [0, 1, 2, 3, 4]
    assert chosen(columns, show=Show.ONE_CLASS, class_id=FORK) == [0]
    assert chosen(columns, show=Show.ONE_CLASS, class_id=FORK, min_score=0.7) == []
    assert chosen(columns, show=Show.NOTHING_SEEN) == [1, 3]
    assert chosen(columns, show=Show.NOTHING_SEEN, min_score=0.1) == [1]
    assert chosen(columns, show=Show.UNREADABLE) == [2]
    assert chosen(columns, show=Show.WAITING) == [4]


def test_files_are_sorted_by_score_and_class_and_where_nothing_is_seen_comes_last(columns):
    low = {"min_score": 0.1}
    assert chosen(columns, order=Order.SCORE, is_descending=True, **low)[:2] == [0, 3]
    assert chosen(columns, order=Order.SCORE, **low) == [3, 0, 1, 2, 4]
    columns.put(4, Answer((box("fork", FORK, 0.95),)), 5, 5)
    assert chosen(columns, order=Order.CLASS, **low) == [0, 3, 4, 1, 2]
    assert chosen(columns, order=Order.CLASS, is_descending=True, **low) == [4, 0, 3, 1, 2]
    assert chosen(columns, is_descending=True) == [4, 3, 2, 1, 0]


def test_everything_is_counted(columns):
    counts = counts_of(columns, 0.5)
    assert (counts.total, counts.done, counts.seen, counts.nothing_seen) == (5, 3, 1, 2)
    assert (counts.unreadable, counts.waiting) == (1, 1)
    assert counts.by_class == {CUP: 1, FORK: 1}


def test_answers_are_forgotten_for_another_model(columns):
    columns.forget_answers()
    assert columns.waiting().tolist() == [0, 1, 2, 3, 4]
    assert columns.answer_of(0) == Answer()
    assert not columns.problems
    assert not columns.labels


def test_many_thousand_files_take_few_bytes_each():
    files, columns = FileList(), AnswerColumns()
    count = 20_000
    files.add(Path("/photos/of a long holiday"), [f"day {n // 100:03}/picture-{n:05}.jpg" for n in range(count)])
    columns.set_file_count(count)
    for number in range(count):
        columns.put(number, Answer((box("cup", CUP, 0.5),)), 640, 480)
    held = columns._files.nbytes + columns._rows.nbytes + len(files._names) + 12 * count
    assert held / count < 200
    assert files.path(12_345) == Path("/photos/of a long holiday/day 123/picture-12345.jpg")
    assert columns.answer_of(count - 1).boxes[0].label == "cup"


def test_names_are_paths_below_the_folder_of_all_of_them(tmp_path):
    files = FileList()
    files.add(tmp_path / "a", ["one.png", "sub/two.png"])
    assert [files.name(number) for number in range(2)] == ["one.png", "sub/two.png"]
    files.add(tmp_path / "b", ["three.png"])
    assert [files.name(number) for number in range(3)] == ["a/one.png", "a/sub/two.png", "b/three.png"]
    assert files.base == tmp_path
    assert files.path(1) == tmp_path / "a" / "sub" / "two.png"


@pytest.mark.parametrize(
    ("roots", "names"),
    [
        (["/home/kim/holiday", "/media/card/DCIM"], ["holiday/x.png", "DCIM/x.png"]),
        (["/p/2023/jan", "/p/2024/jan", "/q/feb"], ["2023/jan/x.png", "2024/jan/x.png", "feb/x.png"]),
        (["/p", "/p/a/b"], ["x.png", "a/b/x.png"]),
        (["/p/a", "/q/a/b", "/r/b"], ["p/a/x.png", "a/b/x.png", "r/b/x.png"]),
        (["/a", "/b/a"], ["a/x.png", "b/a/x.png"]),
    ],
)
def test_folders_of_several_places_go_by_their_own_names(roots: list[str], names: list[str]):
    files = FileList()
    for root in roots:
        files.add(Path(root), ["x.png"])
    assert [files.name(number) for number in range(len(roots))] == names


def test_they_are_sorted_by_these_names(tmp_path):
    write_pictures(tmp_path, ["one/holiday/a.png", "two/garden/c.png"])
    found = find_files([tmp_path / "one" / "holiday", tmp_path / "two" / "garden"], FileList(), quiet)
    assert found.ranks.tolist() == [1, 0]


def test_folders_are_searched_and_what_is_known_is_not_found_again(tmp_path):
    write_pictures(tmp_path, ["b/img10.png", "b/img2.png", "a.png"])
    (tmp_path / "b" / "notes.txt").write_text("no picture")
    files = FileList()
    found = find_files([tmp_path], files, quiet)
    assert found.files == [(tmp_path, ["a.png", "b/img2.png", "b/img10.png"])]
    files.add(*found.files[0])
    again = find_files([tmp_path / "b", tmp_path / "b" / "notes.txt"], files, quiet)
    assert again.files == [(tmp_path / "b", ["notes.txt"])]
    assert again.asked_for == 3
    assert again.ranks.tolist() == [0, 1, 2, 3]
