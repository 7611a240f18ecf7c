"""A classifier's run from its events: its parts, its own figures, and the line where fine-tuning begins."""

from __future__ import annotations

from dataclasses import replace

import pytest

from desktop_app.runs import run_words
from desktop_app.runs.charts.chart_figure import ChartFigure
from desktop_app.runs.charts.chart_looks import contents_of_run, look_of
from desktop_app.runs.charts.chart_request import ChartRequest
from desktop_app.runs.charts.compare_rows import ComparedRun, compare_rows
from desktop_app.runs.charts.compare_view import CompareChart
from desktop_app.runs.figure_words import figure_name, in_order
from desktop_app.runs.training_run import TrainingRun
from desktop_app.style import LIGHT
from tests.helpers.classifier_runs import EPOCHS, PHASES, epoch_event
from tests.helpers.fake_worker import classifier_figures_of
from tests.helpers.written_runs import epoch_events, started_event
from training.run.events import EndedEvent, PhaseEvent, StepEvent
from training.run.outcome import Outcome, OutcomeKind


@pytest.fixture
def run(qapp):
    made = TrainingRun()
    made.apply(replace(started_event(EPOCHS), recipe="classifier", phases=PHASES, heads=("class",)))
    return made


def step(epoch: int) -> StepEvent:
    return StepEvent(epoch=epoch, step=1, steps=4, loss=1.0, images_per_second=9.0, eta_seconds=60.0)


def test_the_part_that_goes_on_is_said(run):
    run.apply(PhaseEvent(name="features", text="x", done=20, total=80))
    assert run_words.heading_of(run).startswith("Running the backbone over the images")
    assert run_words.progress_of(run) == "20 of 80"
    run.apply(PhaseEvent(name="train", text="x"))
    run.apply(step(1))
    assert (run_words.heading_of(run), run_words.progress_of(run)) == ("Training", "Epoch 1 of 4, head")
    for number in (1, 2):
        run.apply(epoch_event(number))
    run.apply(PhaseEvent(name="fine_tune", text="x"))
    assert run_words.progress_of(run) == "Epoch 3 of 4, fine-tuning", "its first step is still being prepared"
    run.apply(step(3))
    assert (run_words.heading_of(run), run_words.progress_of(run)) == ("Fine-tuning", "Epoch 3 of 4, fine-tuning")
    run.apply(epoch_event(3))
    assert run_words.progress_of(run) == "Epoch 4 of 4, fine-tuning"
    run.apply(epoch_event(4))
    assert run_words.progress_of(run) == "Epoch 4 of 4, fine-tuning"
    assert run.is_training
    assert run.progress == pytest.approx(0.5625)


def test_its_figures_are_those_of_classes(run):
    run.apply(epoch_event(1))
    assert run_words.key_figures(run) == [("class right", "49 %"), ("macro F1", "49 %")], "of two classes"
    run.started = replace(run.started, classes=("cup", "fork", "knife", "spoon"))
    assert run_words.key_figures(run) == [("class right", "49 %"), ("macro F1", "49 %"), ("in the top 3", "49 %")]
    assert run_words.figures_origin(run) == "Epoch 1, validation"
    run.apply(EndedEvent(outcome="completed", figures=classifier_figures_of(4)))
    run.end(Outcome(OutcomeKind.COMPLETED))
    assert run_words.figures_origin(run) == "Best epoch 1 as it learned, validation"
    assert in_order(["val_loss", "val_macro_f1", "macro_f1"]) == ["val_macro_f1", "val_loss", "macro_f1"]
    assert figure_name("val_top3_accuracy") == "Class among the best 3"


def test_a_line_with_its_name_stands_where_fine_tuning_begins(run):
    for number in range(1, EPOCHS + 1):
        run.apply(epoch_event(number))
    contents = contents_of_run(run, LIGHT)
    assert [panel.title for panel in contents.panels] == ["Loss", "Quality"]
    figure = ChartFigure()
    drawn = figure.draw(ChartRequest(400, 300, 1.0, look_of(LIGHT), contents))
    assert drawn.phases == ((2.5, "fine-tuning"),)
    texts = [text.get_text().strip() for axes in figure._figure.axes for text in axes.texts]
    assert "fine-tuning" in texts


def test_a_run_that_is_resumed_in_fine_tuning_goes_on_there(run):
    for number in (1, 2, 3):
        run.apply(epoch_event(number))
    begun = replace(started_event(EPOCHS, epochs_before=3), recipe="classifier", phases=PHASES)
    run.apply(begun)
    assert run.training_phase == "fine_tune"
    assert run.phase_starts == ((2, "fine_tune"),)


def test_runs_of_both_recipes_are_compared_by_what_each_has(run):
    run.apply(epoch_event(1))
    other = localizer_run()
    rows = {row.label: row.cells for row in compare_rows(
        [ComparedRun("crops", run, None), ComparedRun("boxes", other, None)], with_equal_settings=False
    )}  # fmt: skip
    assert rows["Macro F1"] == ("49.0 %", "–")
    assert rows["Mean IoU"] == ("–", "49.0 %")
    assert rows["Class right"] == ("49.0 %", "49.0 %")


def localizer_run() -> TrainingRun:
    made = TrainingRun()
    made.apply(started_event(4))
    for event in epoch_events(1, 4):
        made.apply(event)
    return made


def test_the_best_is_one_of_those_of_its_recipe_and_few_classes_have_no_best_three(run):
    run.apply(epoch_event(1))
    better = TrainingRun()
    better.apply(run.started)
    better.apply(replace(run.history[0], figures={key: value * 1.5 for key, value in run.history[0].figures.items()}))
    surest = localizer_run()
    surest.history = [replace(one, figures={**one.figures, "val_class_accuracy": 1.0}) for one in surest.history]
    runs = [ComparedRun("crops", run, None), ComparedRun("better", better, None), ComparedRun("boxes", surest, None)]
    rows = {row.label: row for row in compare_rows(runs, with_equal_settings=False)}
    assert rows["Class right"].best == {1}
    assert rows["Loss"].best == {0}
    assert rows["Macro F1"].best == {1}
    assert "Class among the best 3" not in rows
    for one in (run, better):
        one.started = replace(one.started, classes=("cup", "fork", "knife", "spoon"))
    assert "Class among the best 3" in {row.label for row in compare_rows(runs, with_equal_settings=False)}


def test_the_chart_opens_on_a_figure_that_most_of_the_runs_have(qtbot, run):
    run.apply(epoch_event(1))
    again = TrainingRun()
    again.apply(run.started)
    again.apply(epoch_event(1))
    chart = CompareChart()
    qtbot.addWidget(chart, before_close_func=lambda widget: widget.shut_down())
    boxes = localizer_run()
    chart.show_runs([boxes], ["boxes"])
    assert chart.figure == "val_mean_iou"
    chart.show_runs([boxes, run, again], ["boxes", "crops", "again"])
    assert chart.figure == "val_class_accuracy"
    chart.figure_choice.setCurrentIndex(chart.figure_choice.findData("val_macro_f1"))
    chart.show_runs([run, again], ["crops", "again"])
    assert chart.figure == "val_macro_f1", "a person chose it"
    chart.show_runs([], [])
