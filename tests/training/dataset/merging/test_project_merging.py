"""Two people's work on the same photos becomes one project, and where they disagree is listed, not guessed."""

from __future__ import annotations

import csv
import shutil
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.helpers.pictures import write_picture
from tests.helpers.two_people import MY_CLASSES, THEIR_CLASSES, my_box, record, records_in, two_projects, write_project
from training.dataset.box import ProjectBox
from training.dataset.dataset import Split
from training.dataset.merging.differences import Choice, Difference, compare, matched
from training.dataset.merging.merge_table import write_table
from training.dataset.merging.project_merging import MergePlan, plan_merge
from training.dataset.project_errors import ProjectError
from training.dataset.project_zip import write_project_zip
from training.dataset.records import AnsweredProposal, ClassRecord, ImageRecord
from training.dataset.store import ProjectStore


@pytest.fixture
def people(tmp_path: Path) -> tuple[Path, Path]:
    return two_projects(tmp_path)


def planned(mine: Path, theirs: Path) -> MergePlan:
    with closing(ProjectStore.open(mine, read_only=True)) as store:
        return plan_merge(store, theirs)


def merge(mine: Path, theirs: Path, prefer: Choice) -> MergePlan:
    with closing(ProjectStore.open(mine)) as store:
        plan = plan_merge(store, theirs)
        plan.apply(store, prefer)
    return plan


def kinds(plan: MergePlan) -> list[tuple[str, Difference]]:
    return [(finding.image, finding.kind) for finding in plan.findings]


def test_what_the_two_did_is_sorted_out(people):
    plan = planned(*people)
    assert [after.path for _, after in plan.taken] == ["theirs.png"]
    assert (plan.mine_only, plan.equal) == (1, 1)
    assert kinds(plan) == [
        ("class.png", Difference.OTHER_CLASS),
        ("class.png", Difference.OWN_CLASS),
        ("empty.png", Difference.EMPTY),
        ("number.png", Difference.ONLY_MINE),
        ("number.png", Difference.ONLY_THEIRS),
        ("edges.png", Difference.EDGES),
    ]
    assert (plan.problems, plan.notes) == ((), ())


def test_the_figures(people):
    agreement = planned(*people).agreement
    assert (agreement.images, agreement.equal, agreement.share) == (5, 1, 0.2)
    assert agreement.boxes == 5
    assert agreement.mean_iou == pytest.approx((0.99 + 1 + 1 + 0.8 + 1) / 5)
    assert agreement.mix_ups == [("cup", "fork", 2)]
    assert agreement.confusion["cup", "cup"] == 2


def test_classes_of_the_same_name_are_one_and_new_ones_keep_their_colour(people):
    plan = planned(*people)
    assert plan.classes_after == (*MY_CLASSES, ClassRecord(3, "Cup", "#123456"))
    (_, taken), = plan.taken  # fmt: skip
    assert taken.boxes == (ProjectBox(5, 5, 55, 55, 3),)
    assert taken.reviewed


def test_mine_stays_unless_somebody_says_otherwise(people):
    before = records_in(people[0])
    merge(*people, Choice.MINE)
    after = records_in(people[0])
    assert {name: after[name] for name in before} == before
    assert set(after) - set(before) == {"theirs.png"}


def test_theirs(people):
    merge(*people, Choice.THEIRS)
    after = records_in(people[0])
    assert after["class.png"].boxes == (my_box(2),)
    assert after["class.png"].class_id == 2
    assert after["edges.png"].boxes == (my_box(2, 10, 10, 90, 60),)
    assert after["edges.png"].reviewed
    assert after["empty.png"].boxes == (my_box(1),)
    assert after["number.png"].boxes == (my_box(1), my_box(3, 20, 120, 80, 180))
    assert after["agreed.png"].boxes[0] == my_box(1)


def test_both(people):
    merge(*people, Choice.BOTH)
    after = records_in(people[0])
    assert after["class.png"].boxes == (my_box(1), my_box(2))
    assert after["class.png"].class_id == 1
    assert after["edges.png"].boxes == (my_box(2, 10, 10, 100, 60),)
    assert after["empty.png"].boxes == (my_box(1),)
    assert after["number.png"].boxes == (my_box(1), my_box(1, 150, 10, 250, 60), my_box(3, 20, 120, 80, 180))


def test_theirs_where_they_saw_nothing(people):
    mine, theirs = people
    plan = merge(theirs, mine, Choice.THEIRS)
    assert plan.findings[0].image in ("class.png", "empty.png")
    empty = records_in(theirs)["empty.png"]
    assert empty.is_negative


def test_each_disagreement_can_be_decided_by_itself(people):
    plan = planned(*people)
    choices = {finding: Choice.THEIRS for finding in plan.findings if finding.kind is Difference.ONLY_THEIRS}
    changed = {after.path: after for _, after in plan.changes(choices)}
    assert set(changed) == {"theirs.png", "number.png"}
    assert len(changed["number.png"].boxes) == 3


def test_merging_twice_changes_nothing_more(people):
    merge(*people, Choice.THEIRS)
    again = merge(*people, Choice.THEIRS)
    assert again.changes(default=Choice.THEIRS) == ()
    assert again.findings == ()


def test_a_project_that_was_handed_in(people, tmp_path: Path):
    mine, theirs = people
    write_project_zip(theirs, tmp_path / "theirs.zip")
    assert kinds(planned(mine, tmp_path / "theirs.zip")) == kinds(planned(mine, theirs))
    assert planned(mine, tmp_path / "theirs.zip").title == "theirs"


def test_a_photo_in_another_place_is_found_by_its_name_and_one_that_was_renamed_by_its_bytes(people):
    mine, theirs = people
    (mine / "sub").mkdir()
    for name, place in (("theirs.png", "sub/theirs.png"), ("mine.png", "sub/mine.png")):
        shutil.move(mine / name, mine / place)
    write_project(theirs, records_classes(theirs), [record("holiday.png", [my_box(4, 1, 1, 40, 40)])])
    write_picture(mine / "my day.png", 300, 200, 40)
    shutil.copy(mine / "my day.png", theirs / "holiday.png")
    plan = planned(mine, theirs)
    assert [after.path for _, after in plan.taken] == ["my day.png", "sub/theirs.png"]
    assert plan.problems == ()


def records_classes(folder: Path) -> tuple[ClassRecord, ...]:
    with closing(ProjectStore.open(folder, read_only=True)) as store:
        return store.classes()


def test_another_photo_of_the_same_name_is_not_merged(people):
    mine, theirs = people
    (mine / "theirs.png").unlink()
    write_picture(mine / "other" / "theirs.png", 300, 200, 55)
    write_project(mine, MY_CLASSES, [ImageRecord("edges.png", 40, 30, reviewed=True)])
    plan = planned(mine, theirs)
    assert [str(problem) for problem in plan.problems] == [
        "edges.png: theirs is 300 x 200, mine 40 x 30: another photo",
        "theirs.png: there is no such photo in this project",
    ]


def test_a_file_that_differs_is_told(people):
    mine, theirs = people
    with (mine / "theirs.png").open("ab") as file:
        file.write(b"something that a program added")
    assert [problem.file for problem in planned(mine, theirs).notes] == ["theirs.png"]


def test_their_boxes_stay_inside_the_image(people):
    mine, theirs = people
    write_project(theirs, records_classes(theirs), [record("theirs.png", [my_box(4, 250, 150, 400, 400)])])
    (_, taken), = planned(mine, theirs).taken  # fmt: skip
    assert taken.boxes == (my_box(2, 250, 150, 300, 200),)


def test_boxes_that_all_lie_outside_are_no_work(people):
    mine, theirs = people
    write_project(theirs, records_classes(theirs), [record("mine.png", [my_box(4, 400, 300, 500, 350)])])
    plan = planned(mine, theirs)
    assert "mine.png" not in [image for image, _ in kinds(plan)]
    assert plan.mine_only == 1


def test_what_this_project_knows_besides_stays_and_their_split_fills_up(people):
    mine, theirs = people
    rejected = AnsweredProposal(1, 1, 9, 9, 1, "my run", False)
    taken_there = AnsweredProposal(1, 1, 9, 9, 4, "their run", True)
    write_project(mine, MY_CLASSES, [ImageRecord("theirs.png", 300, 200, split=Split.TEST, answered=(rejected,))])
    there = [record("theirs.png", [my_box(4)]), record("extra.png", [my_box(4)])]
    there = [replace(one, split=Split.VALIDATION, answered=(taken_there,)) for one in there]
    write_picture(mine / "extra.png", 300, 200)
    shutil.copy(mine / "extra.png", theirs)
    write_project(theirs, records_classes(theirs), there)
    merge(mine, theirs, Choice.MINE)
    after = records_in(mine)
    assert (after["theirs.png"].split, after["theirs.png"].answered) == (Split.TEST, (rejected,))
    assert (after["extra.png"].split, after["extra.png"].answered) == (Split.VALIDATION, ())
    assert after["extra.png"].boxes == (my_box(2),)


def test_the_project_itself_and_what_is_none(people, tmp_path: Path):
    with pytest.raises(ProjectError, match="itself"):
        planned(people[0], people[0] / "project.boxwright")
    write_picture(tmp_path / "bare" / "a.png")
    with pytest.raises(ProjectError, match="no project yet"):
        planned(people[0], tmp_path / "bare")


def test_boxes_of_one_class_find_each_other_first():
    mine = [my_box(1, 0, 0, 100, 100), my_box(2, 0, 0, 100, 90)]
    theirs = [my_box(2, 0, 0, 100, 100), my_box(1, 0, 0, 100, 80)]
    assert [(match.mine, match.theirs) for match in matched(mine, theirs)] == [(0, 1), (1, 0)]


def test_equal_boxes_one_upon_the_other_are_told_apart():
    twice = record("a.png", [my_box(1), my_box(1)])
    assert compare(twice, twice).findings == ()
    (finding,) = compare(twice, record("a.png", [my_box(1)])).findings
    assert (finding.kind, finding.mine) == (Difference.ONLY_MINE, (1,))


def test_the_table(people, tmp_path: Path):
    write_table(planned(*people), tmp_path / "table.csv")
    with (tmp_path / "table.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["image"] for row in rows][-1] == "edges.png"
    assert list(rows[0].values()) == ["class.png", "other class", "cup", "fork", "1", "1", "10", "10", "110", "60"]
    assert (rows[1]["mine"], rows[1]["theirs"], rows[1]["xmin"]) == ("cup", "fork", "")
    assert (rows[-1]["iou"], rows[-1]["weight"]) == ("0.8", "0.2")


@pytest.mark.parametrize("prefer", [Choice.THEIRS, Choice.BOTH])
def test_what_only_a_format_knows_of_their_boxes_comes_with_them(tmp_path: Path, prefer: Choice):
    mine, theirs = two_projects(tmp_path)
    extra = '{"voc":{"difficult":"1"}}'
    their_boxes = [ProjectBox(150, 120, 180, 180, 7, extra=extra)]
    write_project(theirs, THEIR_CLASSES, [record("theirs.png", their_boxes), record("number.png", their_boxes)])
    merge(mine, theirs, prefer)
    after = records_in(mine)
    assert [box.extra for box in after["theirs.png"].boxes] == [extra]
    assert extra in [box.extra for box in after["number.png"].boxes]
