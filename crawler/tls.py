"""Why a site cannot be reached over TLS, in words for people, with the key of a definition that helps."""

import ssl
from urllib.parse import urlsplit

from cryptography import x509

from crawler.intermediate import issuers_of, shake, unchecked

_UNCHECKED = "verify_tls = false in the definition reads it unchecked"
#: OpenSSL's numbers of what is wrong with a certificate.
_EXPIRED, _SELF_SIGNED, _SELF_SIGNED_ROOT, _NO_ISSUER, _UNVERIFIED_LEAF, _WRONG_HOST = 10, 18, 19, 20, 21, 62
_WRONG_ADDRESS = 64
#: What OpenSSL calls a server whose protocol, key exchange or key is older than it takes.
_OLD = (
    "UNSUPPORTED_PROTOCOL",
    "PROTOCOL_VERSION",
    "DH_KEY_TOO_SMALL",
    "HANDSHAKE_FAILURE",
    "NO_PROTOCOLS",
    "EE_KEY_TOO",
)


def explain_tls(url: str, proxy: str = "") -> str:
    """What is wrong with the TLS of an https address; empty when nothing is, or nothing can be found out.

    It connects once, or once more to look at the certificate, by the `proxy` if there is one.
    """
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or 443
    if parts.scheme != "https":
        return ""
    try:
        shake(host, port, ssl.create_default_context(), proxy)
    except ssl.SSLCertVerificationError as error:
        return _explain_certificate(host, port, proxy, error)
    except ssl.SSLError as error:
        return _explain_protocol(error)
    except OSError:
        return ""
    return ""


def _explain_certificate(host: str, port: int, proxy: str, error: ssl.SSLCertVerificationError) -> str:
    code = error.verify_code
    if code == _EXPIRED:
        return f"its TLS certificate has expired; {_UNCHECKED}"
    if code in (_WRONG_HOST, _WRONG_ADDRESS):
        return f"its TLS certificate is for another host than {host}; set home to that one, or {_UNCHECKED}"
    if code == _SELF_SIGNED:
        return f"its TLS certificate is signed by itself; {_UNCHECKED}"
    if code in (_NO_ISSUER, _UNVERIFIED_LEAF) and _names_issuer(host, port, proxy):
        return (
            "it does not send the intermediate certificate that its TLS certificate needs, "
            f"and where that says it is there is none that leads to a known issuer; {_UNCHECKED}"
        )
    if code in (_NO_ISSUER, _UNVERIFIED_LEAF, _SELF_SIGNED_ROOT):
        return f"its TLS certificate comes from an issuer that nobody here knows; {_UNCHECKED}"
    return f"its TLS certificate is refused: {error.verify_message}; {_UNCHECKED}"


def _names_issuer(host: str, port: int, proxy: str) -> bool:
    """Whether the certificate says where that of its issuer is, as those of public issuers do."""
    try:
        return bool(issuers_of(x509.load_der_x509_certificate(shake(host, port, unchecked(), proxy))))
    except (OSError, ValueError):
        return False


def _explain_protocol(error: ssl.SSLError) -> str:
    reason = error.reason or ""
    if any(word in reason for word in _OLD):
        return (
            f"its TLS is too old ({reason.lower().replace('_', ' ')}); "
            'tls_ciphers = "DEFAULT:@SECLEVEL=0" in the definition may reach it'
        )
    if "WRONG_VERSION_NUMBER" in reason:
        return "it does not speak TLS there; try http:// in home"
    return ""
