"""Everything that is needed is found with its licence; what has none is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop_app.licences import collecting
from desktop_app.licences.collecting import LicenceProblem, collect
from desktop_app.licences.finding import shipped_parts
from desktop_app.licences.shipped_part import LicenceText, ShippedPart, as_json, as_text, from_json


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Writes the metadata of a distribution that is found before the real ones."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))

    def write(name: str, *lines: str, **files: str) -> None:
        files = {f"{name}-1.0.dist-info/{path}": text for path, text in files.items()}
        files[f"{name}-1.0.dist-info/METADATA"] = "\n".join(
            ("Metadata-Version: 2.4", f"Name: {name}", "Version: 1.0", *lines, "")
        )
        for path, text in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8")
        record = "".join(f"{path},,\n" for path in files)
        (folder / f"{name}-1.0.dist-info/RECORD").write_text(record, encoding="utf-8")

    return write


def named(parts: list[ShippedPart], name: str) -> ShippedPart:
    (part,) = (part for part in parts if part.name == name)
    return part


def test_what_is_needed_here_is_found_with_what_that_needs(install):
    install("boxwright", "Requires-Dist: painter>=1", 'Requires-Dist: other; extra == "more"', LICENSE="ours")
    install("painter", "License: Free", 'Requires-Dist: brush; python_version > "3"', LICENSE="paint\n")
    install("brush", "License-Expression: MIT", "Requires-Dist: painter", **{"licenses/COPYING": "brush"})
    parts = collect(strict=True)
    assert [part.name for part in parts] == ["boxwright", "Python", "brush", "painter"]
    assert parts[2] == ShippedPart("brush", "1.0", "MIT", "", (LicenceText("COPYING", "brush"),))
    assert parts[3].licence == "Free"
    assert "PYTHON SOFTWARE FOUNDATION" in parts[1].texts[0].text.upper()


def test_notices_come_with_the_licence_and_the_same_text_comes_once(install):
    install("boxwright", LICENSE="ours", **{"licenses/LICENSE": "ours", "NOTICE.txt": "by others", "notes.json": "no"})
    texts = collect(strict=True)[0].texts
    assert [text.text for text in texts] == ["ours", "by others"]


def test_a_library_that_brings_only_the_name_of_its_licence_gets_the_standard_text(install):
    install("boxwright", "Requires-Dist: engine", LICENSE="ours")
    install("engine", "License: Apache 2.0", **{"THIRD_PARTY_NOTICES.txt": "by others"})
    texts = named(collect(strict=True), "engine").texts
    assert "Version 2.0, January 2004" in texts[0].text
    assert texts[1].text == "by others"


def test_what_has_no_text_or_is_not_there_is_named(install):
    install("boxwright", "Requires-Dist: silent", LICENSE="ours")
    install("silent", "Classifier: License :: OSI Approved :: Some License")
    with pytest.raises(LicenceProblem, match="no text is known for silent"):
        collect(strict=True)
    assert named(collect(), "silent").licence == "Some License"
    install("silent", "Requires-Dist: absent-library")
    with pytest.raises(LicenceProblem, match="not installed, but needed: absent-library"):
        collect(strict=True)
    assert named(collect(), "silent").licence == ""


def test_one_that_stands_for_another_counts(install, monkeypatch):
    monkeypatch.setitem(collecting.STANDS_FOR, "large-engine", "small-engine")
    install("boxwright", "Requires-Dist: large_engine", LICENSE="ours")
    install("small_engine", LICENSE="engine")
    assert named(collect(strict=True), "small_engine").texts[0].text == "engine"


def test_the_real_ones_bring_the_notices_of_their_parts():
    parts = collect(strict=True)
    texts = {part.name.lower(): [text.text for text in part.texts] for part in parts}
    assert any("GNU LESSER GENERAL PUBLIC LICENSE" in text for text in texts["pyside6_essentials"])
    assert any("GNU LESSER GENERAL PUBLIC LICENSE" in text for text in texts["shiboken6"])
    assert any("FFmpeg" in text for text in texts["opencv-python-headless"])
    assert "Apache License" in texts["tensorflow"][0]
    assert any("Eigen" in text for text in texts["tensorflow"])
    assert {"pytest", "mypy", "ruff", "sphinx"}.isdisjoint(texts)


def test_what_is_written_is_read_again_and_shared_texts_are_written_once():
    shared = LicenceText("LICENSE", "the same " * 100)
    parts = [ShippedPart(name, "1", "MIT", "", (shared, LicenceText("NOTICE", name))) for name in ("ä", "b")]
    written = as_json(parts)
    assert from_json(written) == parts
    assert written.count("the same " * 100) == 1
    assert as_text(parts).count("──── NOTICE ────") == 2


@pytest.mark.parametrize("written", ["", "[]", "{}", '{"texts": [], "parts": [{"name": "a"}]}'])
def test_a_broken_file_is_no_list_of_licences(written: str):
    with pytest.raises(ValueError, match=r"."):
        from_json(written)


def test_the_file_that_came_with_the_program_counts(tmp_path: Path, monkeypatch):
    part = ShippedPart("kit", "2", "MIT", "https://example.org", (LicenceText("LICENSE", "text"),))
    (tmp_path / "collected.json").write_text(as_json([part]), encoding="utf-8")
    monkeypatch.setattr("desktop_app.licences.finding.resource", lambda *names: tmp_path / names[-1])
    assert shipped_parts(lambda done, total: None) == [part]
