"""The site of the docs: built with warnings as errors, whole, and readable without a network."""

from __future__ import annotations

import html
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from desktop_app.__main__ import SUBCOMMANDS
from training.dataset import store_schema
from training.run.commands.command_line import make_parser
from training.run.events import EVENT_TYPES
from training.run.model_export.export_result import FILES
from training.run.settings_table import SETTINGS

ROOT = Path(__file__).resolve().parents[2]
DOWNLOADED = {"link": "href", "script": "src", "img": "src", "iframe": "src", "source": "src"}
CLICKS = 2


@dataclass
class Page(HTMLParser):
    """Its anchors, links, pictures and what it would load, as they stand in the file."""

    text: str
    anchors: set[str] = field(default_factory=set)
    links: list[str] = field(default_factory=list)
    loaded: list[str] = field(default_factory=list)
    images: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if "id" in given:
            self.anchors.add(given["id"])
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if tag == "img":
            self.images.append(given["src"])
        if tag in DOWNLOADED and DOWNLOADED[tag] in given and given.get("rel") not in ("canonical", "author"):
            self.loaded.append(given[DOWNLOADED[tag]])


def build(out: Path, source: Path = ROOT / "docs") -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-m",
        "sphinx",
        "-W",
        "--keep-going",
        "-q",
        "-c",
        str(ROOT / "docs"),
        "-d",
        str(out / "trees"),
    ]
    return subprocess.run(
        [*command, str(source), str(out / "site")],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("docs")
    built = build(out)
    assert built.returncode == 0, built.stdout + built.stderr
    return out / "site"


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Page]:
    return {path: Page(path.read_text(encoding="utf-8")) for path in site.rglob("*.html")}


def words_of(site: Path, page: str) -> str:
    """What a page shows, without its tags."""
    text = (site / page).read_text(encoding="utf-8")
    return html.unescape(re.sub(r"<[^>]+>", "", text))


def inner_links(path: Path, page: Page) -> Iterator[tuple[str, Path, str]]:
    """Each link that stays in the site: as it is written, the file it leads to, and the anchor in that."""
    for link in page.links:
        parts = urlsplit(link)
        if not parts.scheme and not parts.netloc:
            yield link, (path.parent / unquote(parts.path)).resolve() if parts.path else path, unquote(parts.fragment)


def test_every_setting_is_told_with_its_option(site: Path):
    words = words_of(site, "reference/settings.html")
    for setting in SETTINGS:
        assert setting.option in words
        assert setting.label in words
        assert setting.help in words


def commands() -> dict[str, set[str]]:
    """The name of each command, with its own subcommands, and its options."""
    found = {}
    waiting = [make_parser()]
    for parser in waiting:
        below = [
            each for action in parser._actions if isinstance(action.choices, dict) for each in action.choices.values()
        ]
        waiting += below
        if not below:
            found[parser.prog] = {option for action in parser._actions for option in action.option_strings}
    return found


def test_every_command_is_told_with_all_its_options(site: Path):
    text = (site / "reference/commands.html").read_text(encoding="utf-8")
    text = re.sub(r"<pre>.*?</pre>", "", text, flags=re.DOTALL)  # the usage names options without saying what they do
    parts = {
        html.unescape(re.sub(r"<[^>]+>", "", part.split("</h2>")[0])).rstrip("¶\uf0c1#"): html.unescape(
            re.sub(r"<[^>]+>", "", part)
        )
        for part in text.split("<h2>")[1:]
    }
    for name, options in commands().items():
        assert name in parts
        missing = [option for option in options - {"-h", "--help"} if option not in parts[name]]
        assert not missing, f"{name}: {missing}"
    assert {name.split()[1] for name in parts} <= SUBCOMMANDS


def test_keys_events_tables_and_exported_files_are_told(site: Path):
    assert "Ctrl+U" in words_of(site, "reference/shortcuts.html")
    assert "Hold R" in words_of(site, "reference/shortcuts.html")
    run_folder, project = words_of(site, "reference/run-folder.html"), words_of(site, "reference/project-file.html")
    assert [name for name in EVENT_TYPES if name not in run_folder] == []
    assert f"0x{store_schema.APPLICATION_ID:X}" in project
    assert "answered" in project
    exported = words_of(site, "reference/exported-zip.html")
    assert [name for name in FILES.values() if name not in exported] == []


def test_links_inside_lead_somewhere(pages: dict[Path, Page]):
    broken = [
        f"{path.name}: {link}"
        for path, page in pages.items()
        for link, target, anchor in inner_links(path, page)
        if not target.is_file() or (anchor and target in pages and anchor not in pages[target].anchors)
    ]
    assert broken == []


def test_every_picture_is_there_and_says_what_it_shows(site: Path, pages: dict[Path, Page]):
    missing = [src for path, page in pages.items() for src in page.images if not (path.parent / src).is_file()]
    assert missing == []
    written = [(page, line) for page in (ROOT / "docs").rglob("*.md") for line in page.read_text("utf-8").splitlines()]
    named = {(page.parent / name).resolve() for page, line in written for name in re.findall(r"!\[.+\]\((.+?)\)", line)}
    assert named == set((ROOT / "docs/images").iterdir())
    assert [image.name for image in named if image.stat().st_size > 150_000] == []


def test_nothing_is_loaded_from_elsewhere(site: Path, pages: dict[Path, Page]):
    foreign = {src for page in pages.values() for src in page.loaded if urlsplit(src).netloc}
    assert foreign == set()
    styles = [
        path
        for path in site.rglob("*.css")
        if re.search(r"(?:@import|url\()\s*[\"']?(?:https?:)?//", path.read_text("utf-8"))
    ]
    assert styles == []


def test_every_page_is_two_clicks_from_the_first(site: Path, pages: dict[Path, Page]):
    """By links in the pages themselves, whatever the theme puts beside them."""
    reached = {(site / "index.html").resolve()}
    for _ in range(CLICKS):
        reached |= {target for path in reached for _, target, _ in inner_links(path, pages[path]) if target in pages}
    made_by_sphinx = {"genindex.html", "search.html"}
    assert {path.name for path in pages if path not in reached} <= made_by_sphinx


def written_commands() -> list[tuple[str, str]]:
    """Each command line that stands on a line of its own in the pages: the page's name, and what follows `boxwright`."""
    found = []
    for page in sorted((ROOT / "docs").rglob("*.md")):
        text = page.read_text(encoding="utf-8").replace("\\\n", " ")
        lines = re.findall(r"^(?:    )?(?:\w+=\w+ )*boxwright (.+)$", text, re.MULTILINE)
        found += [(page.name, line) for line in lines]
    return found


def test_every_command_line_in_the_pages_is_understood():
    parser, lines = make_parser(), written_commands()
    assert len(lines) > 15
    for page, line in lines:
        try:
            parser.parse_args(shlex.split(line))
        except SystemExit:
            pytest.fail(f"{page}: boxwright {line}")


LEADS_NOWHERE = {"[gone](nowhere.md)": "nowhere.md", "[gone](#no-head)": "no-head", "![gone](no.png)": "no.png"}


def test_what_leads_nowhere_fails_the_build(tmp_path: Path):
    (tmp_path / "index.md").write_text("# Page\n\n" + "\n\n".join(LEADS_NOWHERE), encoding="utf-8")
    built = build(tmp_path / "out", tmp_path)
    assert built.returncode != 0
    assert [name for name in LEADS_NOWHERE.values() if name not in built.stderr] == []


def test_a_part_that_nobody_makes_fails_the_build(tmp_path: Path):
    (tmp_path / "index.md").write_text("# Page\n\n<!-- part: no such part -->\n", encoding="utf-8")
    built = build(tmp_path / "out", tmp_path)
    assert built.returncode != 0
    assert "no such part" in built.stderr
