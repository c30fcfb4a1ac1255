"""Pages that ask whether a person is reading: recognised, never taken for the site, never circumvented."""

import re

from scrapy.http import Response, TextResponse

#: In small letters, as they are looked for.
_MARKS = (
    b"cf-chl",
    b"/cdn-cgi/challenge-platform",
    b"cf-turnstile",
    b"<title>just a moment",
    b"attention required! | cloudflare",
    b"ddos protection by",
    b"_incapsula_resource",
    b"sucuri_cloudproxy",
    b"ddos-guard",
    b"/.well-known/sgcaptcha",
    b"/.well-known/captcha",
    b"captcha-delivery.com",
    b"aws-waf-token",
    b"px-captcha",
    b"hcaptcha.com/1/api",
)
#: A page that only sets a cookie by script and loads itself again.
_COOKIE_SCRIPT = re.compile(rb"document\.cookie\s*=.{0,400}?location\s*(?:\.|=|\[)", re.IGNORECASE | re.DOTALL)
_CAPTCHA = re.compile(rb"g-recaptcha|grecaptcha|captcha", re.IGNORECASE)
_SMALL = 20_000
_TINY = 4_000


def is_challenge(response: Response) -> bool:
    """Whether an answer is a challenge in place of the page. Forms with a captcha at the foot of a page are none."""
    if not isinstance(response, TextResponse):
        return False
    body = response.body
    if len(body) < _SMALL and _is_marked(body):
        return True
    if len(body) < _TINY and body.count(b"<a ") < 3:
        return bool(_COOKIE_SCRIPT.search(body) or _CAPTCHA.search(body))
    return response.status in (403, 429, 503) and _is_marked(body)


def _is_marked(body: bytes) -> bool:
    lowered = body.lower()
    return any(mark in lowered for mark in _MARKS)
