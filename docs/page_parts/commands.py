"""Every command with its options, from the parser itself."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from page_parts.markdown import blocks, code, plain, table
from training.run.commands.command_line import make_parser

WIDTH = 100


def commands() -> str:
    return blocks(*(_command(parser, help_text) for parser, help_text in leaves(make_parser())))


def leaves(parser: argparse.ArgumentParser, help_text: str = "") -> Iterator[tuple[argparse.ArgumentParser, str]]:
    """The commands that do something, with the sentence that the command above has for them."""
    below = next((one for one in parser._actions if isinstance(one, argparse._SubParsersAction)), None)
    if below is None:
        yield parser, help_text
        return
    helps = {one.dest: one.help or "" for one in below._choices_actions}
    for name, subparser in below.choices.items():
        yield from leaves(subparser, helps.get(name, ""))


def _command(parser: argparse.ArgumentParser, help_text: str) -> str:
    formatter = argparse.HelpFormatter(parser.prog, width=WIDTH)
    formatter.add_usage(parser.usage, parser._actions, parser._mutually_exclusive_groups)
    usage = formatter.format_help().strip().removeprefix("usage: ")
    head = help_text[:1].upper() + help_text[1:]
    return blocks(
        f"## {parser.prog}",
        f"{plain(head)}." if head else "",
        plain(parser.description or ""),
        f"```text\n{usage}\n```",
        *(_group(group, formatter) for group in parser._action_groups),
        plain(parser.epilog or ""),
    )


def _group(group: argparse._ArgumentGroup, formatter: argparse.HelpFormatter) -> str:
    rows = [
        (
            code(formatter._format_action_invocation(action)),
            plain(formatter._expand_help(action) if action.help else ""),
        )
        for action in group._group_actions
        if action.help != argparse.SUPPRESS and not isinstance(action, argparse._HelpAction)
    ]
    if not rows:
        return ""
    title = "" if group.title in ("options", "positional arguments") else f"{plain(str(group.title)).capitalize()}:"
    return blocks(title, plain(group.description or ""), table(("Argument", "What it does"), rows))
