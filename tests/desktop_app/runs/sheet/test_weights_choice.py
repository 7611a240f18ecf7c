"""It is always plain which weights a network starts from, how large they are and where they lie."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QPushButton

from desktop_app.runs.sheet.settings_form import SettingsForm, summary
from desktop_app.runs.sheet.train_sheet import TrainSheet
from tests.helpers.built_in_folder import built_in_folder

MOBILE = "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_{}_no_top.h5"


@pytest.fixture
def keras_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    folder = tmp_path / "keras" / "models"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def form(qtbot, keras_models: Path) -> SettingsForm:
    made = SettingsForm()
    qtbot.addWidget(made)
    return made


def beside(form: SettingsForm) -> str:
    return form.sentence_beside("weights")


def in_one_line(form: SettingsForm) -> str:
    return summary(form.values(), "CPU")


def test_from_scratch_means_that_all_is_learned_here(form: SettingsForm):
    assert beside(form) == "From random weights: the network learns everything from your images."
    assert "from scratch" in in_one_line(form)


def test_imagenet_weights_that_are_not_here_tell_what_is_downloaded_to_where(form: SettingsForm, keras_models: Path):
    form.editor("architecture").set_value("MobileNetV2")
    assert beside(form) == (
        "What MobileNetV2 learned from the million photos of ImageNet. "
        f"On first use 9.4 MB are downloaded to {keras_models}."
    )
    assert "ImageNet weights (9.4 MB to download)" in in_one_line(form)
    form.editor("architecture").set_value("ConvNeXtBase")
    assert "On first use 350 MB are downloaded" in beside(form)


def test_imagenet_weights_that_are_here_are_said_to_be_for_the_chosen_size(form: SettingsForm, keras_models: Path):
    (keras_models / MOBILE.format(160)).touch()
    form.editor("architecture").set_value("MobileNetV2")
    form.editor("input_size").set_value(160)
    assert beside(form).endswith("They are on this computer already (9.4 MB).")
    assert " · ImageNet weights · " in in_one_line(form)
    form.editor("input_size").set_value(192)
    assert "On first use 9.4 MB are downloaded" in beside(form)


def test_imagenet_weights_that_came_with_the_program_are_said_to_be_built_in(
    form: SettingsForm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (built_in_folder(tmp_path, monkeypatch) / MOBILE.format(160)).touch()
    form.editor("architecture").set_value("MobileNetV2")
    form.editor("input_size").set_value(160)
    assert beside(form).endswith("They are built into this program (9.4 MB).")
    assert " · ImageNet weights · " in in_one_line(form)


def test_a_file_is_called_by_its_name(qtbot, form: SettingsForm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "garden.weights.h5").write_bytes(b"\x89HDF\r\n\x1a\n")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_, **__: (str(tmp_path / "garden.weights.h5"), ""))
    form.editor("weights").findChild(QPushButton).click()
    assert form.values()["weights"] == str(tmp_path / "garden.weights.h5")
    assert beside(form) == f"From the file garden.weights.h5 in {tmp_path}."
    assert "weights from garden.weights.h5" in in_one_line(form)
    assert form.problems() == []


def test_a_file_of_another_kind_is_a_problem(form: SettingsForm, tmp_path: Path):
    (tmp_path / "model.pt").touch()
    form.editor("weights").set_value(str(tmp_path / "model.pt"))
    assert form.problems() == ["Weights are in files that end in .keras, .h5."]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("gone.h5", "There is no file %."), ("a.keras", "The file % is damaged, or holds no weights of Keras.")],
)
def test_a_file_that_is_no_good_is_a_problem_as_soon_as_it_is_chosen(
    form: SettingsForm, tmp_path: Path, name, sentence
):
    (tmp_path / "a.keras").write_bytes(b"no model")
    form.editor("weights").set_value(str(tmp_path / name))
    assert form.problems() == [sentence.replace("%", str(tmp_path / name))]


def test_lab_may_start_from_a_file_but_there_is_nothing_of_it_from_imagenet(form: SettingsForm, tmp_path: Path):
    form.editor("architecture").set_value("MobileNetV2")
    form.editor("architecture").set_value("lab")
    assert form.values()["weights"] == "random"
    combo = form.editor("weights").combo
    assert [combo.itemText(row) for row in range(combo.count())] == ["From scratch"]
    assert form.editor("weights").isEnabled()


@pytest.mark.parametrize(
    ("architecture", "size", "limits"),
    [
        ("InceptionV3", 64, "A whole number from 96 to 640, in steps of 32."),
        ("lab", 640, "A whole number from 64 to 320, in steps of 32."),
    ],
)
def test_an_input_size_that_the_network_can_not_take_is_a_problem(form, architecture: str, size: int, limits: str):
    form.editor("input_size").set_value(size)
    assert form.problems() == []
    form.editor("architecture").set_value(architecture)
    assert form.problems() == [limits]
    form.editor("architecture").set_value("compact")
    assert form.problems() == []


def test_the_sizes_that_a_network_takes_are_told_where_they_are_not_the_usual_ones(form: SettingsForm):
    def told() -> str:
        return form._rows["input_size"].sentence.text()

    usual = told()
    form.editor("architecture").set_value("lab")
    assert told() == f"{usual} This network takes 64 to 320 px."
    form.editor("architecture").set_value("compact")
    assert told() == usual


def test_a_sheet_opened_after_the_download_knows_of_it(qtbot, keras_models: Path):
    chosen = {"architecture": "MobileNetV2", "weights": "imagenet", "input_size": 96}
    before = TrainSheet(chosen)
    qtbot.addWidget(before)
    assert "9.4 MB to download" in before.text
    (keras_models / MOBILE.format(96)).touch()
    after = TrainSheet(chosen)
    qtbot.addWidget(after)
    assert "ImageNet weights" in after.text
    assert "to download" not in after.text
