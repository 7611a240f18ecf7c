"""What may be typed for a camera."""

from __future__ import annotations

import pytest

from training.run.streams.camera import CameraSource
from training.run.streams.camera_address import camera_address, shown_address
from training.run.streams.problem import VideoProblem


@pytest.mark.parametrize(
    ("typed", "address", "shown"),
    [
        ("0", 0, "camera 0"),
        (" 12\n", 12, "camera 12"),
        ("http://192.168.0.20:8080/video", "http://192.168.0.20:8080/video", "http://192.168.0.20:8080/video"),
        ("HTTPS://Cam/x", "https://Cam/x", "https://Cam/x"),
        ("rtsp://me:secret@cam/live?key=1", "rtsp://me:secret@cam/live?key=1", "rtsp://cam/live"),
    ],
)
def test_numbers_and_addresses_are_taken(typed: str, address: int | str, shown: str):
    assert camera_address(typed) == address
    assert shown_address(address) == shown


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "-1",
        "100",
        "99999999999999999999",
        "٣",
        "/dev/video0",
        "/etc/passwd",
        "file:///etc/passwd",
        "C:\\films\\a.mp4",
        "concat:http://cam/a|http://cam/b",
        "subfile,,start,0,end,9,,:http://cam/a",
        "pipe:0",
        "ftp://cam/a",
        "http:/cam",
        "http://",
        "http:///video",
        "http://cam:99999/",
        "http://cam:0/",
        "http://[::1/",
        "http://cam/a b",
        "http://cam/a\r\nHost: other",
        "http://cam/" + "a" * 3000,
        "192.168.0.20:8080/video",
    ],
)
def test_anything_else_is_refused_with_what_was_expected(typed: str):
    with pytest.raises(VideoProblem, match=r"expected (a number|the number|an address)"):
        camera_address(typed)


def test_nothing_else_gets_to_the_camera_either():
    with pytest.raises(VideoProblem):
        CameraSource("file:///etc/passwd")
