"""`boxwright sample DIR`."""

import argparse
import json

import pytest

from training.dataset.sample_command import add_parser
from training.dataset.store import ProjectStore


def run(*arguments):
    parser = argparse.ArgumentParser()
    add_parser(parser.add_subparsers(required=True))
    args = parser.parse_args(["sample", *map(str, arguments)])
    return args.run(args)


def test_it_draws_a_project_and_says_what_it_made(tmp_path, capsys):
    assert run(tmp_path / "new" / "sample", "--count", 12, "--seed", 5) == 0
    out, err = capsys.readouterr()
    assert out.startswith("Drew 12 pictures into ")
    assert err == ""
    assert (tmp_path / "new" / "sample" / "project.boxwright").is_file()


def test_with_json_the_last_line_is_one_object_with_the_figures(tmp_path, capsys):
    assert run(tmp_path / "s", "--count", 16, "--json", "--all-labelled") == 0
    figures = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert figures["images"] == 16
    assert figures["objects"] + figures["negatives"] == 16
    assert figures["unlabelled"] == 0
    assert sum(figures["classes"].values()) == figures["objects"]
    assert figures["folder"] == str(tmp_path / "s")


def test_the_seed_reaches_the_drawing(tmp_path):
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        assert run(tmp_path / name, "--count", 1, "--seed", seed) == 0
    a, b, c = (next((tmp_path / name).glob("*/*")).read_bytes() for name in "abc")
    assert a == b != c


def test_a_folder_with_something_in_it_is_refused(tmp_path, capsys):
    note = tmp_path / "note.txt"
    note.write_text("mine", encoding="utf-8")
    assert run(tmp_path, "--count", 2) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err == f"boxwright: {tmp_path}: expected a new or empty folder, but there is something in it.\n"
    assert [path.name for path in tmp_path.iterdir()] == ["note.txt"]


def test_an_existing_sample_is_refused_too(tmp_path, capsys):
    assert run(tmp_path / "s", "--count", 1) == 0
    assert run(tmp_path / "s", "--count", 1) == 1


def test_a_file_in_the_way_is_a_one_line_reason(tmp_path, capsys):
    blocked = tmp_path / "file"
    blocked.write_text("x", encoding="utf-8")
    assert run(blocked / "below", "--count", 1) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.parametrize("arguments", [["--count", "0"], ["--count", "many"], ["--seed", "-1"], []])
def test_wrong_usage_ends_with_2(tmp_path, arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        run(*([tmp_path / "s"] if arguments else []), *arguments)
    assert ended.value.code == 2


def test_what_it_drew_can_be_opened_as_a_project(tmp_path):
    assert run(tmp_path / "s", "--count", 9) == 0
    store = ProjectStore.open(tmp_path / "s")
    try:
        assert len(store.summaries()) == 9
    finally:
        store.close()
