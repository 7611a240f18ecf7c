"""Names in an archive mean one place on every system, and none is lost."""

from __future__ import annotations

import pytest

from training.dataset.archives.entry_names import fault_of_name, first_twin
from training.dataset.archives.portable_names import portable_names


def test_usual_names_stay():
    names = ["one.png", "sub/two Ä.jpg", "sub/deeper/3.heic"]
    assert portable_names(names) == {name: name for name in names}


@pytest.mark.parametrize(
    ("name", "portable"),
    [
        ("Screenshot 12:30:00.png", "Screenshot 12_30_00.png"),
        ("back\\slash.jpg", "back_slash.jpg"),
        ("con.png", "_con.png"),
        ("trip. /a.jpg", "trip__/a.jpg"),
        ("old.zip/a.jpg", "old.zip/a.jpg"),
    ],
)
def test_a_name_that_means_something_else_elsewhere_gets_another(name: str, portable: str):
    assert portable_names([name]) == {name: portable}


def test_names_that_some_systems_cannot_tell_apart():
    names = portable_names(["a.jpg", "A.JPG", "b:.jpg", "b_.jpg"], taken=["b__2.jpg"])
    assert names["a.jpg"] == "a.jpg"
    assert names["b_.jpg"] == "b_.jpg"
    assert len(set(names.values())) == 4
    assert first_twin([*names.values(), "b__2.jpg"]) == ""


def test_a_long_name_is_cut():
    (name,) = portable_names([f"{'folder/' * 40}{'x' * 200}.png"]).values()
    assert fault_of_name(name) == ""
    assert name.endswith(".png")
