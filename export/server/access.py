"""Who may ask: the token, and the names by which a server may be called."""

import hmac
import ipaddress


class Access:
    """token: what `Authorization: Bearer ...` must hold, or None. hosts: names that a request's Host may have beside
    localhost and any IP address; "*": any name.

    A page of a foreign site can have its own name resolve to 127.0.0.1, and its script then asks this server (DNS
    rebinding); its requests name that site as Host. An address as Host cannot come about in this way.
    """

    def __init__(self, token=None, hosts=()):
        self.token = None if token is None else checked(token).encode()
        self.hosts = {"localhost", *(name.lower().strip("[]") for name in hosts)}

    def bearer(self, given):
        """Whether `given`, bytes, is the header that was asked for; the scheme's name has no case (RFC 9110, 11.1)."""
        if self.token is None:
            return True
        scheme, _, token = given.partition(b" ")
        return scheme.lower() == b"bearer" and hmac.compare_digest(token.strip(), self.token)

    def known(self, host):
        """Whether a Host header, bytes, is one of ours; whoever sends none is no browser."""
        if not host or "*" in self.hosts:
            return True
        name = host.decode("latin-1").lower().strip()
        name = name[1:].partition("]")[0] if name.startswith("[") else name.partition(":")[0]
        return name in self.hosts or is_address(name)


def checked(token):
    """The token without white space at its ends, where files and shells leave some. Raises ValueError for what no
    header can carry."""
    token = token.strip()
    if not token:
        raise ValueError("The token is empty; give one, or leave --token and KERAS_GAN_TOKEN out to serve without.")
    if not (token.isascii() and token.isprintable()):
        raise ValueError("A token is printable ASCII; it is sent in a header.")
    return token


def is_address(name):
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
