"""The check lives in a home of its own."""

from __future__ import annotations

from pathlib import Path

from desktop_app.self_check.own_home import move_in


def test_all_places_of_a_person_are_in_the_new_home(tmp_path: Path):
    environment = {
        "HOME": "/home/somebody",
        "XDG_CONFIG_HOME": "/home/somebody/.config",
        "KERAS_HOME": "/data",
        "LANG": "C",
    }
    move_in(tmp_path / "home", environment)
    places = {name: Path(value) for name, value in environment.items() if name not in ("LANG",)}
    assert all(place.is_relative_to(tmp_path / "home") and place.is_dir() for place in places.values())
    assert {"HOME", "USERPROFILE", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "APPDATA"} <= places.keys()
    assert "KERAS_HOME" not in places
    assert environment["LANG"] == "C"


def test_the_key_of_the_screen_stays_where_it_was(tmp_path: Path):
    old = tmp_path / "old"
    old.mkdir()
    (old / ".Xauthority").touch()
    environment = {"HOME": str(old)}
    move_in(tmp_path / "new", environment)
    assert environment["XAUTHORITY"] == str(old / ".Xauthority")
    environment = {"HOME": str(old), "XAUTHORITY": "/run/key"}
    move_in(tmp_path / "new", environment)
    assert environment["XAUTHORITY"] == "/run/key"
