"""One HTML file that holds all of a run's report, its curves and its worst pictures. No Keras."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from training.dataset.safe_files import write_text
from training.run.events import EpochEvent
from training.run.recipes.names import CLASSIFIER
from training.run.report.html_figures import SPLIT_NAMES, class_tables, confusions, figures_table, histograms
from training.run.report.html_gallery import LOW_IOU, Progress, gallery
from training.run.report.html_words import duration, escaped, facts, memory, number, page, section, share, table
from training.run.report.judged_images import JudgedImage, Verdict, read_judged
from training.run.report.measuring import tells_top3
from training.run.report.model_summary import LayerSummary, ModelSummary
from training.run.report.report import RunReport
from training.run.report.report_reading import NOT_ENDED, read_report
from training.run.report.svg_charts import Curve, curves_svg
from training.run.run_folder import RunFolder
from training.run.run_parts import counted_epochs, lasting_events
from training.run.setting_rows import setting_rows

PHASE_WORDS = {"head": "the head", "fine_tune": "fine-tuning"}
CLASSIFIER_CURVES = (
    ("macro_f1", "macro F1", "var(--accent)"),
    ("class_accuracy", "class", "var(--third)"),
    ("top3_accuracy", "best three", "var(--second)"),
)
LOCALIZER_CURVES = (
    ("mean_iou", "mean IoU", "var(--accent)"),
    ("class_accuracy", "class", "var(--third)"),
    ("presence_accuracy", "presence", "var(--second)"),
)


@dataclass(frozen=True, slots=True)
class ReportContent:
    """All that a page is made of. `folder` is where the images are, None if they are not on this machine."""

    name: str
    report: RunReport
    epochs: Sequence[EpochEvent]
    images: Sequence[JudgedImage]
    folder: Path | None = None
    note: str = ""


def write_html(
    run: RunFolder, target: Path, folder: Path | None, progress: Progress, name: str = "", note: str = ""
) -> None:
    """Write the report of a run as a page that needs nothing else.

    `folder` is where the images are; `progress(done, total)` is called for each picture and may raise to stop, then the
    old file stays. Raises RunFolderError, SettingsError, OSError.
    """
    epochs = counted_epochs(lasting_events(run))
    content = ReportContent(name or run.path.name, read_report(run), epochs, read_judged(run.judged_file), folder, note)
    write_text(target, report_html(content, progress))


def report_html(content: ReportContent, progress: Progress) -> str:
    report = content.report
    body = "".join(
        [
            _head(content),
            section("Figures", figures_table(report)),
            section("Curves", _curves(content)),
            section("Overlap with the true boxes", histograms(report)),
            section("Classes", class_tables(report)),
            section("Classes taken for others", confusions(report)),
            section(_title_of_worst(report), _worst(content, progress)),
            section("Settings", _settings(report)),
            section("Model", _model(report.model)),
            section("Made from and with", _origin(report)),
        ]
    )
    return page(content.name, body)


def _head(content: ReportContent) -> str:
    report = content.report
    began = time.strftime("%Y-%m-%d %H:%M", time.localtime(report.parts[0].began)) if report.parts else ""
    epochs = f"{report.epochs_done} of {report.settings.total_epochs} epochs{_phases(report)}"
    words = [report.recipe, began, epochs, duration(report.seconds)]
    line = " · ".join(escaped(word) for word in words if word)
    note = f"<p>{escaped(content.note)}</p>" if content.note else ""
    return (
        f'<header><h1>{escaped(content.name)}</h1><p class="muted">{line}</p><p>{_outcome(report)}</p>{note}</header>'
    )


def _phases(report: RunReport) -> str:
    parts = zip(report.phases, report.phase_epochs, strict=False)
    words = ", ".join(f"{epochs} of {PHASE_WORDS.get(name, name)}" for name, epochs in parts)
    return f" ({words})" if words else ""


def _outcome(report: RunReport) -> str:
    if report.outcome == NOT_ENDED:
        return "This run has not ended, or was cut off."
    reason = f": {escaped(report.reason)}" if report.reason else ""
    best = f" The best epoch is {report.best_epoch}; its model was kept." if report.best_epoch else ""
    return f"{escaped(report.outcome.capitalize())}{reason}.{best}"


def _curves(content: ReportContent) -> str:
    drawn = charts(content.report, content.epochs)
    return f'<div class="charts">{"".join(drawn)}</div>' if any(drawn) else ""


def charts(report: RunReport, epochs: Sequence[EpochEvent]) -> list[str]:
    """The curves of loss and quality, each a figure with its SVG; empty where nothing is to be drawn."""
    best = report.best_epoch

    def curve(key: str, name: str, colour: str, *, dashed: bool = False) -> Curve:
        points = [(epoch.epoch, epoch.figures[key]) for epoch in epochs if key in epoch.figures]
        return Curve(name, colour, points, dashed)

    loss = [
        curve("loss", "training", "var(--accent)", dashed=True),
        curve("val_loss", "validation", "var(--accent)"),
    ]
    is_classifier = report.recipe == CLASSIFIER
    lines: tuple[tuple[str, str, str], ...] = CLASSIFIER_CURVES if is_classifier else LOCALIZER_CURVES
    if report.figures and not tells_top3(report.figures.values()):
        lines = tuple(line for line in lines if line[0] != "top3_accuracy")
    part = "val_" if any(f"val_{lines[0][0]}" in epoch.figures for epoch in epochs) else ""
    quality = [curve(part + key, name, colour) for key, name, colour in lines]
    marks = _phase_marks(epochs)
    return [
        curves_svg("Loss", loss, best, marks=marks),
        curves_svg("Quality", quality, best, highest=1.0, marks=marks),
    ]


def _phase_marks(epochs: Sequence[EpochEvent]) -> list[tuple[float, str]]:
    """Where each phase but the first begins: between two epochs."""
    return [
        (later.epoch - 0.5, PHASE_WORDS.get(later.phase, later.phase))
        for earlier, later in pairwise(epochs)
        if later.phase != earlier.phase
    ]


def _title_of_worst(report: RunReport) -> str:
    return "The most confident mistakes" if report.recipe == CLASSIFIER else "The worst pictures"


def _worst(content: ReportContent, progress: Progress) -> str:
    if content.report.recipe == CLASSIFIER:
        return _mistakes(content, progress)
    pictures = gallery(content.images, content.folder, progress)
    legend = (
        '<p class="muted">Solid green: the true box. Dashed red: the predicted one. An IoU below '
        f"{LOW_IOU:g} is red.</p>"
    )
    return legend + pictures if pictures else ""


def _mistakes(content: ReportContent, progress: Progress) -> str:
    """What a classifier took for another class, the surest first."""
    wrong = [image for image in content.images if image.verdict is not Verdict.RIGHT]
    if not wrong:
        return '<p class="muted">There are none: every class is right.</p>' if content.images else ""
    return gallery(wrong, content.folder, progress)


def _settings(report: RunReport) -> str:
    rows = [
        f'<tr><th scope="row">{escaped(row.label)}</th><td{" class=changed" if row.is_changed else ""}>'
        f"{escaped(row.value)}</td><td>{escaped(row.default) if row.is_changed else ''}</td></tr>"
        for row in setting_rows(report.settings)
    ]
    head = '<tr><th scope="col">Setting</th><th scope="col">Value</th><th scope="col">Usual value, if another</th></tr>'
    return f'<div class="scroll"><table><thead>{head}</thead><tbody>{"".join(rows)}</tbody></table></div>'


def _model(model: ModelSummary | None) -> str:
    if model is None:
        return ""
    totals = (
        f"<p>{number(model.parameters)} parameters: {number(model.trainable)} trainable, "
        f"{number(model.not_trainable)} not.</p>"
    )
    inner = (
        f"<details><summary>Layers of {escaped(layer.name)} ({len(layer.layers)})</summary>{_layers(layer.layers)}</details>"
        for layer in model.layers
        if layer.layers
    )
    return f"{totals}{_layers(model.layers)}{''.join(inner)}"


def _layers(layers: Sequence[LayerSummary]) -> str:
    rows = (
        [escaped(layer.name), escaped(layer.type), escaped(layer.shape), number(layer.parameters)] for layer in layers
    )
    return table(["Layer", "Kind", "Output", "Parameters"], rows, numbers=frozenset({3}))


def _origin(report: RunReport) -> str:
    rows = [
        ("Data (SHA-256 of dataset.csv)", str(report.dataset.get("sha256", ""))),
        ("Images", ", ".join(f"{split} {report.dataset[split]}" for split in SPLIT_NAMES if split in report.dataset)),
        ("Left out", str(report.dataset.get("left_out", 0))),
        (
            "Seed",
            f"{report.seed} ({'repeatable' if report.deterministic else 'not repeatable exactly'} on this device)",
        ),
        ("Best by", report.monitor),
        ("Batch size", str(report.batch_size or "")),
        ("Started from", "; ".join(report.taken)),
        ("Starts", _parts(report)),
        ("Device", report.device),
        ("Devices used together", str(report.device_count) if report.device_count > 1 else ""),
        ("Batch of all devices", str(report.global_batch) if report.device_count > 1 else ""),
        ("Precision", report.precision),
        (
            "Waiting for images",
            "" if report.data_wait_share is None else f"{share(report.data_wait_share)} of the time",
        ),
        *_hardware(report),
        *((f"Version of {name}", version) for name, version in report.versions.items()),
    ]
    return facts((escaped(name), escaped(value)) for name, value in rows if value)


def _parts(report: RunReport) -> str:
    if len(report.parts) < 2:
        return ""
    after = ", ".join(str(part.epochs_before) for part in report.parts[1:])
    return f"{len(report.parts)}: resumed after epoch {after}"


def _hardware(report: RunReport) -> list[tuple[str, str]]:
    hardware = report.hardware
    if hardware is None:
        return []
    gpu = f"{hardware.gpu}, {memory(hardware.gpu_memory)}" if hardware.gpu else ""
    return [
        ("System", hardware.system),
        ("Processor", f"{hardware.cpu}, {hardware.cores} cores"),
        ("Memory", memory(hardware.memory)),
        ("GPU", gpu),
    ]
