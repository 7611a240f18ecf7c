"""The main window: the sample opens, a box is drawn and undone, a model is trained and shows what it sees."""

from __future__ import annotations

from desktop_app.runs.sheet.train_sheet import TrainSheet
from desktop_app.runs.training_run import TrainingRun
from desktop_app.self_check import hands
from desktop_app.self_check.visit import LATER, LONG, SOON, Visit, require
from training.dataset.dataset import Split
from training.run.outcome import OutcomeKind
from training.run.outcome_words import what_happened

EPOCHS, INPUT_SIZE, MODEL_SIZE, BATCH_SIZE, SEED = 4, 64, "small", 16, 1
NEAR = 1.0  # pixels of the image between where the mouse was and what is stored


def see_the_sample(visit: Visit) -> str:
    window, document = visit.window, visit.window.document
    visit.wait(lambda: document.is_open and _shows_picture(visit), "the sample project opens with a picture")
    require(window.isVisible(), "The window is not to be seen.")
    require(document.classes, "The sample project has no classes.")
    visit.shoot(window, "sample-project")
    return f"The window opened on the sample project with {len(document.images)} pictures."


def draw_a_box(visit: Visit) -> str:
    window, document = visit.window, visit.window.document
    image = next((one for one in document.images if not document.record(one).boxes), "")
    require(image, "The sample project has no picture without a box.")
    _go_to(visit, image)
    record = document.record(image)
    width, height = record.width or 0, record.height or 0
    start, end = (0.2 * width, 0.25 * height), (0.7 * width, 0.8 * height)
    hands.choose(window.action("draw"))
    hands.drag(window.canvas, start, end)
    hands.choose(window.action("select"))
    boxes = document.record(image).boxes
    require(len(boxes) == 1, f"A box was drawn with the mouse, and there are {len(boxes)} in the project.")
    wanted = (*start, *end)
    off = max(abs(one - other) for one, other in zip(boxes[0].corners, wanted, strict=True))
    require(off <= NEAR, f"The mouse drew {wanted}, and the project has {boxes[0].corners}.")
    visit.shoot(window, "drawn-box")
    hands.choose(window.action("undo"))
    require(not document.record(image).boxes, "Undo left the box in the project.")
    visit.shoot(window, "undone-box")
    return f"A box was drawn with the mouse on {image}, stored, and undone."


def train(visit: Visit) -> str:
    window = visit.window
    hands.choose(window.action("train"))
    sheet = _sheet(visit)
    hands.click(sheet.unfold_button)
    for setting, number in {"epochs": EPOCHS, "input_size": INPUT_SIZE, "batch_size": BATCH_SIZE, "seed": SEED}.items():
        hands.type_number(sheet.form.editor(setting), number)
    hands.pick(sheet.form.editor("model_size"), MODEL_SIZE)
    visit.wait(sheet.start_button.isEnabled, "the training can be started")
    visit.shoot(sheet, "train-sheet")
    hands.click(sheet.start_button)
    visit.wait(lambda: window.training.run is not None, "the run appears in the window")
    run = window.training.run
    assert run is not None
    visit.wait(lambda: run.history or not run.is_running, "the first epoch ends", LONG)
    if run.is_running:
        visit.shoot(window, "training")
    visit.wait(lambda: not run.is_running, "the training ends", LONG)
    _require_finished(run)
    visit.wait(lambda: _has_curves(visit), "the curves are drawn")
    return f"A model learned for {len(run.history)} epochs, and its curves are drawn."


def see_predicted_boxes(visit: Visit) -> str:
    """On a picture with a box that the model did not learn from; of a model that learned so little, any score counts."""
    window, document = visit.window, visit.window.document
    known = {image: document.summary(image) for image in document.images}
    image = next((one for one, its in known.items() if its.split is Split.VALIDATION and its.box_count), "")
    require(image, "No picture with a box was kept for validation.")
    window.prediction_bar.slider.setValue(0)
    _go_to(visit, image)
    shown = window.canvas.canvas_scene.predictions
    answered = window.training.is_answered_by_finished_model
    visit.wait(lambda: answered(image) and shown.texts, "the model's box is on the picture", LATER)
    visit.shoot(window, "predicted-box")
    return f"The model's box is on {image}: {shown.texts[0]}."


def _require_finished(run: TrainingRun) -> None:
    outcome = run.outcome
    require(outcome is not None, "The training ended without a word.")
    assert outcome is not None
    told = f"{what_happened(outcome)} {run.last_lines}".strip()
    require(outcome.kind is OutcomeKind.COMPLETED, told)
    require(len(run.history) == EPOCHS, f"{EPOCHS} epochs were asked for, and {len(run.history)} came.")


def _has_curves(visit: Visit) -> bool:
    """Of all epochs, and the chart is to be seen."""
    view = visit.window.runs.chart
    chart = view.canvas.chart
    if chart is None or not view.isVisible():
        return False
    return any(len(curve.values) == EPOCHS for panel in chart.panels for curve in panel.curves)


def _sheet(visit: Visit) -> TrainSheet:
    command = visit.window.training.sheet_command
    visit.wait(lambda: command.sheet is not None and command.sheet.snapshot is not None, "the Train sheet is ready")
    sheet = command.sheet
    assert sheet is not None
    return sheet


def _go_to(visit: Visit, image: str) -> None:
    """By a click in the list."""
    images = visit.window.images
    row = images.model.row_of(image)
    require(row is not None, f"{image} is not in the list of images.")
    assert row is not None
    hands.click_row(images.list, row)
    visit.wait(
        lambda: visit.window.document.current_image == image and _shows_picture(visit), f"{image} is shown", SOON
    )


def _shows_picture(visit: Visit) -> bool:
    image, record = visit.window.document.current_image, visit.window.canvas.shown.record
    return bool(image) and record is not None and record.path == image
