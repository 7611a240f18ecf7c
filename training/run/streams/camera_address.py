"""What a person may type for a camera: the number of a device, or the address of a stream."""

from __future__ import annotations

from urllib.parse import urlsplit

from training.run.streams.problem import VideoProblem

SCHEMES = ("http", "https", "rtsp")
DEFAULT_PORTS = {"http": 80, "https": 443, "rtsp": 554}
MOST_DEVICES = 100
LONGEST = 2000
EXPECTED = "expected the number of a camera, such as 0, or an address that begins with http://, https:// or rtsp://"


def camera_address(text: str) -> int | str:
    """A device number, or an address with http://, https:// or rtsp://. Raises VideoProblem with what was expected."""
    typed = text.strip()
    if not typed:
        raise VideoProblem(f"no camera is named: {EXPECTED}")
    if typed.isascii() and typed.isdecimal():
        return _device(typed)
    if len(typed) > LONGEST or not all(letter.isprintable() and letter != " " for letter in typed):
        raise VideoProblem(f"this is no camera's address: {EXPECTED}")
    try:
        parts = urlsplit(typed)
        scheme, host, port = parts.scheme.lower(), parts.hostname, parts.port
    except ValueError as error:
        raise VideoProblem(f"“{typed}” is no camera's address ({error}): {EXPECTED}") from error
    if scheme not in SCHEMES or not typed.lower().startswith(f"{scheme}://"):
        raise VideoProblem(f"“{typed}” is no camera's address: {EXPECTED}")
    if not host or port == 0:
        raise VideoProblem(f"“{typed}” names no computer: expected an address like http://192.168.0.20:8080/video")
    return scheme + typed[len(scheme) :]


def shown_address(address: int | str) -> str:
    """For a person to read: "camera 0", or the address without what may be a name or a password."""
    if isinstance(address, int):
        return f"camera {address}"
    parts = urlsplit(address)
    return f"{parts.scheme}://{shown_host(address)}{parts.path}"


def shown_host(address: str) -> str:
    """The computer an address names, with its port if that is told."""
    return urlsplit(address).netloc.rpartition("@")[2]


def host_and_port(address: str) -> tuple[str, int]:
    parts = urlsplit(address)
    return parts.hostname or "", parts.port or DEFAULT_PORTS[parts.scheme]


def _device(digits: str) -> int:
    if len(digits) > 4 or int(digits) >= MOST_DEVICES:
        raise VideoProblem(f"there is no camera {digits[:20]}: expected a number from 0 to {MOST_DEVICES - 1}")
    return int(digits)
