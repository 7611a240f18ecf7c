"""Runs first in every process of the built program: sets right what its loader and this system do differently."""

import faulthandler
import os
import sys
from pathlib import Path

# Where Debian and Arch, Fedora, and openSUSE keep whom to trust; the OpenSSL inside was built for one of them.
TRUSTED = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem")


def start() -> None:
    _give_other_programs_their_libraries()
    _know_whom_to_trust()
    # A program of Windows with a window has no console: what libraries print goes nowhere, instead of failing.
    for stream in ("stdout", "stderr"):
        if getattr(sys, stream) is None:
            setattr(sys, stream, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 -- as long as the process
        elif stream == "stderr" and os.environ.get("PYTHONFAULTHANDLER"):
            faulthandler.enable()  # which Python itself does only where it is not built in


def _give_other_programs_their_libraries() -> None:
    """The loader points to ours, and has read it when we come; a browser or ffmpeg started from here must find its own."""
    for name in ("LD_LIBRARY_PATH", "LIBPATH"):
        original = os.environ.pop(f"{name}_ORIG", None)
        if original is not None:
            os.environ[name] = original
        elif sys.platform != "win32":
            os.environ.pop(name, None)


def _know_whom_to_trust() -> None:
    """For downloads. Windows is asked by Python itself."""
    if sys.platform == "win32" or "SSL_CERT_FILE" in os.environ:
        return
    inside = Path(getattr(sys, "_MEIPASS", ""), "certifi/cacert.pem")
    places = [*map(Path, TRUSTED if sys.platform == "linux" else ()), inside]
    found = next((place for place in places if place.is_file()), None)
    if found is not None:
        os.environ["SSL_CERT_FILE"] = str(found)


start()
