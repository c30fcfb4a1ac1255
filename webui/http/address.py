"""Addresses that work from anywhere: with the scheme and host that people reach the page at."""

from typing import Any
from urllib.parse import quote

from flask import request, url_for

from webui.http.services import services


def absolute(path: str) -> str:
    """The full address of a path of ours: under the base URL, or without one under the host that was asked."""
    return (services().settings.base_url or request.host_url.rstrip("/")) + path


def own_address() -> str:
    """The full address of the page that was asked for, without what a reader chose."""
    return absolute(quote(request.path))


def printed_address() -> str:
    """The full address of the page with all parameters, as it stands on paper."""
    return absolute(quote(request.path)) + (
        f"?{request.query_string.decode('utf-8', 'replace')}" if request.args else ""
    )


def absolute_url(endpoint: str, **values: Any) -> str:
    """The full address of a page."""
    return absolute(url_for(endpoint, **values))
