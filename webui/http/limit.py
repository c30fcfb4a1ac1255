"""A limit on how often one client may ask or send, by what that costs: a bucket of tokens that refills steadily."""

import threading
import time
from dataclasses import dataclass, field

from flask import Flask, Response, g, request
from werkzeug.exceptions import RequestEntityTooLarge, TooManyRequests

from webui.http.client import client_network

#: What programs ask; everything else is a page.
MACHINES = ("/api/", "/feed.atom", "/calendar.ics")
#: What costs nothing to give, or is asked by whoever watches over the page.
UNLIMITED = ("/static/", "/healthz")
#: What goes through many notices: what a new alert would have sent, the counts of everything, lists of all.
COSTLY = ("/alerts/new", "/stats", "/metrics", "/readyz", "/sitemap.xml", "/search.")
#: What is put together for seconds.
WORKBOOK = "/search.xlsx"
FORMS = ("/alerts/", "/admin/login")
#: Seconds of a processor that an answer may take before it counts for more; each of them again as so many requests.
_DEAR = 0.5
_DEAR_AS, _COSTLY_AS = 10, 2
#: Mail programs (RFC 8058) and mail services post here for many people from few addresses.
UNLIMITED_FORMS = ("/alerts/unsubscribe/", "/alerts/reports")


@dataclass
class Limiter:
    """At most `burst` requests at once and `per_minute` in the long run, for each client. Safe for threads."""

    per_minute: int = 600
    burst: int = 300
    most_clients: int = 10_000
    _buckets: dict[str, tuple[float, float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, client: str, present: float) -> tuple[bool, int, int]:
        """Take one token at a time in seconds: whether there was one, how many are left, seconds until the next."""
        rate = self.per_minute / 60
        with self._lock:
            left, since = self._buckets.get(client, (float(self.burst), present))
            left = min(float(self.burst), left + (present - since) * rate)
            allowed = left >= 1
            if allowed:
                left -= 1
            if client not in self._buckets and len(self._buckets) >= self.most_clients:
                # The one that has been quiet longest; it has most likely a full bucket again.
                del self._buckets[min(self._buckets, key=lambda known: self._buckets[known][1])]
            self._buckets[client] = (left, present)
        return allowed, int(left), 0 if left >= 1 else max(1, round((1 - left) / rate))

    def charge(self, client: str, tokens: int) -> None:
        """Take tokens for what a request turned out to cost, also where there are none left."""
        with self._lock:
            left, since = self._buckets.get(client, (float(self.burst), time.monotonic()))
            self._buckets[client] = (left - tokens, since)

    def forget(self) -> None:
        """Give every client a full bucket."""
        with self._lock:
            self._buckets.clear()


#: Bytes of what is sent: a form; the reports of a mail service, many in one.
MOST_OF_A_FORM = 64_000
MOST_OF_REPORTS = 1_000_000
_REPORTS = "/alerts/reports"


def init_app(app: Flask) -> None:
    """Bound what is sent, and count requests by the client's network; over the limit they get 429 with Retry-After."""
    reading = app.extensions["timthau.limiter"] = Limiter()
    pages = Limiter(burst=600)
    writing = Limiter(per_minute=20, burst=20)
    costly = Limiter(per_minute=60, burst=60)
    workbooks = Limiter(per_minute=10, burst=10)

    @app.before_request
    def bound() -> None:
        request.max_content_length = MOST_OF_REPORTS if request.path == _REPORTS else MOST_OF_A_FORM
        if (request.content_length or 0) > request.max_content_length:
            raise RequestEntityTooLarge

    @app.before_request
    def count() -> None:
        limiter = None if request.path.startswith((*UNLIMITED, *UNLIMITED_FORMS)) else pages
        if request.path.startswith(MACHINES):
            limiter = reading
        if request.path.startswith(COSTLY):
            limiter = costly
        if request.path == WORKBOOK:
            limiter = workbooks
        if _is_form():
            limiter = writing
        if limiter:
            allowed, left, wait = limiter.take(client_network(), time.monotonic())
            g.limit = (limiter.burst, left, wait)
            g.begun = time.thread_time()
            if not allowed:
                raise TooManyRequests(f"Ask again in {wait} s.")

    @app.after_request
    def tell(response: Response) -> Response:
        if "limit" in g:
            dear = int((time.thread_time() - g.begun) / _DEAR)
            for limiter, tokens in ((pages, _DEAR_AS), (reading, _DEAR_AS), (costly, _COSTLY_AS)) if dear else ():
                limiter.charge(client_network(), dear * tokens)
            for name, value in zip(("Limit", "Remaining", "Reset"), g.limit, strict=True):
                response.headers[f"RateLimit-{name}"] = str(value)
            if response.status_code == TooManyRequests.code:
                response.headers.setdefault("Retry-After", str(g.limit[2]))
        return response


def _is_form() -> bool:
    path = request.path
    return request.method == "POST" and path.startswith(FORMS) and not path.startswith(UNLIMITED_FORMS)
