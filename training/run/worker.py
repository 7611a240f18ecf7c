"""The worker's side of a run: its process, its protocol, and the one way in which every training is run."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

from training.run.event_writer import EventWriter
from training.run.events import EndedEvent, Event, PhaseEvent, to_line
from training.run.failure import is_expected, reason_of
from training.run.private_stdout import keep_stdout, lower_priority
from training.run.run_control import RunControl, StopRequested
from training.run.run_folder import RunFolder, RunFolderError


def work(folder: Path) -> int:
    """Run a prepared run as a process that speaks JSON lines on stdout and is told on stdin. The exit code."""
    stdout = keep_stdout()
    lower_priority()
    run = RunFolder(folder.absolute())
    try:
        check_prepared(run)
    except RunFolderError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    control = RunControl()
    control.listen(sys.stdin)
    ended = run_training(run, _Listener(stdout, control), control)
    return 1 if ended.outcome == "failed" else 0


def run_training(run: RunFolder, listener: Callable[[Event], None], control: RunControl) -> EndedEvent:
    """Train as the folder says, telling `listener` and events.jsonl; whatever happens, the last event is the answer.

    Tracebacks go to stderr; only events.jsonl that can't be written raises (OSError).
    """
    with EventWriter(run.events_file, listener) as writer:
        ended = _ended(run, writer.write, control)
        writer.write(ended)
        return ended


def check_prepared(run: RunFolder) -> None:
    """Raises RunFolderError unless this is a run that nobody has started yet."""
    if not run.settings_file.is_file():
        raise RunFolderError(f"{run.path}: expected a prepared run with its settings.json, found none")
    if run.events_file.exists():
        raise RunFolderError(f"{run.path}: expected a run that was not started yet, found its events.jsonl")


def _ended(run: RunFolder, tell: Callable[[Event], None], control: RunControl) -> EndedEvent:
    try:
        return _trained(run, tell, control)
    except StopRequested:
        return EndedEvent(outcome="stopped", reason="stopped before there was a model")
    except Exception as error:  # noqa: BLE001 -- a run always says how it ended
        if not is_expected(error):
            sys.stderr.write(traceback.format_exc())
        return EndedEvent(outcome="failed", reason=reason_of(error))


def _trained(run: RunFolder, tell: Callable[[Event], None], control: RunControl) -> EndedEvent:
    """Images come first: what is wrong with them is known before TensorFlow has taken its seconds."""
    from training.run.session import Session
    from training.run.start_from import check_start
    from training.run.training_data import ImageReader, read_training_data

    session = Session(run, run.settings(), tell, control)
    check_start(session.settings)
    reader = ImageReader(session)
    data = read_training_data(session, reader)
    control.raise_if_stopped()
    tell(PhaseEvent(name="import", text="Loading TensorFlow"))
    from training.run.tensorflow_devices import quiet_tensorflow

    quiet_tensorflow()
    from training.run.train import train

    control.raise_if_stopped()
    return train(session, reader, data)


class _Listener:
    """Writes events to whoever started this process; when nobody listens any more, the run is to end."""

    def __init__(self, stdout: TextIO, control: RunControl) -> None:
        self._stdout = stdout
        self._control = control
        self._is_heard = True

    def __call__(self, event: Event) -> None:
        if not self._is_heard:
            return
        try:
            self._stdout.write(to_line(event))
            self._stdout.flush()
        except OSError:
            self._is_heard = False
            self._control.request_stop()
