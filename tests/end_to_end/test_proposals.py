"""What a model proposes, in the real window: shown, filtered, accepted, rejected, made one's own, and taken back."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.end_to_end.conftest import OpenTrainer
from tests.helpers.pretended_models import SEEN, SIZE, finished_run, use_pretended_predictor, write_bright_pictures
from tests.helpers.trainer import Trainer
from training.dataset.box import ProjectBox
from training.dataset.records import ClassRecord, ImageRecord
from training.dataset.store import ProjectStore
from training.run.model_card import ModelCard
from training.run.run_folder import RunFolder

OWN = (12.0, 8.0, 32.0, 21.0)
PROPOSED = (10.0, 10.0, 43.0, 50.0)  # what the pretended worker sees after three epochs
SCORES = {"a.png": 0.9, "b.png": 0.55, "c.png": 0.2, "d.png": 0.95, "e.png": 0.48, "f.png": 0.8}


@pytest.fixture
def person(trainer: OpenTrainer, project: Path) -> Trainer:
    """At an image with a box, of a project where a training of three epochs has just ended."""
    opened = trainer(project)
    opened.pretend("complete", epochs=3, pause=0.15)  # time to hear which image is watched
    opened.press_train()
    opened.wait_for_end()
    opened.wait_until(lambda: proposed(opened) == [PROPOSED])
    opened.canvas.setFocus()
    return opened


def proposed(person: Trainer) -> list[tuple[float, ...]]:
    return [box.corners for box in person.document.proposals.open_in(person.image)]


def test_tab_and_enter_make_a_box_beside_ones_own_and_it_remembers_its_run(person: Trainer):
    run = person.run.folder.path.name
    person.press_key("Tab")
    person.press_key("Return")
    assert person.boxes == [OWN, PROPOSED]
    assert proposed(person) == []
    assert person.predicted == []
    person.press_key("Ctrl+Z")
    assert person.boxes == [OWN]
    assert proposed(person) == [PROPOSED]
    person.press_key("Ctrl+Shift+Z")
    assert person.boxes == [OWN, PROPOSED]
    folder, image = person.document.folder, person.image
    person.window.close()
    store = ProjectStore.open(folder, read_only=True)
    assert [box.origin for box in store.record(image).boxes] == ["", run]
    store.close()


def test_shift_enter_accepts_all_and_is_one_step(person: Trainer):
    person.press_key("Shift+Return")
    assert person.boxes == [OWN, PROPOSED]
    assert "1 proposal accepted" in person.message
    person.press_key("Ctrl+Z")
    assert person.boxes == [OWN]


def test_del_rejects_and_the_run_does_not_propose_it_again(person: Trainer):
    image = person.image
    person.press_key("Tab")
    person.press_key("Del")
    assert person.boxes == [OWN]
    assert person.predicted == []
    person.go_to("05.png")
    person.go_to(image)
    assert person.predicted == []
    person.press_key("Ctrl+Z")
    assert proposed(person) == [PROPOSED]
    assert len(person.predicted) == 1


def test_dragging_a_proposal_makes_it_ones_own(person: Trainer):
    person.drag((38, 45), (58, 50))
    assert person.boxes == [OWN, (30.0, 15.0, 63.0, 55.0)]
    assert person.selected == {1}
    assert proposed(person) == []
    person.press_key("Ctrl+Z")
    assert person.boxes == [OWN]
    assert proposed(person) == [PROPOSED]


def test_the_slider_filters_at_once_and_is_remembered(person: Trainer, trainer: OpenTrainer, tmp_path: Path):
    bar = person.window.prediction_bar
    assert bar.isVisible()
    assert bar.texts == [person.run.folder.path.name, "50 %", "1 here · 1 in all"]
    bar.slider.setValue(95)
    assert person.predicted == []
    assert bar.texts[1:] == ["95 %", "0 here · 0 in all"]
    bar.slider.setValue(90)
    assert len(person.predicted) == 1
    write_bright_pictures(tmp_path / "others", SCORES)
    other = trainer(tmp_path / "others")
    assert other.window.prediction_bar.slider.value() == 90
    assert not other.window.prediction_bar.isVisible(), "no model answers about these photos"


def test_p_hides_and_shows(person: Trainer):
    person.press_key("P")
    assert person.predicted == []
    person.press_key("P")
    assert len(person.predicted) == 1


def test_accepting_while_it_goes_on_training(trainer: OpenTrainer, project: Path):
    person = trainer(project)
    person.pretend("train", pause=0.03)
    person.press_train()
    person.wait_until(lambda: bool(proposed(person)))
    person.canvas.setFocus()
    person.press_key("Tab")
    person.press_key("Return")
    assert len(person.boxes) == 2
    person.wait_for_epochs(len(person.run.history) + 2)
    assert person.boxes[0] == OWN
    assert person.document.record(person.image).boxes[1].origin == person.run.folder.path.name
    person.window.training.stop_all()
    person.wait_for_end()


# --- a finished model and all images


@pytest.fixture
def photos_with_run(tmp_path: Path, monkeypatch) -> tuple[Path, RunFolder]:
    """A has the box that the model sees, b a smaller one, d is reviewed and empty; nobody has said anything of the others."""
    use_pretended_predictor(monkeypatch)
    folder = tmp_path / "photos"
    write_bright_pictures(folder, SCORES)
    boxes = {"a.png": ProjectBox(*SEEN, 1), "b.png": ProjectBox(24, 24, 52, 48, 1)}
    records = [ImageRecord(name, *SIZE, (box,)) for name, box in boxes.items()]
    store = ProjectStore.open(folder)
    store.write([*records, ImageRecord("d.png", *SIZE, reviewed=True)], (ClassRecord(1, "cup", "#4363d8"),))
    store.close()
    return folder, finished_run(folder)


@pytest.fixture
def reader(trainer: OpenTrainer, photos_with_run: tuple[Path, RunFolder]) -> Trainer:
    folder, run = photos_with_run
    person = trainer(folder)
    person.window.training.open_run(run)
    person.wait_until(lambda: person.document.proposals.knows("a.png"))
    return person


def predict_all(person: Trainer) -> None:
    person.action("predict_all").trigger()
    person.wait_until(lambda: person.document.proposals.image_count == len(SCORES))
    person.wait_until(lambda: not person.window.prediction_bar.progress.isVisible())


def test_the_model_answers_about_all_images_and_the_answers_stay(reader: Trainer, photos_with_run):
    _, run = photos_with_run
    predict_all(reader)
    proposals = reader.document.proposals
    assert {image: proposals.count_in(image) for image in SCORES} == {
        "a.png": 0, "b.png": 1, "c.png": 0, "d.png": 1, "e.png": 0, "f.png": 1,
    }  # fmt: skip
    assert "Predicted 6 images" in reader.message
    assert run.proposals_file.read_text().splitlines()[1] == "a.png,cup,0.9020,24,24,72,48,0"
    reader.window.prediction_bar.slider.setValue(10)
    assert proposals.total == 5
    assert "1 proposal" in reader.tooltip_of("c.png")
    reader.window.training.close_run(run)
    assert not reader.window.prediction_bar.isVisible()
    assert proposals.total == 0
    reader.window.training.open_run(run)
    reader.wait_until(lambda: proposals.image_count == len(SCORES))
    assert proposals.total == 5


def test_answers_of_a_model_that_has_learnt_since_are_not_shown(reader: Trainer, photos_with_run):
    _, run = photos_with_run
    predict_all(reader)
    reader.window.training.close_run(run)
    ModelCard.read(run.model_card).at_epoch(9).write(run.model_card)
    reader.window.training.open_run(run)
    reader.wait_until(lambda: reader.document.proposals.knows(reader.image))
    reader.go_to("f.png")
    reader.wait_until(lambda: reader.document.proposals.knows("f.png"))
    assert reader.document.proposals.image_count == 2


def test_predicting_all_can_be_cancelled(reader: Trainer, photos_with_run, monkeypatch):
    _, run = photos_with_run
    predictor = use_pretended_predictor(monkeypatch)
    predictor.may_answer.clear()
    reader.action("predict_all").trigger()
    reader.wait_until(lambda: predictor.asked > 0)
    bar = reader.window.prediction_bar
    assert bar.progress.isVisible()
    assert not reader.action("predict_all").isEnabled()
    bar.cancel_button.click()
    predictor.may_answer.set()
    reader.wait_until(lambda: not bar.progress.isVisible())
    assert "Cancelled" in reader.message
    assert not run.proposals_file.exists()
    assert reader.action("predict_all").isEnabled()


def test_closing_the_window_does_not_wait_for_all_images(reader: Trainer, monkeypatch):
    predictor = use_pretended_predictor(monkeypatch)
    predictor.may_answer.clear()
    reader.action("predict_all").trigger()
    reader.wait_until(lambda: predictor.asked > 0)
    predictor.may_answer.set()
    reader.window.close()


def test_the_worst_come_first_and_next_follows(reader: Trainer):
    predict_all(reader)
    reader.action("worst_first").trigger()
    assert reader.listed_images == ["d.png", "b.png", "a.png", "e.png", "c.png", "f.png"]
    model = reader.window.images.model
    words = [model.describe(image) for image in reader.listed_images]
    assert words == ["false alarm", "IoU 0.58", "IoU 1.00", "score 0.47", "score 0.20", "score 0.80"]
    assert reader.image == "d.png", "the worst is looked at first"
    reader.press_key("D")
    assert reader.image == "b.png"
    reader.press_key("PgUp")
    reader.wait_for_picture("d.png")
    reader.canvas.setFocus()
    reader.press_key("Tab")
    reader.press_key("Del")
    assert reader.listed_images[0] == "d.png", "the order stays while one works"
    assert model.describe("d.png") == "nothing, as you say"
    reader.window.prediction_bar.slider.setValue(97)
    assert reader.listed_images[:3] == ["a.png", "b.png", "d.png"]
    assert [model.describe(image) for image in reader.listed_images[:2]] == ["missed", "missed"]
    reader.filter_by("png")
    assert reader.listed_images[:3] == ["a.png", "b.png", "d.png"]
    reader.action("worst_first").trigger()
    assert reader.listed_images == sorted(SCORES)
    assert model.describe("a.png") == "1 box"


def test_all_images_at_once_are_one_step_and_reviewed_ones_stay(reader: Trainer):
    predict_all(reader)
    reader.window.prediction_bar.slider.setValue(40)
    reader.choose("Boxes", "Accept all in all images")
    reader.wait_until(lambda: "accepted" in reader.message)
    assert reader.message == "2 proposals accepted in 2 images; left where there is a box already: 1."
    assert {image: len(reader.boxes_of(image)) for image in SCORES} == {
        "a.png": 1, "b.png": 1, "c.png": 0, "d.png": 0, "e.png": 1, "f.png": 1,
    }  # fmt: skip
    reader.press_key("Ctrl+Z")
    assert {len(reader.boxes_of(image)) for image in ("c.png", "e.png", "f.png")} == {0}
    assert reader.boxes_of("b.png") == [(24, 24, 52, 48)]


def test_the_menu_offers_all_that_keys_do(reader: Trainer):
    names = ("Accept proposal", "Accept all above the score", "Reject proposal", "Next proposal", "Predict all images")
    assert set(names) <= set(reader.entries("Boxes"))
    reader.action("shortcuts").trigger()
    from desktop_app.dialogs.shortcuts_dialog import ShortcutsDialog

    dialog = reader.dialog(ShortcutsDialog)
    for words in ("Next proposal or box", "Accept all above the score", "Reject the chosen proposal"):
        assert words in dialog.text
    dialog.close()


def test_an_image_that_no_model_has_looked_at_is_not_one_without_objects(person: Trainer):
    proposals = person.document.proposals
    assert not proposals.knows("07.png")
    person.go_to("07.png")
    assert not proposals.knows("07.png"), "the run is over and its worker has left no model"
    assert person.window.prediction_bar.texts[2] == ""


def test_another_project_is_shown_as_its_files_are_named(reader: Trainer, tmp_path: Path):
    predict_all(reader)
    reader.action("worst_first").trigger()
    write_bright_pictures(tmp_path / "others", SCORES)
    reader.open(tmp_path / "others", "a.png")
    reader.wait_until(lambda: reader.document.folder.name == "others")
    assert reader.listed_images == sorted(SCORES)
    assert not reader.action("worst_first").isChecked()
    assert not reader.window.prediction_bar.isVisible()


def test_another_model_lets_go_of_the_order_that_the_last_one_gave(reader: Trainer, tmp_path: Path):
    predict_all(reader)
    reader.action("worst_first").trigger()
    assert reader.listed_images != sorted(SCORES)
    write_bright_pictures(tmp_path / "others", SCORES)
    run = finished_run(tmp_path / "others", minute=7, name="saucer")
    reader.window.training.open_run(run)
    reader.wait_until(lambda: reader.document.proposals.run == run.path.name)
    assert not reader.action("worst_first").isChecked()
    assert reader.listed_images == sorted(SCORES)


def test_a_run_of_another_project_does_not_turn_its_classes_into_those_of_this_one(reader: Trainer, tmp_path: Path):
    write_bright_pictures(tmp_path / "others", SCORES)
    reader.go_to("f.png")
    reader.window.training.open_run(finished_run(tmp_path / "others", name="saucer"))
    reader.wait_until(lambda: [box.label for box in reader.document.proposals.open_in("f.png")] == ["saucer"])
    assert [box.label for box in reader.window.training.current_answer or ()] == ["saucer"]
    reader.canvas.setFocus()
    reader.press_key("Tab")
    reader.press_key("Return")
    assert [known.name for known in reader.document.classes] == ["cup", "saucer"]
    assert reader.document.record("f.png").boxes[0].class_id == 2


def test_an_edit_looks_for_no_files_of_the_model(reader: Trainer, photos_with_run):
    _, run = photos_with_run
    assert reader.action("predict_all").isEnabled()
    run.litert_model.unlink()
    reader.draw_box(5, 5, 20, 20)
    assert reader.action("predict_all").isEnabled(), "nobody has looked"
    reader.window.training.runs_changed.emit()
    assert not reader.action("predict_all").isEnabled()
