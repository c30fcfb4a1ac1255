"""What opens when something on a page is pressed that is no plain link."""

import re

_OPENED = re.compile(
    r"(?:\bopen\w*\s*\(|location(?:\.href)?\s*=|location\.(?:assign|replace)\s*\()\s*[\"']([^\"'\s]+)[\"']"
)


def pressed_address(script: str) -> str:
    """The address that a script opens or goes to, as it is written: "window.open('/x.pdf')"; empty for none."""
    match = _OPENED.search(script)
    return match[1] if match else ""
