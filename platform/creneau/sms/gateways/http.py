"""Any SMS service over HTTP: its request and its answers are described in the administration."""

from collections.abc import Mapping
from typing import Final

from creneau_infra.sms.calling import hand_over
from creneau_infra.sms.errors import GatewayRefusedError

from creneau.contributions import Field, SmsGateway
from creneau.sms.errors import SmsRefused
from creneau.sms.gateways.described import answers_of, faults, request_of
from creneau.sms.schemas import Sms

CODE: Final = "core.http"
JSON_BODY: Final = """{
  "to": "{to}",
  "from": "{sender}",
  "text": "{text}",
  "reference": "{reference}"
}"""

FIELDS: Final = (
    Field(
        name="url",
        label="Adresse du service",
        required=True,
        hint="Elle commence par https://.",
        maximum_length=500,
    ),
    Field(
        name="method",
        label="Méthode",
        kind="select",
        required=True,
        options=(("POST", "POST"), ("PUT", "PUT"), ("GET", "GET")),
    ),
    Field(
        name="carrier",
        label="Où se trouve ce qui est envoyé",
        kind="radio",
        required=True,
        options=(
            ("json", "Dans le corps, en JSON"),
            ("form", "Dans le corps, comme un formulaire"),
            ("query", "Dans l’adresse"),
        ),
    ),
    Field(
        name="content",
        label="Ce qui est envoyé",
        kind="textarea",
        required=True,
        hint="En JSON ; sinon une ligne « nom=valeur » par paramètre.",
        maximum_length=5000,
    ),
    Field(
        name="secret",
        label="Secret",
        hint="La clé ou le mot de passe que le service vous a donné.",
        maximum_length=1000,
    ),
    Field(
        name="headers",
        label="En-têtes",
        kind="textarea",
        hint="Un par ligne, comme « Authorization: Bearer {secret} ».",
        maximum_length=2000,
    ),
    Field(
        name="accepted",
        label="Réponses qui acceptent le SMS",
        required=True,
        hint="Des statuts HTTP, comme 200-299.",
    ),
    Field(
        name="refused",
        label="Réponses qui le refusent pour de bon",
        hint="Comme 400, 404, 422. Toute autre réponse fait recommencer plus tard.",
    ),
    Field(
        name="id_path",
        label="Où est l’identifiant du SMS dans la réponse",
        hint="Un chemin dans le JSON, comme messages.0.id.",
    ),
    Field(
        name="word_path",
        label="Où est l’état du SMS dans la réponse",
        hint="Si un statut HTTP ne suffit pas : un chemin dans le JSON, comme messages.0.status.",
    ),
    Field(
        name="accepted_words",
        label="États qui l’acceptent",
        hint="Séparés par des virgules, comme sent, queued.",
    ),
    Field(
        name="refused_words",
        label="États qui le refusent pour de bon",
        hint="Séparés par des virgules, comme invalid_number.",
    ),
)


class HttpGateway(SmsGateway, frozen=True, kw_only=True):
    """A service that takes an SMS as one HTTP request."""

    code: str = CODE
    label: str = "Service SMS par HTTP"
    description: str = "La plupart des opérateurs : vous décrivez la requête qu’ils attendent."
    fields: tuple[Field, ...] = FIELDS
    secrets: frozenset[str] = frozenset({"secret"})

    def beginning(self) -> Mapping[str, str]:
        """Propose a JSON body and the usual answers."""
        return {
            "method": "POST",
            "carrier": "json",
            "content": JSON_BODY,
            "headers": "Authorization: Bearer {secret}",
            "accepted": "200-299",
            "refused": "400, 404, 422",
        }

    def check(self, values: Mapping[str, str]) -> Mapping[str, str]:
        """Say what cannot be sent, or read in an answer."""
        return faults(values)

    async def send(self, sms: Sms, sender: str, values: Mapping[str, str]) -> str:
        """Make the request, and judge the answer.

        Raises:
            SmsRefused: The service refuses this SMS for good.
            GatewayAwayError: The service is away, or asks to come back.
        """
        secret = values.get("secret", "")
        known = {
            "to": sms.to,
            "to_digits": sms.to.removeprefix("+"),
            "text": sms.text,
            "sender": sender,
            "reference": sms.reference,
            "secret": secret,
        }
        hidden = (secret, sms.to, sms.to.removeprefix("+"), sms.text)
        try:
            return await hand_over(request_of(values), answers_of(values), known, secrets=hidden)
        except GatewayRefusedError as error:
            raise SmsRefused(said=error.said) from error
