"""`boxwright serve`: a model answers over HTTP, on this computer or, with a token, in its network."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from pathlib import Path
from types import FrameType
from typing import Any

from training.dataset.command_output import say
from training.run.answers.open_quick import open_quick
from training.run.commands.asking_options import add_model_argument
from training.run.commands.number_options import within
from training.run.opened_model import open_model, title_of, told_as
from training.run.private_stdout import native_output_into
from training.run.serving.address import LOOPBACK, Listening, listen
from training.run.serving.limits import MEGABYTE, MOST_MEGABYTES, Limits

PORT = 8765
TOKEN_VARIABLE = "BOXWRIGHT_TOKEN"  # noqa: S105 -- the name of one


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "serve",
        help="answer over HTTP: POST /predict, and a page to try it",
        description="Answers POST /predict with JSON, on this computer alone unless --host says otherwise. The image is the "
        "body, or the field “image” of a form. GET / is a page to try it, GET /model tells about the model. "
        "What is sent is not encrypted.",
    )
    add_model_argument(parser)
    parser.add_argument("--port", type=_port, default=PORT, help=f"0 takes any that is free (default: {PORT})")
    parser.add_argument(
        "--host",
        default=LOOPBACK,
        metavar="ADDRESS",
        help=f"address to listen at (default: {LOOPBACK}, which this computer alone reaches); any other needs --token",
    )
    parser.add_argument(
        "--token",
        default=os.environ.get(TOKEN_VARIABLE, ""),
        help=f"a word that whoever asks must know, as “Authorization: Bearer TOKEN” (default: ${TOKEN_VARIABLE}, which, "
        "unlike this option, other users of this computer can't see)",
    )
    parser.add_argument(
        "--max-megabytes",
        type=_megabytes,
        default=MOST_MEGABYTES,
        metavar="N",
        help=f"largest upload (default: {MOST_MEGABYTES:g})",
    )
    parser.set_defaults(run=serve_command)


def serve_command(arguments: argparse.Namespace) -> int:
    where = listen(arguments.host, arguments.port, arguments.token)
    with where.socket:
        return _serve(arguments, where)


def _serve(arguments: argparse.Namespace, where: Listening) -> int:
    from training.run.serving.server import ModelServer

    limits = Limits(upload_bytes=round(arguments.max_megabytes * MEGABYTE))
    path = arguments.model.absolute()
    with native_output_into(Path(os.devnull)):
        run = open_model(path)
    title = title_of(path, run)
    with told_as(path, run), open_quick(run) as predictor:
        with native_output_into(Path(os.devnull)):
            predictor.warm_up()
        server = ModelServer(predictor, title, where, arguments.token, limits)
        _end_politely()
        if predictor.note:
            say(f"note: {predictor.note}")
        if not where.is_loopback:
            say("note: whoever knows the token can use the model from other computers; what is sent is not encrypted")
        say(f"{title} answers at {where.url} (Ctrl+C ends it)")
        sys.stdout.flush()
        server.run()
    say("Stopped")
    return 0


def _end_politely() -> None:
    """Who ends it by its process number, or closes the terminal, ends it as Ctrl+C does."""
    if threading.current_thread() is not threading.main_thread():
        return
    for name in ("SIGTERM", "SIGHUP", "SIGBREAK"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), _interrupt)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _port(text: str) -> int:
    return within(text, int, "0 to 65535", lambda number: 0 <= number <= 65535)


def _megabytes(text: str) -> float:
    return within(text, float, "0.01 to 1024", lambda value: 0.01 <= value <= 1024)
