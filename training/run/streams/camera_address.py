"""What a person may type for a camera: the number of a device, or the address of a stream."""

from __future__ import annotations


def camera_address(text: str) -> int | str:
    """A device number, or an address with http://, https:// or rtsp://. Raises VideoProblem with what was expected."""
    raise NotImplementedError


def shown_address(address: int | str) -> str:
    """For a person to read: "Camera 0", or the address without name and password."""
    raise NotImplementedError
