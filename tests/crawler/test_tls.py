"""A host whose Diffie-Hellman key is too small for OpenSSL is reached by another key exchange, and still checked."""

import os
import ssl
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.site.loopback import serve
from tests.site.portal import Portal, make_record
from timthau.model.moment import HANOI

Read = Callable[[Path], str]


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
def read(weak: ssl.SSLContext, tmp_path: Path, name_home: Callable[[Path], dict[str, str]]) -> Read:
    """How a run of two sources ends, one with relaxed ciphers and one without, that trusts the certificates of a file.

    It has a process of its own, as OpenSSL learns from the environment whom to trust.
    """

    def run(trusted: Path) -> str:
        portal = Portal([make_record("IB1", datetime.now(HANOI) - timedelta(days=1))])
        paths = {"relaxed": 'tls_ciphers = "DEFAULT:!DHE"', "usual": ""}
        with serve(portal, tls=weak) as url:
            for name, more in paths.items():
                said = f'title = "Cổng"\nhome = "{url}/"\nplatform = "egp"\n{more}\n'
                (tmp_path / f"{name}.toml").write_text(said, encoding="utf-8")
            files = [str(tmp_path / f"{name}.toml") for name in paths]
            command = [sys.executable, "-m", "cli", "crawl", *files, "--delay", "0"]
            environment = os.environ | name_home(tmp_path / "home") | {"SSL_CERT_FILE": str(trusted)}
            done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        return done.stdout + done.stderr

    return run


def test_relaxed_ciphers_reach_the_host_for_their_source_alone(read: Read, keys: Path) -> None:
    said = read(keys / "cert.pem")
    assert "relaxed: ok, 1 notices found" in said
    assert "usual: failed" in said
    assert "dh key too small" in said.lower()


def test_a_certificate_that_nobody_vouches_for_is_refused_all_the_same(read: Read, tmp_path: Path) -> None:
    said = read(tmp_path / "none.pem")
    assert "relaxed: failed" in said
    assert "certificate verify failed" in said
