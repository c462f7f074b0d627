"""Where a request comes from, for limits and for the audit: the one place that reads it.

Behind proxies the connection's own address is the last proxy's. Each proxy we trust (`TRUSTED_PROXIES`)
stands for one entry at the end of X-Forwarded-For; what is before them was said by the stranger himself.
"""

from __future__ import annotations

from ipaddress import IPv6Address, IPv6Network, ip_address

from django.conf import settings
from django.http import HttpRequest

#: One household or firm has a /64 of IPv6: all its addresses count as one.
IPV6_NETWORK = 64
UNKNOWN = "unknown"


def client_address(request: HttpRequest) -> str:
    """The address of whoever asks, as text; "unknown" where no address was given (a socket).

    With fewer entries than trusted proxies the request came past them: then the connection's own counts.
    """
    proxies = settings.TRUSTED_PROXIES
    said = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if proxies else []
    address = _clean(said[-proxies]) if len(said) >= proxies > 0 else ""
    return address or _clean(request.META.get("REMOTE_ADDR", "")) or UNKNOWN


def client_network(request: HttpRequest) -> str:
    """What a limit counts by: the address of IPv4, the /64 of IPv6."""
    return network_of(client_address(request))


def network_of(address: str) -> str:
    """
    >>> network_of("203.0.113.7"), network_of("2001:db8:1:2:3:4:5:6"), network_of("unknown")
    ('203.0.113.7', '2001:db8:1:2::/64', 'unknown')
    """
    if address == UNKNOWN:
        return address
    ip = ip_address(address)
    return str(IPv6Network((ip, IPV6_NETWORK), strict=False)) if isinstance(ip, IPv6Address) else address


def _clean(said: str) -> str:
    """An address without port, brackets and zone; IPv4 written as IPv6 is IPv4. Empty: it is none."""
    said = said.strip()
    if said.startswith("["):
        said = said[1:].partition("]")[0]
    elif said.count(":") == 1:
        said = said.partition(":")[0]
    try:
        ip = ip_address(said.partition("%")[0])
    except ValueError:
        return ""
    mapped = ip.ipv4_mapped if isinstance(ip, IPv6Address) else None
    return str(mapped or ip)
