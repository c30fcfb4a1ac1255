"""Certificates that a server should send and does not: fetched from where its own certificate says that they are (AIA).

They are only links of a chain. Whether a host is trusted is decided as ever: by the roots that this machine trusts.
"""

import http.client
import socket
import ssl
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import unquote, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtensionOID

from timthau.network import TimeLimit, connect_public, is_private_literal

_SECONDS = 10.0
_MOST_BYTES = 65_536
_MOST_LINKS = 4
_MOST_ISSUERS = 4  # addresses that one certificate names
_PROXY_PORTS = {"http": 80, "https": 443}


def fetch_intermediates(host: str, port: int, proxy: str = "") -> tuple[bytes, ...]:
    """The certificates (DER) with which the chain of a host ends at a trusted root; empty where there are none.

    It connects twice to the host and to each address that a certificate names, which is asked as a site is: only a
    public machine, or the host itself. Where the host is asked by a `proxy`, so are they.
    """
    try:
        leaf = x509.load_der_x509_certificate(shake(host, port, unchecked(), proxy))
        chain = tuple(link.public_bytes(Encoding.DER) for link in _climb(leaf, host, proxy))
        if chain:
            shake(host, port, trusting(chain), proxy)
    except (OSError, ValueError, http.client.HTTPException):  # ssl.SSLError is an OSError
        return ()
    return chain


def shake(host: str, port: int, context: ssl.SSLContext, proxy: str = "") -> bytes:
    """Shake hands with a host, by a proxy if there is one, and hang up; the server's certificate (DER).

    Raises OSError.
    """
    with (
        _connect(host, port, proxy) as connection,
        context.wrap_socket(connection, server_hostname=host) as secure,
    ):
        return secure.getpeercert(binary_form=True) or b""


def _connect(host: str, port: int, proxy: str) -> socket.socket:
    """A connection to a host; a proxy may be anywhere, as whoever runs this named it. Raises OSError."""
    if not proxy:
        return connect_public(host, port, _SECONDS, private=(host,) if is_private_literal(host) else ())
    tunnel = _ask(proxy)
    tunnel.set_tunnel(host, port, headers=_key_of(proxy))
    tunnel.connect()
    connection: socket.socket = tunnel.sock
    return connection


def _ask(proxy: str) -> http.client.HTTPConnection:
    parts = urlsplit(proxy)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    return kind(parts.hostname or "", parts.port or _PROXY_PORTS[parts.scheme], timeout=_SECONDS)


def _key_of(proxy: str) -> dict[str, str]:
    """What a proxy is told of who asks, if its address says."""
    user = urlsplit(proxy).netloc.rpartition("@")[0]
    return {"Proxy-Authorization": f"Basic {b64encode(unquote(user).encode()).decode()}"} if user else {}


def unchecked() -> ssl.SSLContext:
    """How to look at a certificate that cannot be trusted; nothing may be read by it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def trusting(chain: tuple[bytes, ...]) -> ssl.SSLContext:
    """How to connect to a host that left out links of its chain; none of them is trusted by itself."""
    context = ssl.create_default_context()
    if chain:
        context.load_verify_locations(cadata=b"".join(chain))
    context.verify_flags &= ~ssl.VERIFY_X509_PARTIAL_CHAIN
    return context


def issuers_of(certificate: x509.Certificate) -> list[str]:
    """Where a certificate says that the one of its issuer is."""
    try:
        access = certificate.extensions.get_extension_for_oid(ExtensionOID.AUTHORITY_INFORMATION_ACCESS).value
    except (ValueError, x509.ExtensionNotFound):
        return []
    if not isinstance(access, x509.AuthorityInformationAccess):
        return []
    named = [entry for entry in access if entry.access_method == AuthorityInformationAccessOID.CA_ISSUERS]
    return [str(entry.access_location.value) for entry in named[:_MOST_ISSUERS]]


def _climb(certificate: x509.Certificate, host: str, proxy: str) -> Iterator[x509.Certificate]:
    """From a certificate to its issuer and on, up to one that signs itself, which is no link but a root."""
    for _ in range(_MOST_LINKS):
        found = (one for url in issuers_of(certificate) for one in _parse(_get(url, host, proxy)))
        issuer = next((one for one in found if one.subject == certificate.issuer), None)
        if issuer is None or issuer.issuer == issuer.subject:
            return
        yield issuer
        certificate = issuer


def _get(url: str, host: str, proxy: str) -> bytes:
    """What stands at an address of HTTP; nothing where it is none, or not to be asked. Raises OSError."""
    parts = urlsplit(url)
    if parts.scheme != "http" or not parts.hostname:
        return b""
    is_own = parts.hostname == host
    if proxy and is_private_literal(parts.hostname) and not is_own:
        return b""
    target = parts.path or "/"
    asked = _ask(proxy) if proxy else http.client.HTTPConnection(parts.hostname, parts.port, timeout=_SECONDS)
    with TimeLimit(_SECONDS) as limit, closing(asked) as connection:
        if not proxy:
            private = (host,) if is_own and is_private_literal(host) else ()
            connection.sock = connect_public(parts.hostname, connection.port, _SECONDS, private=private)
        else:
            connection.connect()
        limit.hold(connection.sock)
        connection.request("GET", f"http://{parts.netloc}{target}" if proxy else target, headers=_key_of(proxy))
        answer = connection.getresponse()
        return answer.read(_MOST_BYTES) if answer.status == http.HTTPStatus.OK else b""


def _parse(body: bytes) -> list[x509.Certificate]:
    """The certificates of an answer, in any of the forms in which issuers give them out. Raises ValueError."""
    if not body:
        return []
    if body.lstrip().startswith(b"-----BEGIN CERTIFICATE"):
        return x509.load_pem_x509_certificates(body)
    try:
        return [x509.load_der_x509_certificate(body)]
    except ValueError:
        return pkcs7.load_der_pkcs7_certificates(body)
