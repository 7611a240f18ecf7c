from __future__ import annotations

import math
from pathlib import Path

from training.run.answers.prediction import PredictedBox
from training.run.events import EpochEvent
from training.run.result_files import HistoryFile, write_predictions

BOX = PredictedBox(1.5, 2, 30.12345, 40, label="cup, large", class_id=3, score=0.98765)


def epoch(number: int, **figures: float) -> EpochEvent:
    return EpochEvent(epoch=number, epochs=9, figures=figures, seconds=1.5, best=number == 1)


def test_each_epoch_is_a_row_of_history_as_soon_as_it_ends(tmp_path: Path):
    history = HistoryFile(tmp_path / "history.csv")
    history.add(epoch(1, val_loss=2.0, loss=1.25, mean_iou=0.5))
    history.add(epoch(2, loss=math.nan, mean_iou=0.6, val_loss=1.0))
    assert (tmp_path / "history.csv").read_bytes() == (
        b"epoch,seconds,best,loss,mean_iou,val_loss\n1,1.500,1,1.25,0.5,2\n2,1.500,0,,0.6,1\n"
    )


def test_a_run_that_goes_on_keeps_the_rows_of_the_epochs_that_count(tmp_path: Path):
    file = tmp_path / "history.csv"
    history = HistoryFile(file)
    for number in (1, 2, 3):
        history.add(epoch(number, loss=float(number)))
    with file.open("a") as torn:
        torn.write("4,1.5")
    again = HistoryFile(file, epochs_before=2)
    again.add(epoch(3, loss=30.0))
    assert file.read_text() == "epoch,seconds,best,loss\n1,1.500,1,1\n2,1.500,0,2\n3,1.500,0,30\n"


def test_a_run_that_begins_anew_has_no_rows_of_before(tmp_path: Path):
    file = tmp_path / "history.csv"
    HistoryFile(file).add(epoch(1, loss=1.0))
    again = HistoryFile(file, epochs_before=0)
    assert not file.exists()
    again.add(epoch(1, mean_iou=0.5))
    assert file.read_text() == "epoch,seconds,best,mean_iou\n1,1.500,1,0.5\n"


def test_predictions_are_rows_and_an_image_with_nothing_in_it_is_one_too(tmp_path: Path):
    write_predictions(tmp_path / "p.csv", [("a.jpg", [BOX]), ("b,1.jpg", [])], epoch=7)
    assert (tmp_path / "p.csv").read_bytes() == (
        b"filename,class,score,xmin,ymin,xmax,ymax,epoch\n"
        b'a.jpg,"cup, large",0.9877,1.5,2,30.123,40,7\n'
        b'"b,1.jpg",,,,,,,7\n'
    )


def test_predictions_of_a_command_have_no_epoch(tmp_path: Path):
    write_predictions(tmp_path / "p.csv", [("b.jpg", [])])
    assert (tmp_path / "p.csv").read_text() == "filename,class,score,xmin,ymin,xmax,ymax\nb.jpg,,,,,,\n"


def test_names_that_a_spreadsheet_would_run_are_written_as_in_our_csv(tmp_path: Path):
    box = PredictedBox(1, 2, 3, 4, label="=SUM(A1)", class_id=1, score=0.5)
    write_predictions(tmp_path / "p.csv", [("=cmd|x.jpg", [box])])
    assert (tmp_path / "p.csv").read_text().splitlines()[1] == "./=cmd|x.jpg,'=SUM(A1),0.5000,1,2,3,4"
