"""Who may ask: nobody through a foreign page in a browser, and, where there is a token, only who knows it."""

from __future__ import annotations

import hmac
from urllib.parse import urlsplit

from werkzeug.datastructures import Headers

LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})
OPEN_PATHS = frozenset({"/", "/page.css", "/page.js", "/health"})  # the page itself asks for the token
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def is_own_host(header: str, host: str, port: int) -> bool:
    """Whether a request to a loopback address was meant for it: it names this computer, or the `host` of --host.

    A foreign page can have its own name lead to 127.0.0.1 and would then read the answers (DNS rebinding); the browser
    still sends that name.
    """
    try:
        parts = urlsplit(f"//{header}")
        names = LOOPBACK_NAMES | {host.lower()}
        return parts.hostname in names and (parts.port or 80) == port and "@" not in header
    except ValueError:
        return False


def is_own_page(headers: Headers) -> bool:
    """Whether no other site's page sent it: browsers say where a request comes from, programs need not."""
    origin = headers.get("Origin")
    try:
        if origin is not None and urlsplit(origin).netloc != headers.get("Host", ""):
            return False
    except ValueError:  # no address at all
        return False
    return headers.get("Sec-Fetch-Site", "none") in ("none", "same-origin")


def knows_token(headers: Headers, token: str) -> bool:
    """`Authorization: Bearer TOKEN`, compared in a time that tells nothing of how much of it was right."""
    kind, _, given = headers.get("Authorization", "").partition(" ")
    right = hmac.compare_digest(given.strip().encode("utf-8", "replace"), token.encode())
    return right and kind.lower() == "bearer"
