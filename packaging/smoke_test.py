"""Tries the built program as somebody has it who has nothing else: python packaging/smoke_test.py dist/Boxwright

It lies in a folder with spaces and accents, with an empty home and no Python in reach. Its commands and its window do
their main jobs; what they should not say, write, load or leave behind is a failure. Screenshots stay in --out.
Needs the standard library alone. --program tries the sources: --program ".venv/bin/python -m desktop_app"
"""

from __future__ import annotations

import argparse
import csv
import shlex
import shutil
import signal
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

from smoke import traces
from smoke.command_steps import CommandSteps, sample_in
from smoke.failure import SmokeError
from smoke.place import Place, environment_in, executable_in, prepare, program_folder
from smoke.processes import Runner
from smoke.window_step import drive_the_window, steps_told

LONGEST_SECONDS = 840.0
OUT = Path("dist/smoke")
UNREADABLE = (OSError, ValueError, zipfile.BadZipFile, csv.Error)
Step = Callable[[], str]


class SmokeTest:
    def __init__(self, place: Place, command: list[str], out: Path, seconds: float) -> None:
        self._place, self._out = place, out
        self._failures: list[str] = []
        self._runner = Runner(command, environment_in(place), place.work, time.monotonic() + seconds)

    def run(self) -> int:
        started = time.monotonic()
        program = {} if self._place.program is None else traces.snapshot(self._place.program)
        foreign = traces.foreign_entries()
        try:
            with traces.Watch(self._runner.marked, [self._out]) as watch:
                for name, step in CommandSteps(self._runner).all().items():
                    self._take(name, step)
                self._take("window", lambda: self._window(watch))
            self._take("traces", lambda: self._traces(watch, program, foreign))
        finally:
            self._runner.kill_all()
        print(f"{time.monotonic() - started:.0f} s; screenshots and the window's report are in {self._out}")
        if self._failures:
            print(f"FAILED: {', '.join(self._failures)}")
        return 1 if self._failures else 0

    def _take(self, name: str, step: Step) -> None:
        started = time.monotonic()
        try:
            told, ok = step(), True
        except SmokeError as error:
            told, ok = str(error), False
            self._failures.append(name)
            if error.seen:
                print("\n".join(f"    | {line}" for line in error.seen.splitlines()))
        except UNREADABLE as error:
            told, ok = f"What it left or answered can't be read: {error}", False
            self._failures.append(name)
        print(f"{'ok' if ok else 'FAILED':<7}{time.monotonic() - started:6.1f} s  {name}: {told}", flush=True)

    def _window(self, watch: traces.Watch) -> str:
        home = traces.snapshot(self._place.home)
        try:
            told = drive_the_window(self._runner, watch, sample_in(self._place.work), self._out)
        finally:
            print("\n".join(f"    {line}" for line in steps_told(self._out)), flush=True)
        touched = traces.changes(home, traces.snapshot(self._place.home))
        if touched:
            raise SmokeError(f"The check of the window touched the person's home: {touched[:5]}")
        return told if watch.can_see else f"{told}; what its process loads can't be seen on this system"

    def _traces(self, watch: traces.Watch, program: traces.Snapshot, foreign: set[Path]) -> str:
        found = {
            "in the program's own folder": [] if self._place.program is None else self._changed(program),
            "left among temporary files": sorted(traces.snapshot(self._place.temporary)),
            "in places of the person and the system": sorted(map(str, traces.foreign_entries() - foreign)),
            "written outside": sorted(watch.written),
        }
        told = [f"{where}: {', '.join(names[:5])}" for where, names in found.items() if names]
        if told:
            raise SmokeError("; ".join(told))
        kept = sorted({name.split("/")[0] for name in traces.snapshot(self._place.home)})
        return f"nothing was written outside its home, where there is {', '.join(kept) or 'nothing'}"

    def _changed(self, before: traces.Snapshot) -> list[str]:
        assert self._place.program is not None
        return traces.changes(before, traces.snapshot(self._place.program))


def main() -> int:
    # A shell starts deaf to Ctrl+C what it does not wait for, and each process that is started here would be so, too.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    asked = _parser().parse_args()
    out = asked.out.absolute()
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    # Windows shows what is printed in an alphabet of its own.
    sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        if asked.program:
            place, command = prepare(out, None), shlex.split(asked.program)
            command[0] = str(Path(command[0]).absolute())
        else:
            folder = program_folder(asked.folder.absolute())
            executable_in(folder)
            place = prepare(out, folder)
            assert place.program is not None
            command = [str(executable_in(place.program))]
        code = SmokeTest(place, command, out, asked.seconds).run()
    except SmokeError as error:
        print(f"FAILED: {error}")
        return 1
    if code == 0:
        shutil.rmtree(place.root, ignore_errors=True)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=Path("dist/Boxwright"), help="default: %(default)s")
    parser.add_argument("--out", type=Path, default=OUT, help="what is there is removed; default: %(default)s")
    parser.add_argument("--program", metavar="COMMAND", help="instead of a built program")
    parser.add_argument("--seconds", type=float, default=LONGEST_SECONDS, help="longest time; default: %(default)g")
    return parser


if __name__ == "__main__":
    sys.exit(main())
