"""Who asks: the client behind the proxies that are trusted, and the network that one customer of a provider has."""

import ipaddress

from flask import Flask, request
from werkzeug.middleware.proxy_fix import ProxyFix

_CUSTOMER = 64  # bits of an IPv6 address that a provider gives one customer at least (RFC 6177)


def init_app(app: Flask) -> None:
    """Take the client's address from as many entries of X-Forwarded-For as there are trusted proxies."""
    hops = app.extensions["timthau"].settings.trusted_proxies
    if hops:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=0)  # type: ignore[method-assign]  # as Flask says


def client_network() -> str:
    """The network of whoever sent the request."""
    return name_network(request.remote_addr or "")


def name_network(address: str) -> str:
    """What limits count an address as: IPv4 itself, as many households may share the next; of IPv6 the /64."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped:
            return str(ip.ipv4_mapped)
        return str(ipaddress.ip_network((ip, _CUSTOMER), strict=False))
    return str(ip)
