"""A real OpenID provider that is not ours: npm's oidc-provider, on a free port of this machine."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from joserfc.jwk import ECKey, KeySet, RSAKey

SCRIPT = Path(__file__).with_name("provider.mjs")
NODE = Path(sys.executable).with_name("node")
SECRET = "only-for-tests-0123456789abcdefghijkl"
PEOPLE: Mapping[str, Mapping[str, Any]] = {
    "alice": {
        "email": "alice@exemple.fr",
        "email_verified": True,
        "given_name": "Alice",
        "family_name": "Martin",
        "usual_name": "Martin-Durand",
        "siret": "21750001600019",
    },
    "zoe": {
        "email": "zoe@exemple.fr",
        "email_verified": True,
        "given_name": "Zoé",
        "family_name": "Petit",
        "usual_name": "Petit",
        "siret": "99999999900019",
    },
    "uma": {
        "email": "uma@exemple.fr",
        "email_verified": False,
        "given_name": "Uma",
        "family_name": "Blanc",
        "usual_name": "Blanc",
        "siret": "21750001600019",
    },
}


def client_of(client_id: str, platform: str, slug: str, **more: Any) -> dict[str, Any]:
    """Describe us to the provider, as its administrator would."""
    return {
        "client_id": client_id,
        "client_secret": SECRET,
        "redirect_uris": [f"{platform}/connexion/retour/{slug}"],
        "post_logout_redirect_uris": [f"{platform}/connexion/fin"],
        **more,
    }


def new_keys(prefix: str = "k") -> dict[str, Any]:
    keys = KeySet(
        [
            RSAKey.generate_key(2048, {"kid": f"{prefix}-rsa", "use": "sig"}),
            ECKey.generate_key("P-256", {"kid": f"{prefix}-ec", "use": "sig"}),
        ]
    )
    return dict(keys.as_dict(private=True))


@asynccontextmanager
async def real_provider(
    clients: Sequence[Mapping[str, Any]], *, port: int = 0, **more: Any
) -> AsyncGenerator[str, None]:
    """Run the provider for the time of the block, and give its issuer."""
    wanted = {"clients": clients, "people": PEOPLE, "jwks": new_keys(), "port": port, **more}
    process = await asyncio.create_subprocess_exec(
        NODE,
        SCRIPT,
        json.dumps(wanted),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "NODE_NO_WARNINGS": "1"},
    )
    assert process.stdin is not None
    assert process.stdout is not None
    first = (await process.stdout.readline()).decode().strip()
    if not first:
        assert process.stderr is not None
        raise AssertionError((await process.stderr.read()).decode())
    try:
        yield first
    finally:
        process.stdin.close()
        _, said = await process.communicate()
        print(said.decode())  # noqa: T201 - shown by pytest where a test fails


class AtProvider(httpx.AsyncClient):
    """Somebody's browser at the provider, which keeps its cookies."""

    async def sign_on(self, url: str, person: str = "alice") -> str:
        """Walk from the authorization address to our callback; gives the callback's address."""
        answer = await self.get(url)
        while "/connexion/retour/" not in answer.headers.get("location", ""):
            if answer.is_redirect:
                answer = await self.get(str(answer.url.join(answer.headers["location"])))
            else:
                assert "/interaction/" in str(answer.url), answer.text
                way = "abort" if person == "nobody" else f"as/{person}"
                answer = await self.get(f"{answer.url}/{way}")
        return str(answer.headers["location"])


def asked_of(url: str) -> dict[str, str]:
    """Read the parameters of an address."""
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
