"""Several machines on the command line: each runs the same command with its own number."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from training.dataset.command_output import INTERRUPTED, fail, say
from training.dataset.dataset import Dataset
from training.run.commands.terminal_training import help_on_terminal, train_on_terminal
from training.run.failure import is_expected, reason_of
from training.run.private_stdout import leave_at_once
from training.run.run_folder import RunFolder, prepare_run_at
from training.run.settings import TrainingSettings
from training.run.together.cluster import COORDINATOR, PROCESS, PROCESSES, Cluster


def add_cluster_options(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group(
        "several machines", "each runs the same command with KERAS_BACKEND=jax and its own number; the first writes RUN"
    )
    group.add_argument(
        "--coordinator", metavar="HOST:PORT", help=f"where all meet: an address of the first ({COORDINATOR})"
    )
    group.add_argument("--processes", type=int, metavar="N", help=f"how many there are ({PROCESSES})")
    group.add_argument("--process", type=int, metavar="I", help=f"the number of this one, from 0 ({PROCESS})")


def cluster_of(arguments: argparse.Namespace) -> Cluster | None:
    """None where this is a training of one machine. Raises RunFailed."""
    return Cluster.of(arguments.coordinator, arguments.processes, arguments.process)


def train_as_first(run: RunFolder, as_json: bool, images: Path | None, cluster: Cluster) -> int:
    """Train and write everything. Ends the process: one that broke off would wait for the others."""
    leave_at_once(_code_of(lambda: train_on_terminal(run, as_json, images, cluster)))


def train_as_helper(settings: TrainingSettings, dataset: Dataset, cluster: Cluster) -> int:
    """The same training in a folder that nobody keeps. Ends the process."""
    say(f"Process {cluster.process} of {cluster.processes}: process 0 writes the run's folder, this one helps to train")
    with tempfile.TemporaryDirectory(prefix="boxwright-process-") as folder:
        run = prepare_run_at(Path(folder), settings, dataset)
        code = _code_of(lambda: help_on_terminal(run, cluster))
    leave_at_once(code)


def _code_of(training: Callable[[], int]) -> int:
    """As the command line ends, without what libraries do at the end of a process."""
    try:
        return training()
    except KeyboardInterrupt:
        return fail("interrupted", INTERRUPTED)
    except Exception as error:  # noqa: BLE001 -- what is no expected failure is shown whole
        if is_expected(error):
            return fail(reason_of(error))
        sys.excepthook(type(error), error, error.__traceback__)
        return 1
