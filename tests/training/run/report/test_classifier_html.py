"""The page of a classifier's run: its figures by class, its phases, its mistakes as crops."""

from __future__ import annotations

import base64
import io
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from tests.helpers.classified_pictures import (
    CLASSES,
    COLOURS,
    ColourPredictor,
    classifier_card,
    classifier_run,
    draw_classifiable,
)
from tests.helpers.written_runs import started_event, write_run
from tests.training.run.report.test_report_html import Page
from training.run.events import EndedEvent, EpochEvent
from training.run.report.html_figures import figures_table
from training.run.report.judged_images import read_judged, write_judged
from training.run.report.judging import judge_rest
from training.run.report.report_html import write_html
from training.run.report.report_reading import read_report
from training.run.run_folder import RunFolder
from training.run.setting_rows import NOT_USED, setting_rows
from training.run.settings import TrainingSettings

FIGURES = {"loss": 1.0, "val_loss": 1.1, "val_class_accuracy": 0.9, "val_top3_accuracy": 1.0, "val_macro_f1": 0.8}


def epoch(number: int, phase: str) -> EpochEvent:
    return EpochEvent(epoch=number, epochs=5, figures=FIGURES, seconds=1.0, best=number == 2, phase=phase)


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    """A head of three epochs, two of fine-tuning, and a berry taken for a leaf."""
    dataset = draw_classifiable(tmp_path / "images", 10)
    weights = {"architecture": "MobileNetV2", "weights": "imagenet", "fine_tune_epochs": 2, "epochs": 3}
    run = classifier_run(tmp_path / "run", tmp_path / "images", dataset, **weights)
    phases = ["head"] * 3 + ["fine_tune"] * 2
    started = replace(started_event(5), phases=("head", "fine_tune"), precision="mixed_bfloat16", global_batch=64)
    epochs = [epoch(number, phase) for number, phase in enumerate(phases, start=1)]
    write_run(run, [replace(started, device_count=2), *epochs, EndedEvent(outcome="completed")])
    judge_rest(run, ColourPredictor(classifier_card()), tmp_path / "images", lambda *_: None)
    judged = read_judged(run.judged_file)
    wrong = next(index for index, image in enumerate(judged) if image.truth.label == "berry")
    taken = replace(judged[wrong].predicted, label="leaf")
    top = (("leaf", 0.9), ("berry", 0.08), ("lemon", 0.01))
    judged[wrong] = replace(judged[wrong], predicted=taken, score=0.9, top=top)
    write_judged(run.judged_file, judged)
    return run


@pytest.fixture
def page(run: RunFolder, tmp_path: Path) -> Page:
    write_html(run, tmp_path / "page.html", tmp_path / "images", lambda *_: None)
    page = Page((tmp_path / "page.html").read_text(encoding="utf-8"))
    assert page.open == []
    return page


def test_the_figures_are_those_of_a_classifier(page: Page):
    for words in ("Classified", "Among the best three", "Macro F1", "Precision", "Recall", *CLASSES):
        assert words in page.text
    for words in ("Mean IoU", "IoU ≥", "Overlap with the true boxes", "Presence", "nothing"):
        assert words not in page.text


def test_among_fewer_than_four_classes_there_are_no_best_three(run: RunFolder):
    report = read_report(run)
    few = {split: replace(figures, classes=figures.classes[:3]) for split, figures in report.figures.items()}
    assert "Among the best three" in figures_table(report)
    assert "Among the best three" not in figures_table(replace(report, figures=few))


def test_phases_and_the_way_of_computing_are_told(page: Page):
    assert "5 of 5 epochs (3 of the head, 2 of fine-tuning)" in page.text
    for words in ("mixed_bfloat16", "Devices used together2", "Batch of all devices64"):
        assert words in page.text
    curves = page.text.partition("Curves")[2].partition("Classes")[0]
    assert curves.count("fine-tuning") == 2  # in both charts


def test_the_surest_mistake_comes_first_and_shows_what_was_classified(page: Page, run: RunFolder):
    assert "The most confident mistakes" in page.text
    assert "Taken for leaf (90 %): berry (8 %)" in page.text.partition("The most confident mistakes")[2][:200]
    first = page.of("image")[0]
    shown = Image.open(io.BytesIO(base64.b64decode(first["href"].partition("base64,")[2]))).convert("RGB")
    middle = shown.getpixel((shown.width // 2, shown.height // 2))
    assert all(abs(one - other) < 40 for one, other in zip(middle, COLOURS["berry"], strict=True))
    assert float(first["width"]) < 60  # of 96: the crop and what is around it
    assert read_report(run).phase_epochs == (3, 2)


def test_only_mistakes_stand_among_the_mistakes(page: Page, run: RunFolder, tmp_path: Path):
    assert len(page.of("image")) == 1
    judged = read_judged(run.judged_file)
    right = [replace(image, predicted=replace(image.predicted, label=image.truth.label)) for image in judged]
    write_judged(run.judged_file, right)
    write_html(run, tmp_path / "page.html", tmp_path / "images", lambda *_: None)
    perfect = Page((tmp_path / "page.html").read_text(encoding="utf-8"))
    assert perfect.of("image") == []
    assert "There are none: every class is right." in perfect.text


def test_settings_that_changed_nothing_are_said_to_be_not_used():
    def shown(**values: object) -> dict[str, str]:
        return {row.key: row.value for row in setting_rows(TrainingSettings.for_recipe("classifier", **values))}

    fresh = shown(augment=False, optimizer="adam", source="images")
    idle = ("fine_tune_epochs", "fine_tune_layers", "feature_copies", "augmentations", "weight_decay", "crop_margin")
    assert {key for key, value in fresh.items() if value == NOT_USED} == set(idle)
    tuned = shown(architecture="MobileNetV2", weights="imagenet", fine_tune_epochs=10)
    assert (tuned["fine_tune_epochs"], tuned["model_size"], tuned["weight_decay"]) == ("10", NOT_USED, "0.01")
