"""How much a server takes from whoever reaches it."""

from __future__ import annotations

from dataclasses import dataclass

MOST_MEGABYTES = 32.0
MEGABYTE = 2**20


@dataclass(frozen=True, slots=True)
class Limits:
    """`upload_bytes` is for a whole request, `pixels` for one image; `waiting` requests are asked about at once."""

    upload_bytes: int = int(MOST_MEGABYTES) * MEGABYTE
    pixels: int = 50_000_000
    images: int = 16
    waiting: int = 8
    upload_seconds: float = 60.0
    silence_seconds: int = 20
    connections: int = 60

    @property
    def threads(self) -> int:
        """Some are always free to say that the others are busy."""
        return self.waiting + 4
