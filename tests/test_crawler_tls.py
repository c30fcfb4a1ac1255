"""A host whose Diffie-Hellman key is too small for OpenSSL is reached by another key exchange, and still checked."""

import os
import ssl
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from loopback import serve
from portal import Portal, make_record

from timthau.model import HANOI

Read = Callable[..., str]


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 that signs itself, its key, and 1024-bit parameters for Diffie-Hellman."""
    folder = tmp_path_factory.mktemp("keys")
    made = (
        "req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 2 -subj /CN=127.0.0.1"
        " -addext subjectAltName=IP:127.0.0.1",
        "dhparam -dsaparam -out dh.pem 1024",
    )
    for arguments in made:
        subprocess.run(["openssl", *arguments.split()], cwd=folder, check=True, capture_output=True)
    return folder


@pytest.fixture
def weak(keys: Path) -> ssl.SSLContext:
    """A server that prefers an exchange with its 1024-bit key, and knows a better one."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.maximum_version = ssl.TLSVersion.TLSv1_2  # TLS 1.3 has no exchange with keys of the server's choice
    context.set_ciphers("DHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:@SECLEVEL=0")
    context.options |= ssl.OP_CIPHER_SERVER_PREFERENCE
    context.load_cert_chain(keys / "cert.pem", keys / "key.pem")
    context.load_dh_params(keys / "dh.pem")
    return context


@pytest.fixture
def read(weak: ssl.SSLContext, tmp_path: Path) -> Read:
    """How a run ends that trusts the certificates of a file; OpenSSL learns that from the environment."""

    def run(trusted: Path, *more: str) -> str:
        portal = Portal([make_record("IB1", datetime.now(HANOI) - timedelta(days=1))])
        path = tmp_path / "cong.toml"
        with serve(portal, tls=weak) as url:
            path.write_text("\n".join(('title = "Cổng"', f'home = "{url}/"', 'platform = "egp"', *more)))
            command = [sys.executable, "-c", "from timthau.cli import main; main()", "crawl", str(path), "--delay", "0"]
            environment = os.environ | {"TIMTHAU_HOME": str(tmp_path / "home"), "SSL_CERT_FILE": str(trusted)}
            done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        return done.stdout + done.stderr

    return run


def test_the_relaxed_ciphers_reach_the_host(read: Read, keys: Path) -> None:
    assert "cong: ok, 1 notices found" in read(keys / "cert.pem", 'tls_ciphers = "DEFAULT:!DHE"')


def test_without_them_the_weak_key_is_refused(read: Read, keys: Path) -> None:
    said = read(keys / "cert.pem")
    assert "cong: failed" in said
    assert "dh key too small" in said.lower()


def test_a_certificate_that_nobody_vouches_for_is_refused_all_the_same(read: Read, tmp_path: Path) -> None:
    said = read(tmp_path / "none.pem", 'tls_ciphers = "DEFAULT:!DHE"')
    assert "cong: failed" in said
    assert "certificate verify failed" in said
