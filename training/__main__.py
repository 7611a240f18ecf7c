"""`python -m training`: the command line, and what a worker process is started with."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path


def main(arguments: Sequence[str] | None = None) -> int:
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    if len(arguments) == 2 and arguments[0] == "work":
        # At once: whatever is imported before stdout is kept for the protocol could print on it.
        from training.run.private_stdout import leave_at_once
        from training.run.worker import work

        leave_at_once(work(Path(arguments[1])))
    if len(arguments) == 3 and arguments[0] == "convert-model":
        from training.run.answers.litert_conversion import convert
        from training.run.private_stdout import leave_at_once

        leave_at_once(convert(Path(arguments[1]), Path(arguments[2])))
    if len(arguments) == 2 and arguments[0] == "check-model":
        from training.run.opening.model_check import check
        from training.run.private_stdout import leave_at_once

        leave_at_once(check(Path(arguments[1])))
    if len(arguments) == 2 and arguments[0] == "read-digits":
        from training.run.private_stdout import keep_stdout, leave_at_once

        stdout = keep_stdout()
        from training.dataset.formats.svhn_reading import tell

        leave_at_once(tell(Path(arguments[1]), stdout))
    if len(arguments) == 2 and arguments[0] == "answer":
        from training.run.answers.answer_process import answer
        from training.run.private_stdout import leave_at_once

        leave_at_once(answer(Path(arguments[1])))
    try:
        from training.run.commands.command_line import main as run_command_line

        return run_command_line(arguments)
    except KeyboardInterrupt:  # while the command is still being loaded: it says the same itself
        sys.stderr.write("boxwright: interrupted\n")
        return 130


if __name__ == "__main__":
    sys.exit(main())
