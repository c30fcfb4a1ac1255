"""What a refusal for good says: that the mailbox does not exist, or that the mail, or its sender, is not wanted."""

import re

_ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
# RFC 3463 and its registry: no such mailbox, system or syntax; ambiguous, moved away, or a domain that takes no mail.
# The others of 5.1 are about the sender.
_DEAD = frozenset((1, 2, 3, 4, 6, 10))
# What is not the answerer's own word: addresses, links and names of hosts, which may say anything.
_QUOTED = re.compile(r"(?<!\S)[^\s@]++@\S+|(?<!\S)(?:(?!://)\S)++://\S+|(?<![\w.-])[\w-]+(?:\.[\w-]+)+\b(?<![\d.])")
_POLICY = re.compile(
    r"block|black ?list|deny ?list|\blists?\b|\b(?:dns|r)bls?\b|spam|spoof|reputation|polic(?:y|ies)|abus|bann?ed"
    r"|\brate\b|too many|limit|throttl|greylist|unsolicited|content|virus|malware|phish|\bspf\b|\bdkim\b|\bdmarc\b"
    r"|authenticat|reverse dns|\bptr\b|relay|not (?:authori[sz]ed|permitted|allowed|accepted)|access denied|untrusted",
    re.IGNORECASE,
)
_WHO = r"(?:user|recipient|mailbox|account|address|e-?mail)"
_NOBODY = re.compile(
    rf"(?:no such|unknown|invalid|non-?existent|bad) (?:local )?{_WHO}"
    rf"|{_WHO}(?: \S+){{0,4}} (?:unknown|not (?:found|known|exist)|(?:does|do)(?: not|n't) exist)"
    rf"|doesn't have an?\b.{{0,40}}account|no mailbox|unrouteable|not a valid {_WHO}",
    re.IGNORECASE,
)


def speaks_of_policy(answer: str) -> bool:
    """Whether a refusal is about the mail or who sent it: a list of blocked senders, a rate, its content."""
    status = _ENHANCED.search(answer)
    words = _QUOTED.sub(" ", answer)
    return bool(status and status[2] == "7") or (bool(_POLICY.search(words)) and not _names_nobody(words))


def tells_dead_mailbox(answer: str) -> bool:
    """Whether a refusal for good says that the mailbox does not exist (RFC 3463, 5.1.x); when in doubt, it does not."""
    if speaks_of_policy(answer):
        return False
    status = _ENHANCED.search(answer)
    if status:
        return status[1] == "5" and status[2] == "1" and int(status[3]) in _DEAD
    return answer.startswith("5") and _names_nobody(_QUOTED.sub(" ", answer))


def _names_nobody(words: str) -> bool:
    return bool(_NOBODY.search(words))
