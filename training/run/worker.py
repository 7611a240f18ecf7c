"""The worker's side of a run: its process, its protocol, and the one way in which every training is run."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from training.dataset.dataset import AnnotationFileError
from training.dataset.safe_files import write_text
from training.run.event_writer import EventWriter
from training.run.events import EndedEvent, Event, PhaseEvent, WarningEvent, stamped, to_line
from training.run.failure import failed_by, is_expected
from training.run.private_stdout import keep_stdout, lower_priority
from training.run.run_control import RunControl, StopRequested
from training.run.run_folder import RunFolder, RunFolderError
from training.run.run_lock import Hold, hold_run
from training.run.settings import SettingsError

if TYPE_CHECKING:
    from training.run.learning.run_state import RunState
    from training.run.session import Session
    from training.run.startable import Start
    from training.run.together.cluster import Cluster


def work(folder: Path) -> int:
    """Start or resume a run as a process that speaks JSON lines on stdout and is told on stdin. The exit code."""
    stdout = keep_stdout()
    lower_priority()
    control = RunControl()
    control.listen(sys.stdin)
    try:
        ended = run_training(RunFolder(folder.absolute()), _Listener(stdout, control), control)
    except (RunFolderError, SettingsError, AnnotationFileError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 1 if ended.outcome == "failed" else 0


def run_training(
    run: RunFolder,
    listener: Callable[[Event], None],
    control: RunControl,
    images: Path | None = None,
    cluster: Cluster | None = None,
) -> EndedEvent:
    """Train as the folder says, telling `listener` and events.jsonl; whatever happens, the last event is the answer.

    A run that was stopped, failed or died goes on where its state stands. `images` is the folder of the images from now
    on. Tracebacks go to stderr. What can't be started, or is trained by another process, raises before anything is told
    (see `startable` and `hold_run`); later only events.jsonl that can't be written does (OSError). When another computer
    has taken the run over meanwhile, nothing more is written: only `listener` hears of it. With a `cluster` this process
    is one of several that train together, each of them with this function.
    """
    # Not before stdout is kept: what reads numbers may print when it is loaded.
    from training.run.session import Session
    from training.run.startable import check_prepared, startable

    check_prepared(run)
    with hold_run(run) as hold:
        start = startable(run, images)
        if images is not None:
            write_text(run.settings_file, start.settings.to_json())
        run.outcome_file.unlink(missing_ok=True)  # of an earlier part
        with EventWriter(run.events_file, listener) as writer:
            check = partial(hold.check, now=True)
            session = Session(run, start.settings, _telling(writer, hold), control, check_hold=check, cluster=cluster)
            ended = _ended(session, start)
            if not hold.is_own():
                listener(stamped(ended))
                return ended
            writer.write(ended)
        if ended.outcome == "completed":
            run.state_file.unlink(missing_ok=True)
        return ended


def _telling(writer: EventWriter, hold: Hold) -> Callable[[Event], None]:
    def tell(event: Event) -> None:
        hold.check()
        writer.write(event)

    return tell


def _ended(session: Session, start: Start) -> EndedEvent:
    try:
        return _trained(session, start)
    except StopRequested:
        return _stopped_early(start)
    except Exception as error:  # noqa: BLE001 -- a run always says how it ended
        if not is_expected(error):
            sys.stderr.write(traceback.format_exc())
        return failed_by(error)


def _stopped_early(start: Start) -> EndedEvent:
    if start.state is None:
        return EndedEvent(outcome="stopped", reason="stopped before there was a model")
    best = start.state.place.best
    figures = {} if best is None else best.figures
    return EndedEvent(outcome="stopped", reason="stopped before it went on; the model is kept", figures=figures)


def _trained(session: Session, start: Start) -> EndedEvent:
    """What is wrong with files and images is known before TensorFlow has taken its seconds."""
    from training.run.learning.run_state import check_network
    from training.run.recipes.classifier_data import sample_count
    from training.run.start_from import check_start
    from training.run.training_data import ImageReader, read_training_data
    from training.run.weights_files import check_weights

    if start.state is not None:
        check_network(start.state)
    else:
        check_start(session.settings)
        check_weights(session.settings)
    reader = ImageReader(session)
    _warn_of_shortage(session, sample_count(session.settings, reader.dataset.images))
    data = read_training_data(session, reader)
    _warn_of_what_changed(session, start.state, len(data.train))
    session.control.raise_if_stopped()
    from training.run.machine.devices import backend_title, prepare_backend

    session.tell(PhaseEvent(name="import", text=f"Loading {backend_title()}", backend=backend_title()))
    prepare_backend(session.settings.device)
    from training.run.train import train

    session.control.raise_if_stopped()
    state = start.state
    if session.cluster is not None:
        from training.run.together.training_together import begin_together

        state = begin_together(session, session.cluster, data)
    return train(session, reader, data, state)


def _warn_of_shortage(session: Session, images: int) -> None:
    from training.run.machine.memory_need import shortage

    short = shortage(session.settings, images, session.run.path)
    if short is not None:
        session.tell(WarningEvent(code=short.code, text=short.sentence, facts=short.facts))


def _warn_of_what_changed(session: Session, state: RunState | None, train_images: int) -> None:
    if state is not None and state.place.train_images != train_images:
        before = state.place.train_images
        text = (
            f"{train_images} training images can be read now, {before} before: the curve is not quite that of one run."
        )
        facts = {"now": str(train_images), "before": str(before)}
        session.tell(WarningEvent(code="images_changed", text=text, facts=facts))
    if state is None and session.run.history_file.exists():
        text = "There is no saved state of the training so far: it begins anew."
        session.tell(WarningEvent(code="begins_anew", text=text))


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
