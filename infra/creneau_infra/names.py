"""What the domain name system says, asked anew each time."""

from collections.abc import Sequence
from typing import Final

import dns.asyncresolver
import dns.exception
import dns.resolver
from dns.rdatatype import TXT

from creneau_infra.settings import Settings

SECONDS: Final = 5.0


class NameServerAwayError(Exception):
    """No name server answered in time, or its answer could not be read."""


async def texts_of(name: str, settings: Settings) -> Sequence[str]:
    """Give a name's TXT records; none where the name or such a record does not exist.

    Asked of `CRENEAU_NAME_SERVER` where one is set, else of the machine's own name servers.

    Raises:
        NameServerAwayError: Nothing was answered within five seconds.
    """
    try:
        answer = await _resolver(settings).resolve(name, TXT, lifetime=SECONDS)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return ()
    except (dns.exception.DNSException, OSError) as error:
        raise NameServerAwayError from error
    return [b"".join(record.strings).decode("ascii", "replace") for record in answer]


def _resolver(settings: Settings) -> dns.asyncresolver.Resolver:
    if settings.name_server is None:
        return dns.asyncresolver.Resolver()
    address, _, port = settings.name_server.rpartition(":")
    resolver = dns.asyncresolver.Resolver(configure=False)
    resolver.nameservers = [address]
    resolver.port = int(port)
    return resolver
