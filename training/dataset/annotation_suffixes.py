"""How files with annotations end; alone in a file, as the window wants it before it reads any."""

from __future__ import annotations

ANNOTATION_SUFFIXES = frozenset(
    {".csv", ".tsv", ".tab", ".txt", ".json", ".xml", ".yaml", ".yml", ".data", ".tfrecord", ".record", ".mat"}
)
