"""The figures of a run as tables of its page: by split, by class, and which classes are taken for which."""

from __future__ import annotations

from training.run.recipes.names import CLASSIFIER
from training.run.report.confusion import MOST_CLASSES, Confusion
from training.run.report.html_words import escaped, number, share, table
from training.run.report.measuring import ClassFigures, Measured, tells_top3
from training.run.report.report import RunReport
from training.run.report.svg_charts import histogram_svg

SPLIT_NAMES = {"validation": "Validation images", "test": "Test images", "train": "Training images"}
FIGURES = (
    ("images", "Images"),
    ("objects", "With an object"),
    ("mean_iou", "Mean IoU"),
    ("class_accuracy", "Class right"),
    ("presence_accuracy", "Presence right"),
)
CLASSIFIER_FIGURES = (
    ("images", "Images"),
    ("objects", "Classified"),
    ("class_accuracy", "Class right"),
    ("top3_accuracy", "Among the best three"),
    ("macro_f1", "Macro F1"),
)


def figures_table(report: RunReport) -> str:
    """One row a split; one that was not judged says so instead of showing zeros."""
    columns: tuple[tuple[str, str], ...] = CLASSIFIER_FIGURES if report.recipe == CLASSIFIER else FIGURES
    if not tells_top3(report.figures.values()):
        columns = tuple(column for column in columns if column[0] != "top3_accuracy")
    thresholds = next((list(figures.counts) for figures in report.figures.values()), [])
    rows = []
    for split, name in SPLIT_NAMES.items():
        figures = report.figures.get(split)
        if figures is not None:
            values = [getattr(figures, key) for key, _ in columns]
            shown = [number(value) if isinstance(value, int) else share(value) for value in values]
            rows.append([name, *shown, *(number(count) for count in figures.counts.values())])
        elif report.dataset.get(split):
            dashes = ["–"] * (len(columns) - 1 + len(thresholds))
            rows.append([f"{name}: not judged", number(report.dataset[split]), *dashes])
    if not rows:
        return '<p class="muted">Nothing was judged.</p>'
    head = ["", *(name for _, name in columns), *(f"IoU ≥ {escaped(name)}" for name in thresholds)]
    return table(head, [row[: len(head)] for row in rows], numbers=frozenset(range(1, len(head))))


def class_tables(report: RunReport) -> str:
    tables = [
        f"<div><h3>{SPLIT_NAMES[split]}</h3>{_class_table(report.figures[split])}</div>"
        for split in _splits(report)
        if report.figures[split].classes
    ]
    legend = (
        '<p class="muted">Precision: how many of those taken for a class are of it. Recall: how many of those that are of '
        "it were taken for it. F1: their harmonic mean.</p>"
    )
    return f'{legend}<div class="matrices">{"".join(tables)}</div>' if tables else ""


def _class_table(figures: Measured) -> str:
    """All classes, or of very many those that are told worst."""
    shown = figures.classes
    if len(shown) > MOST_CLASSES:
        kept = sorted((one for one in shown if one.f1 is not None), key=lambda one: one.f1 or 0.0)[:MOST_CLASSES]
        shown = tuple(one for one in shown if one in kept)
    more = len(figures.classes) - len(shown)
    rest = f'<p class="muted">{more} more classes are told better or do not occur.</p>' if more else ""
    head = ["Class", "Samples", "Precision", "Recall", "F1"]
    return table(head, map(_class_row, shown), numbers=frozenset(range(1, len(head)))) + rest


def _class_row(one: ClassFigures) -> list[str]:
    return [escaped(one.name), number(one.count), *map(share, (one.precision, one.recall, one.f1))]


def histograms(report: RunReport) -> str:
    charts = [
        histogram_svg(SPLIT_NAMES[split], report.histogram[split])
        for split in _splits(report)
        if split in report.histogram
    ]
    return f'<div class="charts">{"".join(charts)}</div>' if any(charts) else ""


def confusions(report: RunReport) -> str:
    tables = [
        f"<div><h3>{SPLIT_NAMES[split]}</h3>{_confusion(report.confusion[split])}</div>"
        for split in _splits(report)
        if split in report.confusion
    ]
    return f'<div class="matrices">{"".join(tables)}</div>' if tables else ""


def _confusion(confusion: Confusion) -> str:
    """Rows are what is there, columns what was seen; shaded by the share of the row."""
    names = [*map(escaped, confusion.classes), *(["<em>nothing</em>"] if confusion.nothing else [])]
    head = "".join(f'<th scope="col">{name}</th>' for name in names)
    rows = []
    for place, (name, counts) in enumerate(zip(names, confusion.counts, strict=True)):
        total = sum(counts)
        cells = "".join(_cell(count, total, is_right=column == place) for column, count in enumerate(counts))
        rows.append(f'<tr><th scope="row">{name}</th>{cells}</tr>')
    top = f'<tr><th scope="col">there \\ seen</th>{head}</tr>'
    return (
        f'<div class="scroll"><table class="confusion"><thead>{top}</thead><tbody>{"".join(rows)}</tbody></table></div>'
    )


def _cell(count: int, total: int, *, is_right: bool) -> str:
    kind = ' class="right"' if is_right else ""
    shade = 0.55 * count / total if total else 0.0
    return f'<td{kind} style="background: rgba(var(--shade), {shade:.3f})">{count or "·"}</td>'


def _splits(report: RunReport) -> list[str]:
    return [split for split in SPLIT_NAMES if split in report.figures]
