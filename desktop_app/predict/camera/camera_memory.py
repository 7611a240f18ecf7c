"""What is remembered of the camera page from one day to the next."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Self
from urllib.parse import urlsplit, urlunsplit

from desktop_app.settings import Settings
from training.run.streams.orientation import Orientation

KEY = "camera"
SLOWEST, FASTEST = 1, 15  # recorded frames a second


@dataclass(frozen=True, slots=True)
class CameraMemory:
    """`address` as it was typed, `turns` and `mirrored` as of Orientation, `rate` recorded frames a second."""

    address: str = "0"
    turns: int = 0
    mirrored: bool = False
    rate: int = 5

    @property
    def orientation(self) -> Orientation:
        return Orientation(self.turns, self.mirrored)

    @classmethod
    def read(cls, settings: Settings) -> Self:
        """Anything that can't be used counts as never set."""
        try:
            stored = json.loads(settings.preference(KEY))
        except ValueError:
            return cls()
        if not isinstance(stored, dict):
            return cls()
        usual = cls()
        address, turns, rate = (stored.get(name) for name in ("address", "turns", "rate"))
        return cls(
            address=address if isinstance(address, str) else usual.address,
            turns=turns if isinstance(turns, int) and turns in range(4) else usual.turns,
            mirrored=stored.get("mirrored") is True,
            rate=rate if isinstance(rate, int) and rate in range(SLOWEST, FASTEST + 1) else usual.rate,
        )

    def write(self, settings: Settings) -> None:
        settings.set_preference(KEY, json.dumps({**asdict(self), "address": without_password(self.address)}))


def without_password(address: str) -> str:
    """Settings are a plain file: a password in an address is not kept."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return address
    user, _, place = parts.netloc.rpartition("@")
    name = user.partition(":")[0]
    return urlunsplit(parts._replace(netloc=f"{name}@{place}" if name else place)) if ":" in user else address
