"""The sheet for two recipes: each has its own settings, its own words, and fields that do not count say why."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QPushButton

from desktop_app.runs.sheet.readiness import Ask, Note, Readiness
from desktop_app.runs.sheet.settings_form import SettingsForm, summary
from desktop_app.runs.sheet.snapshot import Snapshot, learns_from_boxes, take_snapshot
from desktop_app.runs.sheet.train_command import settings_of
from desktop_app.runs.sheet.train_sheet import TrainSheet
from tests.helpers.labelled_projects import make_labelled_project
from tests.helpers.pictures import write_pictures
from training.dataset.box import Box
from training.dataset.dataset import Dataset, LabelledImage
from training.dataset.image_files import find_images
from training.dataset.store import ProjectStore
from training.run.settings import ClassEntry, settings_for

CLASSIFIER, LOCALIZER = "classifier", "localizer"
TAB = Qt.FocusPolicy.TabFocus


def snapshot(readiness: Readiness, **values: object) -> Snapshot:
    entries = (ClassEntry(1, "fork"), ClassEntry(2, "knife"))
    return Snapshot(Dataset((), ()), entries, Path("/p"), Path("/p/runs"), {}, False, readiness, **values)


OF_BOXES = snapshot(Readiness("90 boxes of 2 classes"), source="boxes", sample_count=90)
BOTH = replace(snapshot(Readiness("30 images, 2 classes")), of_classifier={"auto": OF_BOXES, "boxes": OF_BOXES})


@pytest.fixture
def sheet(qtbot):
    made = TrainSheet({})
    qtbot.addWidget(made)
    made.show_snapshot(BOTH)
    made.show()
    return made


def test_each_recipe_has_its_words_and_its_settings(qtbot, sheet):
    assert "30 images, 2 classes" in sheet.text
    card = sheet.recipe_choice.button(CLASSIFIER).parentWidget()
    qtbot.mouseClick(card, Qt.MouseButton.LeftButton, pos=QPoint(card.width() - 12, card.height() - 8))
    assert "90 boxes of 2 classes" in sheet.text
    assert "96 px · 30 epochs" in sheet.text
    assert set(sheet.chosen_values()) == {"recipe", *(field.key for field in settings_for(CLASSIFIER))}
    settings = settings_of(sheet.chosen_values(), sheet.chosen_snapshot).validate()
    assert (settings.recipe, settings.source, settings.input_size) == (CLASSIFIER, "boxes", 96)


def test_what_was_chosen_for_one_recipe_is_there_again_after_a_look_at_the_other(sheet):
    sheet.form.set_values({"epochs": 7})
    sheet.recipe_choice.choose(CLASSIFIER)
    sheet.form.set_values({"epochs": 9, "fine_tune_epochs": 4})
    sheet.recipe_choice.choose(LOCALIZER)
    assert sheet.chosen_values()["epochs"] == 7
    sheet.recipe_choice.choose(CLASSIFIER)
    assert (sheet.chosen_values()["epochs"], sheet.chosen_values()["fine_tune_epochs"]) == (9, 4)


def test_remembered_settings_come_back_for_each_recipe(qtbot):
    sheet = TrainSheet({"recipe": CLASSIFIER, "epochs": 9}, by_recipe={LOCALIZER: {"epochs": 7}, "unknown": {}})
    qtbot.addWidget(sheet)
    assert (sheet.chosen_values()["recipe"], sheet.chosen_values()["epochs"]) == (CLASSIFIER, 9)
    sheet.recipe_choice.choose(LOCALIZER)
    assert sheet.chosen_values()["epochs"] == 7


def test_an_obstacle_of_one_recipe_leaves_the_other_to_choose(qtbot, sheet):
    nothing = snapshot(Readiness("12 images", (Note("In folders.", offer="Use", asks=Ask.FOLDER_CLASSES),), "Draw."))
    sheet.recipe_choice.choose(CLASSIFIER)
    sheet.show_snapshot(replace(BOTH, of_classifier={"auto": nothing}))
    assert "Draw." in sheet.text
    assert not sheet.start_button.isVisible()
    with qtbot.waitSignal(sheet.folder_classes_asked):
        sheet.findChild(type(sheet.start_button), "use_folder_names").click()
    sheet.recipe_choice.choose(LOCALIZER)
    assert sheet.start_button.isVisible()
    assert sheet.start_button.isEnabled()


@pytest.fixture
def form(qtbot):
    made = SettingsForm()
    qtbot.addWidget(made)
    made.set_recipe(CLASSIFIER)
    return made


@pytest.mark.parametrize(
    ("key", "values", "reason"),
    [
        ("fine_tune_epochs", {}, "Only with pretrained weights"),
        ("feature_copies", {}, "Only with pretrained weights"),
        ("model_size", {"architecture": "MobileNetV2"}, "Only the compact network"),
        ("crop_margin", {"source": "images"}, "Whole images have no margin"),
        ("augmentations", {"augment": False}, "The images are not varied"),
    ],
)
def test_a_setting_that_does_not_count_is_disabled_and_says_why(form, key, values, reason):
    if not values:
        form.set_values({"architecture": "compact", "weights": "random"})
    form.set_values(values)
    assert not form.editor(key).isEnabled()
    assert reason in form.sentence_beside(key)
    form.set_values({"architecture": "compact", "source": "boxes", "augment": True})
    is_pretrained_only = key in ("fine_tune_epochs", "feature_copies")
    assert form.editor(key).isEnabled() is not is_pretrained_only


def test_pretrained_weights_bring_fine_tuning_and_both_phases_are_counted(form):
    form.set_values({"architecture": "MobileNetV2", "epochs": 5, "fine_tune_epochs": 3})
    assert form.editor("fine_tune_epochs").isEnabled()
    told = summary(form.values(), "CPU")
    assert told.startswith("MobileNetV2 · ImageNet weights")
    assert "96 px · 5 + 3 epochs" in told


def test_only_figures_that_the_recipe_has_can_judge_its_epochs(form):
    editor = form.editor("monitor")
    offered = [editor.combo.itemData(place) for place in range(editor.combo.count())]
    assert "macro_f1" in offered
    assert "mean_iou" not in offered


def test_the_tab_key_goes_through_the_form_from_the_top_to_the_bottom(qtbot, form):
    form.show()
    editors = [form.editor(key) for key in ("epochs", "architecture", "source", "augment", "optimizer", "seed")]
    chain = []
    widget = form
    for _ in range(400):
        widget = widget.nextInFocusChain()
        chain.append(widget)
    places = [next(place for place, one in enumerate(chain) if editor.isAncestorOf(one)) for editor in editors]
    assert places == sorted(places)


# --- what is in a project


def test_a_project_of_boxes_is_seen_by_both_recipes(tmp_path):
    make_labelled_project(tmp_path)
    taken = take_snapshot(tmp_path / "project.boxwright", tmp_path, find_images(tmp_path))
    crops = taken.for_values({"recipe": CLASSIFIER, "source": "auto"})
    assert (crops.source, crops.sample_count, len(crops.dataset.images)) == ("boxes", 12, 12)
    assert not crops.presence
    whole = taken.for_values({"recipe": CLASSIFIER, "source": "images"})
    assert not whole.readiness.is_ready
    assert taken.for_values({"recipe": LOCALIZER, "source": "auto"}) is taken


def test_folders_are_offered_while_there_are_no_boxes(tmp_path):
    write_pictures(tmp_path, ["cats/1.png", "cats/2.png", "dogs/1.png", "alone.png"])
    taken = take_snapshot(tmp_path / "project.boxwright", tmp_path, find_images(tmp_path))
    offered = taken.for_values({"recipe": CLASSIFIER, "source": "auto"}).readiness
    assert "“cats” and “dogs”" in offered.notes[0].text


def test_what_there_is_more_of_is_learned():
    boxed = LabelledImage("a.png", 9, 9, (Box(0, 0, 5, 5, "cup"),))
    own = [LabelledImage(f"{number}.png", 9, 9, image_class="cup") for number in range(2)]
    assert learns_from_boxes([boxed, *own[:1]], "auto")
    assert not learns_from_boxes([boxed, *own], "auto")
    assert learns_from_boxes(own, "boxes")


def test_folders_of_pictures_choose_the_classifier_and_offer_their_names(qtbot, tmp_path):
    write_pictures(tmp_path, ["cats/1.png", "cats/2.png", "dogs/1.png"])
    taken = take_snapshot(tmp_path / "project.boxwright", tmp_path, find_images(tmp_path))
    sheet = TrainSheet({})
    qtbot.addWidget(sheet)
    sheet.show()
    sheet.show_snapshot(taken)
    assert sheet.recipe_choice.recipe == CLASSIFIER
    assert "Classifier is chosen" in sheet.text
    offer = sheet.findChild(QPushButton, "use_folder_names")
    assert offer.isVisible()
    assert sheet.recipe_choice.isVisible()
    sheet.recipe_choice.button(LOCALIZER).click()
    assert "Press W" in sheet.text
    sheet.show_snapshot(taken)  # what the person chose stays
    assert sheet.recipe_choice.recipe == LOCALIZER
    assert sheet.recipe_choice.isVisible()


def test_images_with_a_class_but_no_box_are_told_when_a_localizer_is_wanted(tmp_path):
    make_labelled_project(tmp_path)
    with closing(ProjectStore.open(tmp_path)) as store:
        known = store.classes()[0].id
        store.write([replace(record, boxes=(), class_id=known) for record in list(store.records())], None)
    taken = take_snapshot(tmp_path / "project.boxwright", tmp_path, find_images(tmp_path))
    assert "images with a class of their own, but no box" in taken.readiness.headline


def test_the_tab_key_comes_to_the_chosen_recipe(qtbot, sheet):
    sheet.recipe_choice.choose(CLASSIFIER)
    stops = [name for name in (LOCALIZER, CLASSIFIER) if sheet.recipe_choice.button(name).focusPolicy() & TAB]
    assert stops == [CLASSIFIER]


def test_the_usual_rate_of_another_optimizer_is_offered_and_taken(form):
    form.set_values({"optimizer": "sgd"})
    assert "The usual learning rate of SGD with momentum is 0.03." in form.sentence_beside("optimizer")
    form._rows["optimizer"].sentence.linkActivated.emit("#")
    assert form.values()["learning_rate"] == 0.03
    assert "usual learning rate of" not in form.sentence_beside("optimizer")


def test_how_many_changes_are_chosen_has_room_in_its_button(form):
    form.show()
    button = form.editor("augmentations")._button
    assert button.sizeHint().width() <= button.width()
