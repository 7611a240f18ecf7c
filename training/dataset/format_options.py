"""Options of the command line that say what a file is, where it can't be known from the file."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from training.dataset.annotation_finding import look_at
from training.dataset.command_output import say
from training.dataset.dataset import AnnotationFileError
from training.dataset.formats import registry, table
from training.dataset.formats.format import Choices, Format
from training.dataset.formats.table_guessing import with_columns
from training.dataset.formats.table_layout import Column, TableLayout, Unit
from training.dataset.formats.table_numbers import WHICH_UNIT
from training.dataset.formats.yolo_names import read_names

_COLUMN_NAMES = {column.name.lower().replace("_", "-"): column for column in Column}
_NAMES_OF_COLUMNS = {column: name for name, column in _COLUMN_NAMES.items()}
_UNITS = {unit.name.lower(): unit for unit in Unit}
_FRAMEWORK = "--format"


def add_reading_options(parser: argparse.ArgumentParser, option: str = _FRAMEWORK) -> None:
    parser.add_argument(
        option,
        dest="read_format",
        choices=sorted(registry.FORMATS),
        metavar="FORMAT",
        help=f"what the file is, if it is not recognised: {', '.join(registry.FORMATS)}",
    )
    parser.set_defaults(reading_option=option)
    parser.add_argument(
        "--columns",
        type=_columns,
        metavar="A,B,C",
        help=f"what the columns of a table are, from the left: {', '.join(_COLUMN_NAMES)}",
    )
    parser.add_argument(
        "--unit",
        type=_unit,
        metavar="UNIT",
        help=f"what the numbers of a table are: {', '.join(_UNITS)} (shares go from 0 to 1)",
    )
    parser.add_argument("--classes", type=Path, metavar="FILE", help="names of the classes 0, 1, 2, ..., one a line")
    parser.add_argument("--with", dest="companion", type=Path, metavar="FILE", help="the COCO file of COCO results")


def how_to_read(place: Path, args: argparse.Namespace) -> tuple[Format, Choices]:
    """By the options, else as recognised. Raises AnnotationFileError, also where there are questions left."""
    names = _names(args.classes)
    if args.columns or args.unit:
        return table.FORMAT, Choices(table=_layout(place, args.columns, args.unit), class_names=names)
    if args.read_format:
        format_ = registry.FORMATS[args.read_format]
        choices = format_.recognise(place).choices
    elif args.classes or args.companion:
        found = registry.recognise(place)
        if not found:
            return _strictly(place)
        format_, choices = found[0].format, found[0].evidence.choices
    else:
        return _strictly(place)
    return format_, replace(choices, class_names=names, companion=args.companion or choices.companion)


def how_to_read_all(place: Path, args: argparse.Namespace) -> dict[Path, tuple[Format, Choices]]:
    """Each place that is read: a folder stands for the annotation files that lie in it. Raises AnnotationFileError."""
    is_told = args.columns or args.unit or args.read_format or args.classes or args.companion
    ways = look_at(place).ways if place.is_dir() and not is_told else ()
    if not ways or ways[0].evidence.questions:
        return {one: how_to_read(one, args) for one in (ways[0].places if ways else (place,))}
    others = ", ".join(way.format.title for way in ways[1:])
    if others:
        told = f"name those files or say {args.reading_option}"
        say(f"note: {place} is read as {ways[0].format.title}; what it holds as {others} is not read: {told}")
    return ways[0].how()


def one_to_read(place: Path, args: argparse.Namespace) -> tuple[Path, tuple[Format, Choices]]:
    """Where all of it must be one dataset. Raises AnnotationFileError."""
    found = how_to_read_all(place, args)
    if len(found) > 1:
        names = ", ".join(one.name for one in found)
        raise AnnotationFileError(place, f"it holds several datasets; name one of them: {names}")
    return next(iter(found.items()))


def _strictly(place: Path) -> tuple[Format, Choices]:
    try:
        found = registry.recognised(place)
    except AnnotationFileError as error:
        raise AnnotationFileError(place, error.reason + _what_to_say(place)) from None
    return found.format, found.evidence.choices


def _what_to_say(place: Path) -> str:
    """Which option answers what is asked."""
    found = registry.recognise(place)
    if not found or not found[0].evidence.questions:
        return ""
    choices = found[0].evidence.choices
    if choices.table is not None and choices.table.columns:
        guessed = ",".join(_NAMES_OF_COLUMNS[column] for column in choices.table.columns)
        return f" (say --columns, perhaps {guessed})"
    return {"yolo": " (say --classes FILE)", "coco": " (say --with FILE)"}.get(found[0].format.name, "")


def _layout(place: Path, columns: tuple[Column, ...] | None, unit: Unit | None) -> TableLayout:
    """The spelling of the numbers is as recognised, and so is what nobody says."""
    evidence = with_columns(place, columns) if columns else table.FORMAT.recognise(place)
    questions = [question for question in evidence.questions if question != WHICH_UNIT or unit is None]
    if questions:
        hint = "; say --unit" if questions == [WHICH_UNIT] else ""
        raise AnnotationFileError(place, "; ".join(questions) + hint)
    layout = evidence.choices.table
    if layout is None:
        raise AnnotationFileError(place, "it is no table that is known here; say what its --columns are")
    return layout if unit is None else replace(layout, unit=unit)


def _names(path: Path | None) -> tuple[str, ...] | None:
    if path is None:
        return None
    found = read_names(path)
    if found is None or not found.names:
        raise AnnotationFileError(path, "expected the names of classes, one a line")
    return found.names


def _columns(text: str) -> tuple[Column, ...]:
    names = [name.strip().lower() or "nothing" for name in text.split(",")]
    unknown = [name for name in names if name not in _COLUMN_NAMES]
    if unknown:
        raise argparse.ArgumentTypeError(f"{unknown[0]!r} is no column; these are: {', '.join(_COLUMN_NAMES)}")
    return tuple(_COLUMN_NAMES[name] for name in names)


def _unit(text: str) -> Unit:
    if text.lower() not in _UNITS:
        raise argparse.ArgumentTypeError(f"{text!r} is no unit; these are: {', '.join(_UNITS)}")
    return _UNITS[text.lower()]
