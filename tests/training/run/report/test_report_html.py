from __future__ import annotations

import base64
import io
from html.parser import HTMLParser
from pathlib import Path

import pytest
from PIL import Image

from tests.helpers.judged_runs import TRUE, judged_image, judged_pictures, judged_run, labelled
from training.run.report.html_gallery import MOST_PICTURES
from training.run.report.report_html import write_html
from training.run.run_folder import RunFolder

HOSTILE = '<script>alert("x")</script>'
VOID = {"meta", "br"}
LEADING_ELSEWHERE = ("href", "src", "xlink:href", "action", "data", "srcset", "background", "poster")


class Page(HTMLParser):
    """Elements, their attributes, and the text."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(content)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def written(run: RunFolder, tmp_path: Path, folder: Path | None, **names) -> tuple[str, Page]:
    write_html(run, tmp_path / "report.html", folder, lambda *_: None, **names)
    content = (tmp_path / "report.html").read_text(encoding="utf-8")
    page = Page(content)
    assert page.open == []
    return content, page


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    images = judged_pictures(tmp_path / "images", 30)
    return judged_run(tmp_path / "run", images, tmp_path / "images")


def test_the_page_needs_nothing_else(run: RunFolder, tmp_path: Path):
    content, page = written(run, tmp_path, tmp_path / "images")
    led = [attributes[name] for _, attributes in page.elements for name in LEADING_ELSEWHERE if name in attributes]
    assert len(led) == MOST_PICTURES
    assert all(place.startswith("data:image/jpeg;base64,") for place in led)
    assert page.of("script") == page.of("link") == page.of("iframe") == []
    assert "url(" not in content
    assert "@import" not in content
    assert "default-src 'none'" in page.of("meta")[1]["content"]


def test_names_from_outside_are_text_and_nothing_else(tmp_path: Path):
    hostile = labelled(TRUE, HOSTILE)
    images = [judged_image(f"{HOSTILE.replace('/', '')}.png", hostile, labelled(TRUE, "b"), 0.9)]
    run = judged_run(tmp_path / "run", images, tmp_path, classes=(HOSTILE, "b"))
    content, page = written(run, tmp_path, None, name=HOSTILE, note='"><img src=x>')
    assert page.of("script") == page.of("img") == []
    assert "<script" not in content
    assert page.text.count(HOSTILE) >= 4  # title, heading, matrix, picture
    assert '"><img src=x>' in page.text


def test_the_worst_pictures_are_inside_with_their_boxes(run: RunFolder, tmp_path: Path):
    _, page = written(run, tmp_path, tmp_path / "images")
    pictures = page.of("image")
    assert len(pictures) == MOST_PICTURES
    content = base64.b64decode(pictures[0]["href"].partition(",")[2])
    assert Image.open(io.BytesIO(content)).size == (96, 72)
    kinds = [attributes.get("class") for attributes in page.of("rect")]
    missed = 5
    assert kinds.count("true") == MOST_PICTURES
    assert kinds.count("predicted") == MOST_PICTURES - missed
    predicted = [attributes for attributes in page.of("rect") if attributes.get("class") == "predicted"]
    assert all("stroke-dasharray" in attributes for attributes in predicted)
    assert page.text.count("Missed") == missed
    assert "IoU 0.33" in page.text


def test_figures_settings_and_origin_are_told(run: RunFolder, tmp_path: Path):
    _, page = written(run, tmp_path, None, name="My run", note="With lamp")
    for expected in ("My run", "With lamp", "Validation images", "Loss", "Quality", "IoU ≥ 0.75", "Small", "CPU"):
        assert expected in page.text
    assert "The picture was not at hand." in page.text
    assert len(page.of("polyline")) == 5  # losses of training and validation; three qualities


def test_a_run_without_figures_says_so(tmp_path: Path):
    run = judged_run(tmp_path / "run", [judged_image("a.png")], tmp_path, ended=False)
    _, page = written(run, tmp_path, None)
    assert "This run has not ended, or was cut off." in page.text
    assert "Validation images: not judged" in page.text
    assert page.of("image") == []


def test_whoever_cancels_keeps_the_old_file(run: RunFolder, tmp_path: Path):
    def cancel(done: int, _total: int) -> None:
        if done == 3:
            raise InterruptedError

    (tmp_path / "old.html").write_text("old")
    with pytest.raises(InterruptedError):
        write_html(run, tmp_path / "old.html", tmp_path / "images", cancel)
    assert (tmp_path / "old.html").read_text() == "old"
