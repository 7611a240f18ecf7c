"""The list of images: filtered, counted and marked without a look at the disk."""

from __future__ import annotations

import time

import pytest
from PySide6.QtTest import QAbstractItemModelTester

from desktop_app.document.edits import Edits
from desktop_app.images.image_filter import ImageFilter, Mark
from desktop_app.images.image_list_model import ImageListModel
from tests.helpers.documents import note_sizes, open_document, open_in
from tests.helpers.pictures import write_pictures
from training.dataset.box import Rectangle
from training.run.answers.prediction import PredictedBox

NAMES = ["garden/rose 1.png", "garden/rose 2.png", "kitchen/cup.png", "kitchen/Rose tea.png", "zebra.png"]


@pytest.fixture
def document(qtbot, tmp_path):
    write_pictures(tmp_path / "photos", NAMES)
    with open_document(qtbot, tmp_path / "photos") as document:
        yield document


@pytest.fixture
def model(document):
    model = ImageListModel(document, document)
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning, model)
    return model


def shown(model):
    return [model.index(row).data() for row in range(model.rowCount())]


def seen(score):
    return PredictedBox(10, 10, 40, 40, "cup", 1, score)


def draw_on(document, image):
    document.set_current_image(image)
    Edits(document).add_box(Rectangle(5, 5, 30, 30))


def review(document, image):
    document.set_current_image(image)
    Edits(document).toggle_reviewed()


def test_all_words_of_the_filter_must_stand_in_the_path_whatever_their_case(model):
    model.set_filter(ImageFilter("rose"))
    assert shown(model) == ["garden/rose 1.png", "garden/rose 2.png", "kitchen/Rose tea.png"]
    model.set_filter(ImageFilter("ROSE kitchen"))
    assert shown(model) == ["kitchen/Rose tea.png"]
    model.set_filter(ImageFilter())
    assert shown(model) == NAMES


def test_images_are_filtered_by_their_marks(model, document):
    draw_on(document, NAMES[0])
    review(document, NAMES[2])
    model.set_problem(NAMES[4], "This is not an image.")
    model.set_filter(ImageFilter(marks=frozenset({Mark.LABELLED, Mark.PROBLEM})))
    assert shown(model) == [NAMES[0], NAMES[4]]
    model.set_filter(ImageFilter(marks=frozenset({Mark.UNLABELLED})))
    assert shown(model) == [NAMES[1], NAMES[3]]


def test_counts_follow_every_edit_and_its_undo(model, document):
    draw_on(document, NAMES[0])
    review(document, NAMES[1])
    assert [model.count(mark) for mark in Mark] == [3, 1, 1, 0]
    assert (model.done_count(), model.readable_count()) == (2, 5)
    model.set_problem(NAMES[4], "This is not an image.")
    assert (model.done_count(), model.readable_count()) == (2, 4)
    model.set_problem(NAMES[4], "")
    document.undo()
    assert [model.count(mark) for mark in Mark] == [4, 1, 0, 0]


def test_the_current_image_stays_in_the_list_until_it_is_left(model, document):
    model.set_filter(ImageFilter(marks=frozenset({Mark.UNLABELLED})))
    draw_on(document, NAMES[1])
    assert NAMES[1] in shown(model)
    assert model.neighbour(NAMES[1], 1) == NAMES[2]
    document.set_current_image(NAMES[2])
    model.settle()
    assert shown(model) == [NAMES[0], *NAMES[2:]]
    document.undo()
    model.settle()
    assert shown(model) == NAMES


def test_neighbours_go_in_the_visible_order(model):
    assert model.neighbour(NAMES[0], 1) == NAMES[1]
    assert model.neighbour(NAMES[0], -1) is None
    assert model.neighbour(NAMES[4], 1) is None
    model.set_filter(ImageFilter("rose"))
    assert model.neighbour(NAMES[1], 1) == NAMES[3]


@pytest.mark.parametrize(("step", "expected"), [(1, "garden/rose 1.png"), (-1, "kitchen/Rose tea.png")])
def test_from_an_image_that_the_filter_hides_one_goes_to_the_first_or_the_last_listed_one(model, step, expected):
    model.set_filter(ImageFilter("rose"))
    assert model.neighbour("kitchen/cup.png", step) == expected


def test_a_row_says_in_words_what_was_said_about_an_image(model, document):
    draw_on(document, NAMES[0])
    assert model.describe(NAMES[0]) == "1 box"
    review(document, NAMES[1])
    assert model.describe(NAMES[1]) == "nothing in it"
    Edits(document).set_image_class(document.classes[0].id)
    assert model.describe(NAMES[1]) == "object"


def test_a_problem_is_shown_as_tooltip_until_the_image_can_be_read(model):
    model.set_problem(NAMES[0], "The file is empty.")
    assert "The file is empty." in model.index(0).data(3)
    assert model.mark_of(NAMES[0]) == Mark.PROBLEM
    model.set_problem(NAMES[0], "")
    assert model.mark_of(NAMES[0]) == Mark.UNLABELLED


def test_another_project_starts_without_the_problems_of_the_last(qtbot, model, document, tmp_path):
    model.set_problem(NAMES[4], "This is not an image.")
    write_pictures(tmp_path / "other", ["zebra.png"])
    open_in(qtbot, document, tmp_path / "other")
    assert shown(model) == ["zebra.png"]
    assert model.count(Mark.PROBLEM) == 0


def test_many_changes_at_once_filter_the_list_again(qtbot, tmp_path):
    names = write_pictures(tmp_path, [f"{number:03}.png" for number in range(30)])
    with open_document(qtbot, tmp_path) as document:
        note_sizes(document)
        model = ImageListModel(document, document)
        model.set_filter(ImageFilter(marks=frozenset({Mark.UNLABELLED})))
        document.image_states_changed.emit(frozenset(names))
        assert len(shown(model)) == 30


def test_a_hundred_thousand_images_are_filtered_in_a_blink(document, monkeypatch):
    model = ImageListModel(document, document)
    images = tuple(f"folder {number % 100}/photo {number}.jpg" for number in range(100_000))
    monkeypatch.setattr(document._project, "images", images)
    listed = seconds_of(document.images_changed.emit)
    filtered = seconds_of(lambda: model.set_filter(ImageFilter("photo 9999")))
    assert model.rowCount() == 19
    stepped = seconds_of(lambda: [model.neighbour(images[50_000], 1) for _ in range(100)]) / 100
    # Usual are 0.1 s, 0.03 s and 2 µs.
    assert (listed < 0.8, filtered < 0.3, stepped < 0.001) == (True, True, True), (listed, filtered, stepped)


def seconds_of(work):
    """Of the processor, so that other programs don't count."""
    start = time.process_time()
    work()
    return time.process_time() - start


def test_another_order_keeps_the_filter_and_finds_every_row(model, document, qtbot):
    document.proposals.set_run("run")
    for number, image in enumerate(reversed(document.images)):
        document.proposals.tell(image, [seen(0.5 + number / 20)])
    with qtbot.waitSignal(model.reordered):
        model.set_worst_first(True)
    order = shown(model)
    assert order == list(reversed(document.images))
    assert [model.row_of(image) for image in order] == list(range(len(order)))
    assert model.neighbour(order[0], 1) == order[1]
    model.set_filter(ImageFilter("rose"))
    assert shown(model) == ["kitchen/Rose tea.png", "garden/rose 2.png", "garden/rose 1.png"]
    model.set_filter(ImageFilter())
    model.set_worst_first(False)
    assert shown(model) == list(document.images)


def test_the_order_stays_while_a_model_answers_about_one_image(model, document, qtbot):
    document.proposals.set_run("run")
    for image in document.images:
        document.proposals.tell(image, [seen(0.5)])
    model.set_worst_first(True)
    last = document.images[-1]
    with qtbot.waitSignal(model.dataChanged):
        document.proposals.tell(last, [seen(0.9)])
    assert model.row_of(last) == len(document.images) - 1
    assert model.proposal_count(last) == 1
    with qtbot.waitSignal(model.reordered):
        document.proposals.set_min_score(0.9)
    assert model.row_of(last) == 0
    assert model.proposal_count(document.images[0]) == 0
