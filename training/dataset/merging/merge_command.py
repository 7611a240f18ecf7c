"""`boxwright merge`: brings another person's work on the same photos into a project."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from training.dataset.command_output import fail_with, say, say_each, say_json
from training.dataset.project_errors import ProjectError
from training.dataset.store import ProjectStore

if TYPE_CHECKING:  # with numpy, which no other command waits for
    from training.dataset.merging.project_merging import MergePlan

CHOICES = ("mine", "theirs", "both")


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("merge", help="merge two projects of the same photos")
    parser.add_argument("project", type=Path, metavar="PROJECT", help="the folder of images, or its project file")
    parser.add_argument("other", type=Path, metavar="OTHER", help="another one, also as a zip that hand-in wrote")
    parser.add_argument(
        "--prefer",
        choices=CHOICES,
        default=CHOICES[0],
        help="whose boxes stay where both worked on an image and differ (default: mine)",
    )
    parser.add_argument("--table", type=Path, metavar="FILE.csv", help="write where the two disagree")
    parser.add_argument("--dry-run", action="store_true", help="only tell what would change")
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    parser.set_defaults(run=merge_command)


def merge_command(arguments: argparse.Namespace) -> int:
    from training.dataset.merging.differences import Choice
    from training.dataset.merging.merge_table import write_table
    from training.dataset.merging.project_merging import plan_merge

    prefer = Choice(arguments.prefer)
    try:
        with closing(ProjectStore.open(arguments.project, read_only=arguments.dry_run)) as store:
            plan = plan_merge(store, arguments.other)
            if arguments.table is not None:
                write_table(plan, arguments.table)
            changed = len(plan.changes(default=prefer)) if arguments.dry_run else plan.apply(store, prefer)
    except ProjectError as error:
        return fail_with(error)
    say_each("not merged", plan.problems)
    say_each("note", plan.notes)
    for line in _lines(plan, changed, arguments):
        say(line)
    if arguments.json:
        say_json(_figures(plan, changed))
    return 0


def _lines(plan: MergePlan, changed: int, arguments: argparse.Namespace) -> Iterator[str]:
    agreement = plan.agreement
    if agreement.share is not None:
        iou = (
            ""
            if agreement.mean_iou is None
            else f"; mean IoU of {agreement.boxes} pairs of boxes {agreement.mean_iou:.3f}"
        )
        yield f"Both worked on {agreement.images} images and agree on {agreement.equal} ({agreement.share:.0%}){iou}."
    for mine, theirs, count in agreement.mix_ups:
        yield f"{count} times mine says {mine!r} and theirs {theirs!r}."
    if plan.findings:
        kinds = ", ".join(f"{count} {kind}" for kind, count in _counts(plan).items())
        yield f"Disagreements: {len(plan.findings)} in {len(plan.disagreed)} images ({kinds}); kept: {arguments.prefer}."
    names = ", ".join(repr(record.name) for record in plan.new_classes)
    doing = "Would change" if arguments.dry_run else "Changed"
    yield f"{doing} {changed} images, {len(plan.taken)} of them only theirs." + (
        f" New classes: {names}." if names else ""
    )


def _counts(plan: MergePlan) -> dict[str, int]:
    """Disagreements by kind, most often first."""
    return dict(Counter(finding.kind.value for finding in plan.findings).most_common())


def _figures(plan: MergePlan, changed: int) -> dict[str, object]:
    agreement = plan.agreement
    return {
        "changed": changed,
        "taken": len(plan.taken),
        "equal": plan.equal,
        "mine_only": plan.mine_only,
        "disagreed": len(plan.disagreed),
        "disagreements": _counts(plan),
        "agreement": agreement.share,
        "boxes": agreement.boxes,
        "mean_iou": agreement.mean_iou,
        "confusion": [
            {"mine": mine, "theirs": theirs, "count": count} for (mine, theirs), count in agreement.confusion.items()
        ],
        "new_classes": [record.name for record in plan.new_classes],
        "problems": [{"file": problem.file, "reason": problem.reason} for problem in plan.problems],
    }
