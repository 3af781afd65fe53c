"""The demo's way: SMS land on the page of the demo's messages, as on a phone."""

from collections.abc import Mapping

from creneau_infra.sms import phone
from creneau_infra.sms.schemas import ShortMessage

from creneau.contributions import SmsGateway
from creneau.sms.schemas import Sms

CODE = "core.phone"


class PhoneGateway(SmsGateway, frozen=True, kw_only=True):
    """A phone that only the demo has; nothing leaves the machine."""

    code: str = CODE
    label: str = "Téléphone de la démonstration"
    description: str = "Les SMS arrivent sur la page des messages de la démonstration, sans partir."

    def check(self, values: Mapping[str, str]) -> Mapping[str, str]:
        """Find nothing wrong: there is nothing to fill in."""
        del values
        return {}

    async def send(self, sms: Sms, sender: str, values: Mapping[str, str]) -> str:
        """Put the SMS on the phone."""
        del values
        return await phone.receive(
            ShortMessage(to=sms.to, sender=sender, text=sms.text, reference=sms.reference)
        )
