"""Pages that ask whether a person is reading: recognised, never taken for the site, never circumvented."""

import re

from scrapy.http import Response, TextResponse

#: In small letters, as they are looked for.
_MARKS = (
    b"cf-chl",
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
)
#: A page that only sets a cookie by script and loads itself again.
_COOKIE_SCRIPT = re.compile(rb"document\.cookie\s*=.{0,400}?location\s*(?:\.|=|\[)", re.IGNORECASE | re.DOTALL)
_CAPTCHA = re.compile(rb"g-recaptcha|grecaptcha|captcha|cf-turnstile", re.IGNORECASE)
_SMALL = 20_000
_TINY = 4_000
#: A challenge says little and leads nowhere; a page with more letters or links is the site's own, whatever it loads.
_FEW_LETTERS = 600
_FEWER_LETTERS = 200
_FEW_LINKS = 4
#: What is not closed goes on to the end.
_UNSEEN = re.compile(
    rb"<(script|style|noscript)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)|<[^>]*+(?:>|\Z)|\s+", re.IGNORECASE | re.DOTALL
)


def is_challenge(response: Response) -> bool:
    """Whether an answer is a challenge in place of the page.

    A form with a captcha, or a script that watches who reads, stands on ordinary pages too.
    """
    if not isinstance(response, TextResponse):
        return False
    body = response.body
    if response.status in (403, 429, 503) and _is_marked(body):
        return True
    links = body.count(b"<a ")
    if len(body) >= _SMALL or links >= _FEW_LINKS:
        return False
    letters = len(_UNSEEN.sub(b"", body))
    if letters >= _FEW_LETTERS:
        return False
    if _is_marked(body) or (len(body) < _TINY and _COOKIE_SCRIPT.search(body)):
        return True
    return len(body) < _TINY and not links and letters < _FEWER_LETTERS and bool(_CAPTCHA.search(body))


def _is_marked(body: bytes) -> bool:
    lowered = body.lower()
    return any(mark in lowered for mark in _MARKS)
