"""The table of where two people disagree: one row a disagreement, the worst first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from training.dataset.formats.csv_cells import written_number, written_row
from training.dataset.merging.differences import Difference, Finding
from training.dataset.merging.project_merging import MergePlan
from training.dataset.records import ImageRecord
from training.dataset.safe_files import write_text

HEADER = ("image", "difference", "mine", "theirs", "iou", "weight", "xmin", "ymin", "xmax", "ymax")


def write_table(plan: MergePlan, target: Path) -> None:
    """UTF-8 CSV; `mine` and `theirs` are class names, the corners those of my box, else of theirs. Raises OSError."""
    write_text(target, "".join(written_row(row) for row in (HEADER, *_rows(plan))))


def classes_of(plan: MergePlan, finding: Finding) -> tuple[str, str]:
    """What I and what they say there, as names of classes; "" for nothing."""
    names = {record.id: record.name for record in plan.classes_after}
    mine, theirs = plan.disagreed[finding.image]
    own = finding.kind in (Difference.OWN_CLASS, Difference.EMPTY)
    return (
        _names(mine, finding.mine, names, with_own=own),
        _names(theirs, finding.theirs, names, with_own=own),
    )


def _names(record: ImageRecord, boxes: Iterable[int], names: Mapping[int, str], *, with_own: bool) -> str:
    ids = [record.boxes[index].class_id for index in boxes]
    if with_own and record.class_id is not None:
        ids.append(record.class_id)
    return ", ".join(dict.fromkeys(names[class_id] for class_id in ids))


def _rows(plan: MergePlan) -> Iterator[tuple[str, ...]]:
    for finding in plan.findings:
        iou = "" if finding.iou is None else written_number(finding.iou)
        corners = _corners(plan, finding)
        yield (
            finding.image, finding.kind.value, *classes_of(plan, finding), iou, written_number(finding.weight), *corners,
        )  # fmt: skip


def _corners(plan: MergePlan, finding: Finding) -> tuple[str, ...]:
    mine, theirs = plan.disagreed[finding.image]
    boxes = [mine.boxes[index] for index in finding.mine] + [theirs.boxes[index] for index in finding.theirs]
    return tuple(map(written_number, boxes[0].corners)) if boxes else ("",) * 4
