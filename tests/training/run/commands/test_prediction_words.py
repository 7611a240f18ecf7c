from __future__ import annotations

from training.run.answers.prediction import Answer, ClassAnswer, ClassScore
from training.run.commands.prediction_words import MOST_LINES, Tally

ANSWER = Answer(answers=(ClassAnswer((ClassScore("cup", 1, 0.91), ClassScore("fork", 2, 0.09))),))


def counted(images: int, *, keeps_all: bool) -> Tally:
    tally = Tally(keeps_all=keeps_all)
    for number in range(images):
        tally.add(f"{number}.png", ANSWER)
    return tally


def test_of_very_many_answers_the_terminal_shows_some_and_says_how_many_more():
    *lines, last = counted(MOST_LINES + 7, keeps_all=False).lines()
    assert lines[0] == "0.png: cup 91 %, fork 9 %"
    assert (len(lines), last) == (MOST_LINES, "… and 7 more")


def test_few_answers_are_shown_without_more():
    assert list(counted(1, keeps_all=False).lines()) == ["0.png: cup 91 %, fork 9 %"]


def test_all_are_kept_only_where_all_are_told():
    assert len(counted(MOST_LINES + 7, keeps_all=True).to_plain(is_classifier=True)["answers"]) == MOST_LINES + 7
    assert len(counted(MOST_LINES + 7, keeps_all=False).answers) == MOST_LINES


def test_a_localizer_finds_objects_and_has_no_answers():
    tally = Tally()
    tally.add("a.png", Answer())
    assert tally.summary(is_classifier=False) == "Found 0 objects in 1 images, skipped 0"
    assert "answers" not in tally.to_plain(is_classifier=False)
