"""Where a server listens: on this computer alone, or, with a token, where others reach it."""

from __future__ import annotations

import ipaddress
import os
import socket
from dataclasses import dataclass

from training.run.failure import RunFailed

LOOPBACK = "127.0.0.1"
SHORTEST_TOKEN = 12


@dataclass(frozen=True, slots=True)
class Listening:
    """A socket that is bound, and how it is reached."""

    socket: socket.socket
    host: str
    port: int
    is_loopback: bool

    @property
    def url(self) -> str:
        return f"http://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}/"


def listen(host: str, port: int, token: str) -> Listening:
    """Bind to an address of this computer; port 0 is any free one.

    Raises RunFailed where the address is not to be had, or where others would reach it without a token.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    except (OSError, UnicodeError, OverflowError) as error:
        raise RunFailed(f"--host: expected an address of this computer, got {host!r}") from error
    is_loopback = ipaddress.ip_address(str(address[0]).partition("%")[0]).is_loopback
    check_token(token, host, is_loopback)
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        if os.name == "posix":  # elsewhere it would let a second program have the same port
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
    except OSError as error:
        bound.close()
        raise RunFailed(
            f"can't listen at {host}, port {port}: {error.strerror or error}; choose another with --port, 0 for any that "
            "is free"
        ) from error
    return Listening(bound, host, bound.getsockname()[1], is_loopback)


def check_token(token: str, host: str, is_loopback: bool) -> None:
    """Raises RunFailed for an address that others reach and no token, or one that is soon guessed."""
    if not is_loopback and not token:
        raise RunFailed(
            f"--host {host} lets every computer that reaches this one send pictures to the model and read its answers; "
            f"choose a word that they must know, with --token and at least {SHORTEST_TOKEN} characters, "
            f"or leave --host out to answer this computer alone"
        )
    if token and (len(token) < SHORTEST_TOKEN or not token.isascii() or not token.isprintable() or " " in token):
        raise RunFailed(
            f"--token: expected at least {SHORTEST_TOKEN} letters, digits or signs without blanks, so that nobody guesses it"
        )
