"""Pieces of an HTML page: everything that comes from outside is escaped here, numbers are written here."""

from __future__ import annotations

import html
import math
from collections.abc import Iterable, Sequence

STYLE = """
:root { color-scheme: light dark; --back: #ffffff; --text: #1d2329; --muted: #5a6570; --line: #d3d8de; --soft: #f3f4f6;
  --accent: #0f7173; --second: #b9741a; --third: #2f6fb0; --bad: #b3261e; --good: #1f7a38; --shade: 15, 113, 115; }
@media (prefers-color-scheme: dark) { :root { --back: #191c20; --text: #e4e8ec; --muted: #9ba6b1; --line: #363d45;
  --soft: #202428; --accent: #2fa7a5; --second: #e0b060; --third: #74aee6; --bad: #ff8a80; --good: #6fcf8a;
  --shade: 47, 167, 165; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1080px; padding: 28px 24px 60px; background: var(--back); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.6em; margin: 0 0 4px; } h2 { font-size: 1.15em; margin: 34px 0 10px; }
h3 { font-size: 1em; margin: 14px 0 6px; color: var(--muted); font-weight: 600; }
p { margin: 4px 0; } .muted, figcaption { color: var(--muted); } .bad { color: var(--bad); font-weight: 600; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: 4px 12px 4px 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
th { font-weight: 600; color: var(--muted); overflow-wrap: normal; } td.number, th.number { text-align: right; padding-right: 18px; }
td.number, td:first-child { overflow-wrap: normal; } td.changed { font-weight: 700; }
table.confusion td, table.confusion th { padding: 6px 12px; text-align: right; border: 1px solid var(--line);
  vertical-align: middle; }
table.confusion tbody th, td:first-child { white-space: nowrap; }
table.confusion td.right { font-weight: 700; }
.matrices { display: flex; flex-wrap: wrap; gap: 6px 40px; } .matrices > div { min-width: 0; max-width: 100%; }
.charts, .pictures { display: grid; gap: 18px; grid-template-columns: repeat(auto-fit, minmax(320px, 1fr)); }
.pictures { grid-template-columns: repeat(auto-fill, minmax(220px, 1fr)); gap: 14px; }
figure { margin: 0; break-inside: avoid; } figure svg { display: block; width: 100%; height: auto; }
.pictures svg { background: var(--soft); border-radius: 4px; max-height: 240px; }
.pictures rect { fill: none; } .pictures .halo { stroke: #000; stroke-opacity: 0.45; }
.pictures .true { stroke: #35e06f; } .pictures .predicted { stroke: #ff4d42; }
figcaption { font-size: 13px; line-height: 1.35; padding-top: 4px; }
svg text { fill: var(--muted); font: 11px system-ui, sans-serif; } svg .title { fill: var(--text); font-weight: 600; }
details { margin: 4px 0; } summary { cursor: pointer; }
@media print { body { max-width: none; padding: 0; } h2 { break-after: avoid; } tr { break-inside: avoid; } }
"""


def escaped(value: object) -> str:
    return html.escape(_printable(str(value)), quote=True)


def _printable(text: str) -> str:
    """Characters that a page may not hold, or that turn its writing around, as a replacement sign."""
    return "".join("�" if _is_control(letter) else letter for letter in text)


def _is_control(letter: str) -> bool:
    code = ord(letter)
    return (
        (code < 32 and letter not in "\t\n")
        or 0x7F <= code <= 0x9F
        or 0xD800 <= code <= 0xDFFF
        or 0x202A <= code <= 0x202E
        or 0x2066 <= code <= 0x2069
    )


def share(value: float | None) -> str:
    """A share of 0..1 in percent with one decimal; a dash where there is none."""
    return "–" if value is None or not math.isfinite(value) else f"{100 * value:.1f} %"


def number(value: float) -> str:
    return f"{value:,.0f}".replace(",", " ")


def memory(size: int | None) -> str:
    return "unknown" if size is None else f"{size / 1024**3:.1f} GiB"


def duration(seconds: float) -> str:
    whole = round(seconds)
    hours, minutes = whole // 3600, whole % 3600 // 60
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {whole % 60} s" if minutes else f"{whole} s"


def table(head: Sequence[str], rows: Iterable[Sequence[str]], numbers: frozenset[int] = frozenset()) -> str:
    """`head` and `rows` are HTML already; columns in `numbers` stand at the right."""
    kind = [' class="number"' if column in numbers else "" for column in range(len(head))]
    top = "".join(f'<th scope="col"{kind[column]}>{cell}</th>' for column, cell in enumerate(head))
    lines = (
        "<tr>" + "".join(f"<td{kind[column]}>{cell}</td>" for column, cell in enumerate(row)) + "</tr>" for row in rows
    )
    return f'<div class="scroll"><table><thead><tr>{top}</tr></thead><tbody>{"".join(lines)}</tbody></table></div>'


def facts(rows: Iterable[tuple[str, str]]) -> str:
    """A table of names and values; both HTML already."""
    lines = (f'<tr><th scope="row">{name}</th><td>{value}</td></tr>' for name, value in rows)
    return f'<div class="scroll"><table><tbody>{"".join(lines)}</tbody></table></div>'


def section(title: str, *parts: str) -> str:
    inside = "".join(parts)
    return f"<section><h2>{escaped(title)}</h2>{inside}</section>" if inside else ""


def page(title: str, body: str) -> str:
    """A whole document that loads nothing from anywhere, and says so to the browser."""
    policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escaped(title)}</title><style>{STYLE}</style></head>\n<body>{body}</body></html>\n"
    )
