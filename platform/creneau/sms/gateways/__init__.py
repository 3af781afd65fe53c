"""The gateways that the core brings; plugins bring others through the hook `sms_gateways`."""

from collections.abc import Sequence

from creneau_infra.sms import phone

from creneau.contributions import SmsGateway
from creneau.sms.gateways.demo import PhoneGateway
from creneau.sms.gateways.http import HttpGateway


def built_in() -> Sequence[SmsGateway]:
    """List the core's gateways: any service over HTTP, and the demo's phone where there is one."""
    return (*((PhoneGateway(),) if phone.is_there() else ()), HttpGateway())
