"""What is peculiar about the providers that French public bodies use (T-06).

ProConnect refuses parameters that it does not list, PKCE's among them, and state and nonce under 32
characters; what it tells of a person is a signed token. FranceConnect signs by ES256 or RS256, wants
`acr_values`, and a sign-out with the ID token. Keycloak signs people out by calling us. Entra ID has
an issuer for each directory, and its e-mail addresses prove nothing.
"""

from collections.abc import Mapping
from typing import Final

import msgspec

from creneau_tenants.sign_on.schemas import ClientSent, ProfileName, Userinfo

# Signatures that only the provider can make. A shared secret would make us able to, too.
ALGORITHMS: Final = (
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512"),
)
STANDARD: Final[Mapping[str, str]] = {
    "email": "email",
    "email_verified": "email_verified",
    "first_name": "given_name",
    "last_name": "family_name",
}


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """How a kind of provider is set up at first, and what it does not let one choose.

    `algorithms_fixed`: no others than these. `needs_condition`: everybody in the country has an
    account there, so that agents are created under a condition only. `sign_out_needed`: whoever
    signs on there must be signed out there. `trusts_email`: `email_verified` means what it says.
    `names_client_on_sign_out`: `client_id` may stand beside the ID token.
    """

    label: str
    issuer: str = ""
    issuer_hint: str = ""
    for_agents: bool = True
    for_public: bool = False
    agents_allowed: bool = True
    scopes: tuple[str, ...] = ("openid", "profile", "email")
    claim_map: Mapping[str, str] = msgspec.field(default_factory=lambda: STANDARD)
    algorithms: tuple[str, ...] = ("RS256", "ES256")
    algorithms_fixed: bool = False
    pkce: bool = True
    pkce_fixed: bool = False
    acr_values: tuple[str, ...] = ()
    acr_needed: bool = False
    userinfo: Userinfo = "plain"
    userinfo_fixed: bool = False
    client_sent: ClientSent = "header"
    needs_condition: bool = False
    sign_out_needed: bool = False
    trusts_email: bool = True
    names_client_on_sign_out: bool = True
    back_channel: bool = True
    directory_in_issuer: bool = False


PROFILES: Final[Mapping[ProfileName, Profile]] = {
    "generic": Profile(label="OpenID Connect"),
    "proconnect": Profile(
        label="ProConnect",
        # Its host depends on the network one comes from: it is not ours to choose.
        issuer_hint="https://auth.agentconnect.gouv.fr/api/v2",
        scopes=("openid", "given_name", "usual_name", "email", "siret"),
        claim_map={**STANDARD, "last_name": "usual_name"},
        algorithms=("RS256", "ES256"),
        algorithms_fixed=True,
        pkce=False,
        pkce_fixed=True,
        userinfo="signed",
        userinfo_fixed=True,
        client_sent="body",
        needs_condition=True,
        names_client_on_sign_out=False,
        back_channel=False,
    ),
    "franceconnect": Profile(
        label="FranceConnect",
        issuer="https://oidc.franceconnect.gouv.fr/api/v2",
        for_agents=False,
        for_public=True,
        agents_allowed=False,
        scopes=("openid", "given_name", "family_name", "email"),
        algorithms=("ES256", "RS256"),
        algorithms_fixed=True,
        pkce=False,
        pkce_fixed=True,
        acr_values=("eidas1",),
        acr_needed=True,
        userinfo="signed",
        userinfo_fixed=True,
        client_sent="body",
        sign_out_needed=True,
        names_client_on_sign_out=False,
        back_channel=False,
    ),
    "keycloak": Profile(
        label="Keycloak", issuer_hint="https://keycloak.exemple.fr/realms/ville", userinfo="none"
    ),
    "entra": Profile(
        label="Microsoft Entra ID",
        issuer_hint="https://login.microsoftonline.com/00000000-0000-0000-0000-000000000000/v2.0",
        algorithms=("RS256",),
        userinfo="none",
        client_sent="body",
        trusts_email=False,
        directory_in_issuer=True,
        back_channel=False,
    ),
}
