"""What keeps the page safe in a browser: which hosts it answers to, whose forms, and the headers of every answer."""

import ipaddress
import re
from urllib.parse import urlsplit

from flask import Flask, Response, abort, request
from flask_wtf.csrf import CSRFProtect

from webui.http.services import services

# No script or style inside the page, nothing from elsewhere; JSON-LD is data and not ruled by script-src.
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # what a vendor searches for is not told to the sites it leads to
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
# Browsers ignore these without TLS, and some complain in the console.
_TLS_HEADERS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000",
}
# Asked for at any host: health checks by their address in a container, static files by the page that refuses a host.
_ANY_HOST = ("/healthz", "/readyz", "/static/")

#: Forms carry a token that another site cannot know; `csrf.exempt` marks the views that need none.
csrf = CSRFProtect()

_HOST = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(?::[0-9]{1,5})?", re.IGNORECASE)
_LOCAL_ENDINGS = (".local", ".lan", ".internal", ".home.arpa")


def is_served_host(host: str, base_url: str) -> bool:
    """Whether requests for a Host header's value are answered.

    With a base URL its host and loopback are. Without one also IP addresses and names that only a local network
    can give out, because a foreign site could point any public name at this machine (DNS rebinding).
    """
    if (parts := _HOST.fullmatch(host)) is None:
        return False
    name = parts["name"].lower().strip("[]")
    address = _parse_address(name)
    if name == "localhost" or name.endswith(".localhost") or (address and address.is_loopback):
        return True
    if base_url:
        return name == urlsplit(base_url).hostname
    return address is not None or "." not in name or name.endswith(_LOCAL_ENDINGS)


def _parse_address(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        return None


def init_app(app: Flask) -> None:
    """Check every form, and the host of every request but the public files' and the health checks'; set the headers."""
    encrypted = app.extensions["timthau"].settings.base_url.startswith("https:")
    headers = HEADERS | (_TLS_HEADERS if encrypted else {})

    @app.before_request
    def check_host() -> None:
        host = request.headers.get("Host", "")
        if not request.path.startswith(_ANY_HOST) and not is_served_host(host, services().settings.base_url):
            abort(400, "This host is not served here; TIMTHAU_BASE_URL names the one that is.")

    @app.after_request
    def set_headers(response: Response) -> Response:
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        return response

    app.config.update(
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=encrypted,
        WTF_CSRF_TIME_LIMIT=None,  # a form that was left open overnight still works
    )
    csrf.init_app(app)
