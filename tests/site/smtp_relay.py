"""A real SMTP server on loopback that keeps what it accepts, and refuses as it is told."""

import email
import email.policy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller


@dataclass
class Relay:
    """What arrived, in order; `refuse_recipient` and `refuse_data` may give an answer that is not 250."""

    port: int = 0
    accepted: list[tuple[str, EmailMessage]] = field(default_factory=list)
    refuse_recipient: Callable[[str], str | None] = lambda address: None
    refuse_data: Callable[[str], str | None] = lambda address: None

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def message_ids(self) -> list[str]:
        return [message["Message-ID"] for _, message in self.accepted]

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802  # aiosmtpd's name
        refused = self.refuse_recipient(address)
        if refused is None:
            envelope.rcpt_tos.append(address)
        return refused or "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  # aiosmtpd's name
        address = envelope.rcpt_tos[0]
        refused = self.refuse_data(address)
        if refused is None:
            message = email.message_from_bytes(envelope.content, policy=email.policy.default)
            self.accepted.append((address, message))
        return refused or "250 2.0.0 accepted"


@contextmanager
def run_relay(**how: Any) -> Iterator[Relay]:
    """A relay that runs in a thread; `how` goes to aiosmtpd."""
    relay = Relay()
    controller = Controller(relay, hostname="127.0.0.1", port=0, **how)
    # The free port is known only once the server is bound, and the controller asks it by its address.
    controller.port = relay.port = _free_port()
    controller.start()
    try:
        yield relay
    finally:
        controller.stop()


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
