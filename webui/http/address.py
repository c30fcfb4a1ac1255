"""Addresses that work from anywhere: with the scheme and host that people reach the page at."""

from typing import Any

from flask import request, url_for

from webui.http.services import services


def absolute(path: str) -> str:
    """The full address of a path of ours: under the base URL, or without one under the host that was asked."""
    return (services().settings.base_url or request.host_url.rstrip("/")) + path


def absolute_url(endpoint: str, **values: Any) -> str:
    """The full address of a page."""
    return absolute(url_for(endpoint, **values))
