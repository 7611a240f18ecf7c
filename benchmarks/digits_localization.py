"""Digits pasted into a black square: what `compact` learns of them, and how long it takes beside the course's `lab`.

Both learn from the same fresh samples in the same minutes, by the engine, and are judged on the 10,000 test digits.
Seconds are those of training with its data making, without imports and without judging. `--epochs`, `--steps` and
`--test` make it short; then the figures only show that it works.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

import keras
from digits import Digits, add_digits_options, read_digits
from digits_training import COURSE, Learner, Quality, compact, lab, legs
from figures import Figure, add_json_option, hand_over, say

EPOCHS = 10


def train_in_turns(learners: Sequence[Learner], tests: Digits, epochs: int, steps: int) -> dict[str, Quality]:
    """In turns; who has not passed the course's figures yet is judged after every turn."""
    qualities: dict[str, Quality] = {}
    for epoch in range(epochs):
        for first, count in legs(steps):
            for learner in learners:
                learner.train(epoch, first, count)
                is_over = first + count == steps
                if is_over or learner.seconds_to_course is None:
                    qualities[learner.name] = learner.judge(tests)
                    tell(learner, qualities[learner.name], epoch + (first + count) / steps)
    return qualities


def tell(learner: Learner, quality: Quality, epochs: float) -> None:
    say(
        f"{learner.name}: {epochs:.2f} epochs, {learner.seconds:.0f} s: class {quality.class_accuracy:.4f}, "
        f"IoU {quality.mean_iou:.4f}, {quality.iou60} boxes from 0.6, {quality.iou90} from 0.9"
    )


def figures_of(ours: Learner, course: Learner | None, quality: Quality) -> list[Figure]:
    wait = ours.meter.share
    figures = [
        Figure("class_accuracy", round(quality.class_accuracy, 4), "share", "at least 0.993"),
        Figure("mean_iou", round(quality.mean_iou, 4), "IoU", "at least 0.960"),
        Figure("iou60", quality.iou60, "boxes", "at least 9,995 of 10,000"),
        Figure("iou90", quality.iou90, "boxes", "at least 9,950 of 10,000"),
        Figure("data_wait_share", None if wait is None else round(wait, 4), "share", "under 0.10"),
    ]
    if course is not None:
        figures.append(Figure("seconds_ratio_to_lab", round(ours.seconds / course.seconds, 3), "ratio", "at most 2.0"))
        figures.append(_time_to_quality(ours, course))
    return figures


def _time_to_quality(ours: Learner, course: Learner) -> Figure:
    target = f"at most 0.4, to {COURSE.class_accuracy} class accuracy and {COURSE.mean_iou} mean IoU"
    if course.seconds_to_course is None:
        target += "; lab did not reach them, so its whole time counts"
    if ours.seconds_to_course is None:
        return Figure("seconds_to_lab_quality_ratio", None, "ratio", f"{target}; compact did not reach them")
    ratio = ours.seconds_to_course / (course.seconds_to_course or course.seconds)
    return Figure("seconds_to_lab_quality_ratio", round(ratio, 3), "ratio", target)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_digits_options(parser, EPOCHS)
    parser.add_argument("--test", type=int, default=10_000, help="how many test digits to judge on")
    parser.add_argument("--learning-rate", type=float, default=6e-3, help="the highest of compact's")
    parser.add_argument("--class-weight", type=float, default=4.0, help="of the class in compact's loss")
    parser.add_argument(
        "--ema", type=float, default=0.98, help="share kept in the average of compact's weights; 0: none"
    )
    parser.add_argument("--schedule", default="cosine", help="of compact's learning rate")
    parser.add_argument("--weight-decay", type=float, default=0.1, help="of compact's weights")
    parser.add_argument("--label-smoothing", type=float, default=0.1, help="of what compact is taught")
    parser.add_argument("--without-lab", action="store_true", help="only what compact learns, without ratios")
    parser.add_argument("--seed", type=int, default=0)
    add_json_option(parser)
    arguments = parser.parse_args()
    digits, tests = read_digits(arguments.mnist)
    tests = Digits(tests.tiles[: arguments.test], tests.labels[: arguments.test])
    keras.utils.set_random_seed(arguments.seed)
    total = arguments.epochs * arguments.steps
    network = compact(
        total,
        arguments.learning_rate,
        arguments.class_weight,
        arguments.schedule,
        arguments.weight_decay,
        arguments.label_smoothing,
    )
    options = {"seed": arguments.seed, "steps": arguments.steps, "batch": arguments.batch}
    ours = Learner("compact", network, digits, ema=arguments.ema, **options)
    course = None if arguments.without_lab else Learner("lab", lab(), digits, **options)
    qualities = train_in_turns(
        [each for each in (course, ours) if each is not None], tests, arguments.epochs, arguments.steps
    )
    hand_over(figures_of(ours, course, qualities[ours.name]), arguments.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())
