"""Pages that ask whether a person is reading: recognised, never taken for the site, never circumvented."""

import re

from scrapy.http import Response, TextResponse

_MARKS = re.compile(
    rb"cf-chl|/cdn-cgi/challenge-platform|cf-turnstile|<title>\s*Just a moment|Attention Required! \| Cloudflare|"
    rb"DDoS protection by|_Incapsula_Resource|sucuri_cloudproxy|ddos-guard|/\.well-known/(?:sgcaptcha|captcha)|"
    rb"captcha-delivery\.com|aws-waf-token|px-captcha|hcaptcha\.com/1/api",
    re.IGNORECASE,
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
    if len(body) < _SMALL and _MARKS.search(body):
        return True
    if len(body) < _TINY and body.count(b"<a ") < 3:
        return bool(_COOKIE_SCRIPT.search(body) or _CAPTCHA.search(body))
    return response.status in (403, 429, 503) and bool(_MARKS.search(body))
