"""Who may ask a server: not a foreign page in a browser, and elsewhere only who knows the token."""

from __future__ import annotations

import socket
import sys

import pytest

from tests.training.run.serving.conftest import FORM, Serve, form, picture
from training.run.failure import RunFailed
from training.run.serving.address import listen

TOKEN = "correct-horse-battery"


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "LOCALHOST", "[::1]"])
def test_the_own_names_of_this_computer_are_answered(serve: Serve, name: str):
    served = serve()
    assert served.ask("GET", "/model", headers={"Host": f"{name}:{served.port}"}).status == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example:{port}",
        "127.0.0.1",
        "127.0.0.1:1",
        "localhost.evil.example:{port}",
        "",
        "[::1",
        "x@localhost:{port}",
    ],
)
def test_a_foreign_name_that_leads_here_is_refused(serve: Serve, host: str):
    served = serve()
    for path in ("/", "/model", "/health"):
        reply = served.ask("GET", path, headers={"Host": host.format(port=served.port)})
        assert reply.status == 403
        assert "not under other names" in reply.json["error"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://[broken"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
def test_a_foreign_page_may_not_ask(serve: Serve, headers: dict[str, str]):
    reply = serve().ask("POST", "/predict", form(picture()), {**FORM, **headers})
    assert reply.status == 403
    assert not any(name.lower().startswith("access-control") for name in reply.headers)


def test_its_own_page_may(serve: Serve):
    served = serve()
    headers = {"Origin": f"http://127.0.0.1:{served.port}", "Sec-Fetch-Site": "same-origin"}
    assert served.ask("POST", "/predict", form(picture()), {**FORM, **headers}).status == 200


@pytest.mark.parametrize(
    "given",
    [None, "", "Bearer", "Bearer ", f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", f"Basic {TOKEN}", TOKEN, "Bearer \xe9"],
)
def test_with_a_token_nobody_is_answered_without_it(serve: Serve, given: str | None):
    served = serve(TOKEN)
    headers = {} if given is None else {"Authorization": given}
    for method, path in (("GET", "/model"), ("POST", "/predict"), ("GET", "/nothing")):
        reply = served.ask(method, path, headers=headers)
        assert reply.status == 401
        assert reply.headers["WWW-Authenticate"] == "Bearer"
        assert TOKEN not in reply.body.decode()


def test_who_knows_the_token_is_answered_and_the_page_may_ask_for_it(serve: Serve):
    served = serve(TOKEN)
    assert served.send(picture(), Authorization=f"Bearer {TOKEN}").status == 200
    assert served.send(picture(), Authorization=f"bearer {TOKEN}").status == 200
    for path in ("/", "/page.js", "/page.css", "/health"):
        assert served.ask("GET", path).status == 200


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_an_address_that_others_reach_needs_a_token(host: str):
    if ":" in host and not socket.has_ipv6:
        pytest.skip("this computer has no IPv6")
    with pytest.raises(RunFailed, match="lets every computer that reaches this one send pictures"):
        listen(host, 0, "")
    with pytest.raises(RunFailed, match="at least 12"):
        listen(host, 0, "short")


def test_with_a_token_it_listens_there():
    where = listen("0.0.0.0", 0, TOKEN)
    with where.socket:
        assert not where.is_loopback
        assert where.port > 0


@pytest.mark.parametrize("token", ["with a blank in it", "kurz", "pässwörter-sind", "new\nline-in-it"])
def test_a_token_that_can_be_guessed_or_not_be_sent_is_refused(token: str):
    with pytest.raises(RunFailed, match="--token: expected at least 12"):
        listen("127.0.0.1", 0, token)


def test_a_port_that_is_taken_and_an_address_of_others_are_told():
    first = listen("127.0.0.1", 0, "")
    with first.socket:
        first.socket.listen()
        with pytest.raises(RunFailed, match=f"can't listen at 127.0.0.1, port {first.port}"):
            listen("127.0.0.1", first.port, "")
    for host in ("203.0.113.7", "no such name"):
        with pytest.raises(RunFailed, match=r"can't listen|expected an address"):
            listen(host, 0, TOKEN)


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS has 127.0.0.1 alone")
def test_another_loopback_address_answers_under_its_own_name(serve: Serve):
    served = serve(host="127.0.0.2")
    assert served.ask("GET", "/model").status == 200
    assert served.ask("GET", "/model", headers={"Host": f"evil.example:{served.port}"}).status == 403


def test_localhost_is_this_computer_alone():
    where = listen("localhost", 0, "")
    with where.socket:
        assert where.is_loopback
        assert where.url == f"http://localhost:{where.port}/"
