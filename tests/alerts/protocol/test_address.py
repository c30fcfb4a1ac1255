"""Which addresses are taken, and which of them are one mailbox."""

import pytest

from alerts.protocol.address import name_mailbox, parse_address
from timthau.errors import SubscriptionError


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Phong.KD@Cong-Ty.vn ", "phong.kd@cong-ty.vn"),
        ("kd@bệnhviện.vn", "kd@xn--bnhvin-ik8be.vn"),
        ("kd@BỆNHVIỆN.VN", "kd@xn--bnhvin-ik8be.vn"),
        ("kd@xn--bnhvin-ik8be.vn", "kd@xn--bnhvin-ik8be.vn"),
        ("kd@münchen.example", "kd@xn--mnchen-3ya.example"),
    ],
)
def test_domains_in_any_script_are_taken(typed: str, kept: str) -> None:
    assert parse_address(typed) == kept


@pytest.mark.parametrize(
    "typed", ["kd@-bệnh.vn", "kd@bệnh..vn", "kd@bệnh viện.vn", "kd@", "@bệnh.vn", f"kd@{'ệ' * 70}.vn"]
)
def test_what_no_name_system_has_is_no_domain(typed: str) -> None:
    with pytest.raises(SubscriptionError):
        parse_address(typed)


@pytest.mark.parametrize(
    ("address", "mailbox"),
    [
        ("victim+17@cong-ty.vn", "victim@cong-ty.vn"),
        ("v.i.c.tim+a@gmail.com", "victim@gmail.com"),
        ("victim@googlemail.com", "victim@gmail.com"),
        ("v.ictim@proton.me", "victim@protonmail.com"),
        ("phong.kd@cong-ty.vn", "phong.kd@cong-ty.vn"),
        ("+x@cong-ty.vn", "+x@cong-ty.vn"),
    ],
)
def test_spellings_of_one_mailbox_count_as_one(address: str, mailbox: str) -> None:
    assert name_mailbox(address) == mailbox
