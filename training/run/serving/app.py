"""What the server says to which request. Everything but the page is JSON, also what goes wrong."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import IO, Any

from flask import Flask, Request, Response, jsonify, request
from flask.json.provider import DefaultJSONProvider
from werkzeug.exceptions import HTTPException

from resources import resource
from training.run.failure import ModelFileError, reason_of
from training.run.serving.address import Listening
from training.run.serving.guards import HEADERS, OPEN_PATHS, is_own_host, is_own_page, knows_token
from training.run.serving.limits import MEGABYTE, Limits
from training.run.serving.served_model import BadImage, Busy, ServedModel

FIELD = "image"
_PAGE = (
    ("/", "page.html", "text/html"),
    ("/page.css", "page.css", "text/css"),
    ("/page.js", "page.js", "text/javascript"),
)
_NO_IMAGE = f"expected an image as the body (Content-Type image/jpeg or alike), or as the field “{FIELD}” of multipart/form-data"
_WRONG_SCORE = "min_score: expected a number from 0 to 1"


class Unanswered(Exception):  # noqa: N818 -- it becomes a status and a sentence
    """A request that is refused, with HTTP's number for it."""

    def __init__(self, status: int, reason: str, **headers: str) -> None:
        super().__init__(reason)
        self.status = status
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


class _InMemory(Request):
    """Uploads, of which no more come than `Limits` say, need no files of their own."""

    def _get_file_stream(self, *_: object, **__: object) -> IO[bytes]:
        return io.BytesIO()


class _InOrder(DefaultJSONProvider):
    """Keys stay as they are written: corners in their usual order."""

    sort_keys = False


def make_app(model: ServedModel, where: Listening, token: str, limits: Limits) -> Flask:
    """The application for one model at one address; without a token everybody who reaches it may ask."""
    app = Flask(__name__, static_folder=None)
    app.request_class = _InMemory
    app.config.update(
        MAX_CONTENT_LENGTH=limits.upload_bytes,
        MAX_FORM_PARTS=limits.images + 8,
        PROVIDE_AUTOMATIC_OPTIONS=False,
    )
    app.json = _InOrder(app)
    app.before_request(lambda: _check(where, token))
    app.after_request(_with_headers)
    _add_errors(app, limits)
    for path, name, kind in _PAGE:
        _add_page(app, path, name, kind)
    app.add_url_rule("/health", "health", lambda: {"status": "ok"}, methods=["GET"])
    app.add_url_rule("/model", "model", model.described, methods=["GET"])
    app.add_url_rule("/predict", "predict", lambda: _predicted(model, limits), methods=["POST"])
    return app


def _check(where: Listening, token: str) -> None:
    if where.is_loopback and not is_own_host(request.headers.get("Host", ""), where.host, where.port):
        raise Unanswered(403, f"this server answers at {where.url} only, not under other names")
    if not is_own_page(request.headers):
        raise Unanswered(403, "pages of other sites may not ask this server")
    if token and request.path not in OPEN_PATHS and not knows_token(request.headers, token):
        reason = "expected the header “Authorization: Bearer TOKEN” with the token that the server was started with"
        raise Unanswered(401, reason, WWW_Authenticate="Bearer")


def _predicted(model: ServedModel, limits: Limits) -> Response:
    with model.place():  # before the upload is taken apart: those who are turned away need no memory
        found = model.ask(_uploaded(request, limits), _min_score(request))
    if len(found) == 1:
        return jsonify(found[0])
    return jsonify({"model": model.title, "images": found})


def _uploaded(asked: Request, limits: Limits) -> list[bytes]:
    """The content of each image; what a client calls its files is of no use here."""
    if asked.mimetype == "multipart/form-data":
        images = [file.read() for file in asked.files.getlist(FIELD)]
    elif asked.mimetype in ("", "application/octet-stream") or asked.mimetype.startswith("image/"):
        body = asked.get_data(cache=False)
        images = [body] if body else []
    else:
        raise Unanswered(415, f"{_NO_IMAGE}; got {asked.mimetype[:80]}")
    if not images:
        raise Unanswered(400, f"{_NO_IMAGE}; got none")
    if len(images) > limits.images:
        raise Unanswered(413, f"expected at most {limits.images} images in a request, got {len(images)}")
    return images


def _min_score(asked: Request) -> float | None:
    text = asked.args.get("min_score", asked.form.get("min_score"))
    if text is None:
        return None
    try:
        value = float(text)
    except ValueError as error:
        raise Unanswered(400, _WRONG_SCORE) from error
    if not 0.0 <= value <= 1.0:
        raise Unanswered(400, _WRONG_SCORE)
    return value


def _add_page(app: Flask, path: str, name: str, kind: str) -> None:
    content = resource("serve", name).read_bytes()
    app.add_url_rule(path, name, lambda: Response(content, content_type=f"{kind}; charset=utf-8"), methods=["GET"])


def _add_errors(app: Flask, limits: Limits) -> None:
    def on(kind: type[Exception], answer: Callable[[Any], Response]) -> None:
        app.register_error_handler(kind, answer)

    on(Unanswered, lambda error: _refusal(error.status, str(error), error.headers))
    on(BadImage, lambda error: _refusal(413 if error.too_large else 400, str(error)))
    on(Busy, lambda _: _refusal(503, "too many requests at once; ask again in a moment", {"Retry-After": "1"}))
    on(ModelFileError, lambda error: _refusal(500, reason_of(error)))
    on(MemoryError, lambda _: _refusal(503, "there is not enough memory for this image now", {"Retry-After": "5"}))
    on(HTTPException, lambda error: _of_http(error, limits))


def _of_http(error: HTTPException, limits: Limits) -> Response:
    status = error.code or 500
    if status == 413:
        return _refusal(status, too_large(limits))
    if status == 404:
        return _refusal(status, "there is no such path; there are GET /, GET /model, GET /health and POST /predict")
    headers = {name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After")}
    if status == 405:
        return _refusal(status, f"expected {headers.get('Allow', 'another method')}, got {request.method}", headers)
    return _refusal(
        status, "the server made a mistake; its log says more" if status == 500 else error.name.lower(), headers
    )


def too_large(limits: Limits) -> str:
    return f"the upload is too large; at most {limits.upload_bytes / MEGABYTE:g} megabytes are read"


def _refusal(status: int, reason: str, headers: dict[str, str] | None = None) -> Response:
    response = jsonify({"error": reason})
    response.status_code = status
    response.headers.update(headers or {})
    return response


def _with_headers(response: Response) -> Response:
    response.headers.update(HEADERS)
    return response
