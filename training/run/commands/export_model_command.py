"""`boxwright export-model`: a run's best model as one zip that others can use."""

from __future__ import annotations

import argparse
import json
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from training.dataset.command_output import say, say_json
from training.dataset.is_there import is_folder
from training.run.commands.interrupting import until_stdin_closes
from training.run.failure import RunFailed
from training.run.machine.devices import prepare_backend
from training.run.model_export.export_result import ExportFormat, ExportResult, ExportStep, StepTold
from training.run.model_export.result_words import result_lines
from training.run.model_export.work_place import folder_beside, remove_folder, temporary_files_in
from training.run.opened_model import open_model, told_as
from training.run.plain_values import to_plain
from training.run.private_stdout import native_output_into

PICTURES = "pictures"
CHOICES = (*ExportFormat, PICTURES)
STEP_WORDS = {
    ExportStep.LOAD: "Loading the model",
    ExportStep.IMAGES: "Reading images of the run",
    ExportStep.KERAS: "Keras",
    ExportStep.SAVED_MODEL: "TensorFlow SavedModel",
    ExportStep.LITERT: "LiteRT",
    ExportStep.INT8: "LiteRT, int8",
    ExportStep.ONNX: "ONNX",
    ExportStep.CARD: "Model card",
    ExportStep.PACK: "Packing",
}


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("export-model", help="write a trained model as one zip that others can use")
    parser.add_argument(
        "model", type=Path, metavar="MODEL", help="folder of a run, a zip of this command, or a .keras file"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.zip", help="where to write the zip")
    parser.add_argument(
        "--without",
        type=_left_out,
        default=frozenset(),
        metavar="A,B",
        help=f"what to leave out: {', '.join(CHOICES)} (pictures: those of the model card)",
    )
    parser.add_argument(
        "--images", type=Path, metavar="DIR", help="folder of the run's images (default: that of the run)"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    parser.add_argument(
        "--progress", action="store_true", help="print JSON lines that say how far it is; end when stdin is closed"
    )
    parser.set_defaults(run=export_model_command)


def export_model_command(arguments: argparse.Namespace) -> int:
    if arguments.images is not None and not is_folder(arguments.images):
        raise RunFailed(f"--images: expected a folder, got {arguments.images}")
    if arguments.out.is_dir():
        raise RunFailed(f"--out: expected a file to write, got the folder {arguments.out}")
    _use_tensorflow()
    with (
        native_output_into(Path(os.devnull)) as (out, err),
        folder_beside(arguments.out.absolute()) as work,
        temporary_files_in(work),
    ):
        if arguments.progress:
            _tell(out, {"work": str(work)})
            _end_with_whoever_waits(work)
            result = _export(arguments, work, _told(out))
            _tell(out, {"result": to_plain(result)})
        else:
            with _bar(err) as on_step:
                result = _export(arguments, work, on_step)
    if not arguments.progress:
        for line in result_lines(result):
            say(line)
        say(f"{result.size / 2**20:.1f} MB: {arguments.out}")
    if arguments.json:
        say_json(to_plain(result))
    return 0


def _use_tensorflow() -> None:
    """Whatever trained the model: no other backend has all the ways out. On the CPU, as most who get it will ask it."""
    os.environ["KERAS_BACKEND"] = "tensorflow"
    prepare_backend("cpu")


def _export(arguments: argparse.Namespace, work: Path, on_step: StepTold) -> ExportResult:
    on_step(ExportStep.LOAD, 0, len(ExportStep) - len(arguments.without - {PICTURES}))
    run = open_model(arguments.model)
    from training.run.model_export.exporting import export_within

    with told_as(arguments.model, run):
        return export_within(
            work,
            run,
            arguments.out.absolute(),
            without=[ExportFormat(name) for name in arguments.without - {PICTURES}],
            images=arguments.images,
            with_pictures=PICTURES not in arguments.without,
            on_step=on_step,
        )


def _end_with_whoever_waits(work: Path) -> None:
    """At once: nobody knows how long a converter takes, and it can't be asked to stop."""

    def wait() -> None:
        for _ in until_stdin_closes():
            pass
        remove_folder(work)
        os._exit(1)

    threading.Thread(target=wait, name="requests", daemon=True).start()


def _told(out: TextIO) -> StepTold:
    """For a program that waits: `{"step": "onnx", "done": 6, "total": 9}`."""
    return lambda step, done, total: _tell(out, {"step": step.value, "done": done, "total": total})


def _tell(out: TextIO, message: dict[str, Any]) -> None:
    out.write(json.dumps(message) + "\n")
    out.flush()


@contextmanager
def _bar(err: TextIO) -> Iterator[Callable[[ExportStep, int, int], None]]:
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(file=err), transient=True, disable=not err.isatty()) as bar:
        task = bar.add_task("", total=None)
        yield lambda step, done, total: bar.update(task, description=STEP_WORDS[step], completed=done, total=total)


def _left_out(text: str) -> frozenset[str]:
    names = frozenset(name.strip() for name in text.split(",") if name.strip())
    unknown = sorted(names.difference(CHOICES))
    if unknown:
        raise argparse.ArgumentTypeError(f"expected some of {', '.join(CHOICES)}, got {', '.join(unknown)}")
    return names
