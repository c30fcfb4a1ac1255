"""Static files under addresses that change with their content, so that browsers may keep them for good."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, request


@cache
def build_fingerprint(path: Path) -> str:
    """A few letters that change when the file does; empty when there is no such file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12] if path.is_file() else ""


def init_app(app: Flask) -> None:
    """Add the fingerprint to every address of a static file, and a year's life to files asked for by it."""
    folder = Path(str(app.static_folder))

    @app.url_defaults
    def add_fingerprint(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and (fingerprint := build_fingerprint(folder / values["filename"])):
            values["v"] = fingerprint

    @app.after_request
    def keep(response: Response) -> Response:
        if request.endpoint == "static" and "v" in request.args and response.status_code in {200, 304}:
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response
