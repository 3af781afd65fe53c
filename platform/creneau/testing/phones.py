"""SMS in tests: a tenant whose gateway is switched on, and the phone on which they land."""

from creneau_infra.mail.schemas import Letter
from creneau_infra.mail.transports import mailbox_of
from creneau_infra.settings import Settings
from creneau_infra.sms import phone

from creneau.context import SYSTEM
from creneau.sms import service as sms
from creneau.sms.gateways.demo import CODE


async def switch_sms_on(settings: Settings) -> None:
    """Have the current tenant's SMS land on a phone in the data folder of the settings."""
    phone.configure(settings)
    await sms.set_up(CODE, SYSTEM)


async def sms_to(settings: Settings, number: str) -> list[Letter]:
    """List the SMS to one number, the newest first."""
    letters = await mailbox_of(settings.data_dir).letters()
    return [one for one in letters if one.is_sms and one.to == number]
