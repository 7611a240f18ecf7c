"""A model answers over HTTP: pictures in, boxes out, and a reason as JSON for whatever can't be answered."""

from __future__ import annotations

import http.client
import json
import socket
import struct
import time
import zlib
from concurrent.futures import ThreadPoolExecutor, as_completed
from itertools import islice

import numpy as np
import pytest

from tests.helpers.pretended_models import SEEN
from tests.helpers.red_box_pictures import write_picture
from tests.training.run.serving.conftest import FORM, Reply, Serve, Served, form, picture
from training.run.answers.prediction import Answer, ClassAnswer, ClassScore
from training.run.failure import ModelFileError

BOX = dict(zip(("xmin", "ymin", "xmax", "ymax"), SEEN, strict=True))


def reason(reply: Reply, status: int) -> str:
    assert reply.status == status, reply.body
    assert reply.headers["Content-Type"] == "application/json"
    assert list(reply.json) == ["error"]
    return reply.json["error"]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "BMP"])
def test_a_picture_is_answered_with_its_boxes(serve: Serve, kind: str):
    reply = serve().send(picture(0.9, kind=kind))
    assert reply.status == 200
    said = reply.json
    assert (said["model"], said["width"], said["height"], said["answers"]) == ("cups", 96, 72, [])
    (box,) = said["boxes"]
    assert {name: box[name] for name in BOX} == pytest.approx(BOX, abs=0.01)
    assert (box["class"], box["class_id"]) == ("café <b>", 5)
    assert box["score"] == pytest.approx(0.9, abs=0.01)
    assert said["milliseconds"] > 0


def test_the_body_itself_may_be_the_picture(serve: Serve):
    served = serve()
    for kind in ("image/png", "application/octet-stream", "image/anything"):
        assert served.ask("POST", "/predict", picture(), {"Content-Type": kind}).json["boxes"]


def test_how_sure_it_must_be_is_asked_for(serve: Serve):
    served = serve()
    assert served.send(picture(0.2)).json["boxes"] == []
    assert len(served.send(picture(0.2), query="?min_score=0.1").json["boxes"]) == 1
    for wrong in ("x", "-1", "2", "nan", "inf"):
        assert (
            reason(served.send(picture(), query=f"?min_score={wrong}"), 400)
            == "min_score: expected a number from 0 to 1"
        )


def test_several_pictures_are_answered_in_order(serve: Serve):
    reply = serve().send(picture(0.9), picture(0.1), picture(0.7, size=(40, 80)))
    assert reply.json["model"] == "cups"
    assert [len(each["boxes"]) for each in reply.json["images"]] == [1, 0, 1]
    assert [each["width"] for each in reply.json["images"]] == [96, 96, 40]


def test_a_photo_that_lies_on_its_side_is_answered_upright(serve: Serve, tmp_path):
    path = write_picture(tmp_path / "photo.jpg", orientation=6)
    from training.dataset.image_files import read_size

    said = serve().send(path.read_bytes()).json
    assert (said["width"], said["height"]) == read_size(path)


def test_a_classifier_tells_the_best_three(serve: Serve, monkeypatch):
    served = serve()
    top = tuple(ClassScore(name, number, score) for number, (name, score) in enumerate([("cup", 0.7), ("fork", 0.2)]))
    monkeypatch.setattr(served.predictor, "answers", lambda *_: [Answer(answers=(ClassAnswer(top),))])
    assert served.send(picture()).json["answers"] == [
        {"top": [{"class": "cup", "class_id": 0, "score": 0.7}, {"class": "fork", "class_id": 1, "score": 0.2}]}
    ]


def test_the_model_tells_about_itself(serve: Serve):
    said = serve().ask("GET", "/model").json
    assert said["model"] == "cups"
    assert said["classes"] == [{"id": 5, "name": "café <b>"}]
    assert said["input_size"] == 64
    assert said["limits"]["images"] == 16
    assert serve().ask("GET", "/health").json == {"status": "ok"}


def test_the_page_needs_nothing_from_elsewhere(serve: Serve):
    served = serve()
    for path, kind in (("/", "text/html"), ("/page.css", "text/css"), ("/page.js", "text/javascript")):
        reply = served.ask("GET", path)
        assert reply.status == 200
        assert reply.headers["Content-Type"].startswith(kind)
        assert b"http://" not in reply.body
        assert b"https://" not in reply.body
        assert b"innerHTML" not in reply.body
        policy = reply.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'")
        assert "unsafe" not in policy
        assert reply.headers["X-Content-Type-Options"] == "nosniff"
    page = served.ask("GET", "/").body.decode()
    assert "<script>" not in page
    assert "style=" not in page
    assert "onclick" not in page


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "image 1: The file is empty."),
        (b"no image at all", "This is not an image of a kind that can be read."),
        (picture()[:60], "damaged"),
        (picture(kind="JPEG")[:200], "damaged"),
        (b"%PDF-1.4", "not an image"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n", "not an image"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not an image"),
    ],
)
def test_what_is_no_picture_is_refused_with_the_reason(serve: Serve, content: bytes, why: str):
    served = serve()
    assert why in reason(served.send(content), 400)
    assert served.send(picture()).status == 200


def test_one_bad_picture_among_several_is_named(serve: Serve):
    assert reason(serve().send(picture(), b"x"), 400).startswith("image 2: ")


def test_a_request_without_a_picture(serve: Serve):
    served = serve()
    assert "got none" in reason(served.ask("POST", "/predict"), 400)
    assert "got none" in reason(served.ask("POST", "/predict", form(picture(), name="other"), FORM), 400)
    assert "got none" in reason(served.ask("POST", "/predict", b"no form", FORM), 400)
    for kind in ("application/json", "text/plain", "application/x-www-form-urlencoded"):
        assert kind in reason(served.ask("POST", "/predict", b"{}", {"Content-Type": kind}), 415)


@pytest.mark.parametrize(
    ("method", "path", "status", "why"),
    [
        ("GET", "/predict", 405, "expected POST, got GET"),
        ("OPTIONS", "/predict", 405, "expected POST"),
        ("POST", "/model", 405, "got POST"),
        ("DELETE", "/", 405, "got DELETE"),
        ("GET", "/nothing", 404, "there is no such path"),
        ("GET", "/../../etc/passwd", 404, "there is no such path"),
        ("GET", "/%2e%2e/%2e%2e/etc/passwd", 404, "there is no such path"),
        ("GET", "/page.html", 404, "there is no such path"),
    ],
)
def test_wrong_paths_and_methods(serve: Serve, method: str, path: str, status: int, why: str):
    reply = serve().ask(method, path)
    assert why in reason(reply, status)
    assert not any(name.lower().startswith("access-control") for name in reply.headers)


def test_names_of_uploads_are_no_paths(serve: Serve, tmp_path):
    served = serve()
    before = sorted(tmp_path.rglob("*"))
    body = form(picture(), filename=f"{tmp_path}/evil.png")
    assert served.ask("POST", "/predict", body, FORM).status == 200
    assert sorted(tmp_path.rglob("*")) == before


# --- limits


@pytest.mark.parametrize("is_form", [True, False])
@pytest.mark.parametrize("times", [1.2, 40])
def test_an_upload_that_is_too_large_hears_why(serve: Serve, is_form: bool, times: float):
    served = serve(upload_bytes=200_000)
    content = bytes(int(200_000 * times))
    for _ in range(3):
        reply = served.send(content) if is_form else served.ask("POST", "/predict", content)
        assert "at most 0.190735 megabytes" in reason(reply, 413)
    assert served.send(picture()).status == 200


def test_an_upload_without_a_length_is_counted(serve: Serve):
    served = serve(upload_bytes=100_000)
    connection = http.client.HTTPConnection(served.host, served.port, timeout=20)
    connection.request(
        "POST", "/predict", iter([bytes(10_000)] * 60), {"Content-Type": "image/png"}, encode_chunked=True
    )
    assert connection.getresponse().status == 413
    connection.close()


def test_a_picture_with_too_many_pixels_is_never_decoded(serve: Serve):
    served = serve(pixels=10_000)
    assert "has 200 x 100 pixels; at most 10,000 are read" in reason(served.send(picture(size=(200, 100))), 413)
    assert served.send(picture(size=(100, 100))).status == 200


def test_nor_is_one_that_tells_its_orientation_behind_its_pixels(serve: Serve, monkeypatch):
    large = picture(size=(200, 100))
    end = large.rindex(b"IEND") - 4
    exif = b"eXIf" + b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, 0x0112, 3, 1, 6, 0, 0)
    late = struct.pack(">I", len(exif) - 4) + exif + struct.pack(">I", zlib.crc32(exif))
    monkeypatch.setattr("PIL.PngImagePlugin.PngImageFile.load", None)
    assert reason(serve(pixels=10_000).send(large[:end] + late + large[end:]), 413)


def test_too_many_pictures_in_a_request(serve: Serve):
    assert "at most 2 images in a request, got 3" in reason(serve(images=2).send(*[picture()] * 3), 413)
    assert reason(serve(images=2).send(*[picture()] * 40), 413)


def test_many_at_once_are_answered_or_turned_away_and_never_mixed_up(serve: Serve):
    served = serve(waiting=3)
    served.predictor.may_answer.clear()
    scores = [0.6 + number / 40 for number in range(9)]
    with ThreadPoolExecutor(9) as pool:
        sent = {pool.submit(served.send, picture(score)): score for score in scores}
        turned_away = list(islice(as_completed(sent, 30), 6))
        assert all("too many requests at once" in reason(each.result(), 503) for each in turned_away)
        assert {each.result().headers["Retry-After"] for each in turned_away} == {"1"}
        assert served.ask("GET", "/health").status == 200
        served.predictor.may_answer.set()
        for each in sent.keys() - set(turned_away):
            (box,) = each.result(30).json["boxes"]
            assert box["score"] == pytest.approx(sent[each], abs=0.004)
    assert served.send(picture()).status == 200


def test_the_model_is_asked_by_one_at_a_time(serve: Serve, monkeypatch):
    served = serve()
    at_once, most = 0, 0
    real = served.predictor.outputs

    def counted(squares: np.ndarray) -> dict:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        time.sleep(0.005)
        at_once -= 1
        return real(squares)

    monkeypatch.setattr(served.predictor, "outputs", counted)
    with ThreadPoolExecutor(6) as pool:
        replies = list(pool.map(lambda _: served.send(picture()), range(24)))
    assert {reply.status for reply in replies} <= {200, 503}
    assert most == 1


def test_a_model_that_broke_off_is_told(serve: Serve, monkeypatch):
    served = serve()

    def fails(*_: object) -> None:
        raise ModelFileError("the process that answers died")

    monkeypatch.setattr(served.predictor, "answers", fails)
    assert reason(served.send(picture()), 500) == "the process that answers died"


def test_a_mistake_of_the_program_tells_no_details(serve: Serve, monkeypatch, caplog):
    served = serve()
    monkeypatch.setattr(served.predictor, "answers", lambda *_: 1 / 0)
    assert reason(served.send(picture()), 500) == "the server made a mistake; its log says more"
    assert "ZeroDivisionError" in caplog.text


# --- connections


def closed_within(served: Served, beginning: bytes, seconds: float, drip: bytes = b"") -> bool:
    """Whether the server ends a connection that goes on so slowly."""
    with socket.create_connection((served.host, served.port), timeout=0.1) as connection:
        connection.sendall(beginning)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                if drip:
                    connection.sendall(drip)
                if not connection.recv(1000):
                    return True
            except TimeoutError:
                continue
            except OSError:
                return True
    return False


@pytest.mark.parametrize("beginning", [b"", b"POST /predict HTTP/1.1\r\nContent-Length: 5000\r\n\r\nabc"])
def test_who_says_nothing_is_hung_up_on(serve: Serve, beginning: bytes):
    assert closed_within(serve(silence_seconds=1), beginning, 8)


def test_who_sends_a_byte_now_and_then_is_hung_up_on(serve: Serve):
    served = serve(upload_seconds=1.0)
    beginning = b"POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5000\r\n\r\n"
    assert closed_within(served, beginning, 8, drip=b"x")


@pytest.mark.parametrize("said", [b"NONSENSE\r\n\r\n", b"GET / HTTP/1.1\r\nX: " + b"x" * 300_000 + b"\r\n\r\n"])
def test_what_is_no_http_is_answered_with_json(serve: Serve, said: bytes):
    served = serve()
    with socket.create_connection((served.host, served.port), timeout=10) as connection:
        connection.sendall(said)
        answer = b""
        while part := connection.recv(65536):
            answer += part
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.split()[1] in (b"400", b"431")
    assert json.loads(body)["error"].startswith("the request")


def test_one_connection_serves_several_requests(serve: Serve):
    served = serve()
    connection = http.client.HTTPConnection(served.host, served.port, timeout=20)
    for _ in range(3):
        connection.request("POST", "/predict", picture(), {"Content-Type": "image/png"})
        reply = connection.getresponse()
        assert json.loads(reply.read())["boxes"]
    connection.close()


def test_an_answer_that_is_under_way_is_finished_when_the_server_ends(serve: Serve):
    served = serve()
    served.predictor.may_answer.clear()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(served.send, picture())
        deadline = time.monotonic() + 10
        while type(served.predictor).asked == 0 and time.monotonic() < deadline:
            time.sleep(0.01)
        served.stop()
        served.predictor.may_answer.set()
        assert waiting.result(30).json["boxes"]
    with pytest.raises(OSError, match=r"refused|reset"):
        [served.ask("GET", "/health") for _ in range(100)]
