"""classes.txt keeps every name and its place."""

from __future__ import annotations

from pathlib import Path

from tests.helpers.random_projects import ODD_CLASSES
from training.dataset.formats import class_list


def test_names_come_back_in_their_order(tmp_path: Path):
    class_list.write(ODD_CLASSES, tmp_path / "classes.txt")
    assert class_list.read(tmp_path / "classes.txt") == ODD_CLASSES


def test_plain_names_are_plain_lines(tmp_path: Path):
    class_list.write(["b c", "Käse"], tmp_path / "classes.txt")
    assert (tmp_path / "classes.txt").read_bytes() == "b c\nKäse\n".encode()


def test_lists_of_others_are_read(tmp_path: Path):
    (tmp_path / "classes.txt").write_bytes(b'\xef\xbb\xbfcat \r\n\r\ndog\r\n"broken\r\ndog\r\n')
    assert class_list.read(tmp_path / "classes.txt") == ("cat", "dog", '"broken')
