"""Stands for `python -m training answer RUN` without loading Keras: it sees an object as surely as the picture is bright.

    use_pretended_keras(monkeypatch, "hang")

What it does is the first word of its command line: "answer"; "hang" with every answer; "cannot_load"; "dies" while it
loads; "cannot_answer".
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

HEADS = {"class": (2,), "box": (4,), "presence": (1,)}


def use_pretended_keras(monkeypatch, behaviour: str) -> None:
    from training.run.answers import remote_keras

    def command(*arguments: str) -> list[str]:
        return [sys.executable, __file__, behaviour, *arguments]

    monkeypatch.setattr(remote_keras, "program_command", command)


def only_for_keras(folder: Path) -> object:
    """A run whose model is there for Keras alone; nobody can load it."""
    from tests.helpers.runs import prepared_run
    from training.run.model_card import ModelCard

    run = prepared_run(folder, input_size=64)
    ModelCard.of(run.settings(), presence=True, epoch=3).write_into(run.best_model)
    return run


def main(behaviour: str) -> None:
    from training.run.answers.shared_squares import SharedSquares, area_opened

    if behaviour == "dies":
        sys.stderr.write("something before\nMemoryError\n")
        os.abort()
    if behaviour == "cannot_load":
        say({"failed": os.environ.get("PRETENDED_FAILURE", "it is no model")})
        sys.exit(1)
    say({"heads": HEADS})
    shared = None
    for line in sys.stdin:
        question = json.loads(line)
        if shared is None:
            shared = SharedSquares(area_opened(question["memory"], question["length"]), 64, HEADS)
            say({"done": 0})
            continue
        if behaviour == "hang":
            time.sleep(60)
        if behaviour == "cannot_answer":
            say({"failed": "memory ran out"})
            continue
        count = question["answer"]
        shared.outputs["class"][:count] = (1, 0)
        shared.outputs["box"][:count] = (0.5, 0.5, 0.5, 0.25)
        shared.outputs["presence"][:count] = shared.squares[:count, 32, 32, :1] / 255
        say({"done": count})


def say(words: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1])
