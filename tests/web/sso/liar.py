"""A small provider of our own that misbehaves as told: what a real one would never do."""

import base64
import hashlib
import json
import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs
from uuid import uuid4

from creneau_infra import clock
from joserfc import jwt
from joserfc.jwk import ECKey, Key, KeySet, RSAKey

ACCESS = "the access token"
SIGN_OUT = "http://schemas.openid.net/event/backchannel-logout"


class Liar:
    """What the provider says; a test changes it before it is asked."""

    def __init__(self) -> None:
        self.issuer = ""
        self.keys: list[Key] = [self.new_key("first"), ECKey.generate_key("P-256", {"kid": "ec"})]
        self.metadata: dict[str, Any] = {}
        self.claims: dict[str, Any] = {}
        self.header: dict[str, Any] = {}
        self.userinfo: Any = {"sub": "alice"}
        self.userinfo_signed = False
        self.token_status = 200
        self.delayed = threading.Event()
        self.delayed.set()
        self.asked: list[str] = []
        self.posted: dict[str, str] = {}
        self.credentials = ""
        self.nonce = ""

    @staticmethod
    def new_key(kid: str) -> Key:
        return RSAKey.generate_key(2048, {"kid": kid, "use": "sig"})

    def document(self) -> dict[str, Any]:
        base = self.issuer
        return {
            "issuer": base,
            "authorization_endpoint": f"{base}/authorize",
            "token_endpoint": f"{base}/token",
            "jwks_uri": f"{base}/jwks",
            "userinfo_endpoint": f"{base}/userinfo",
            "end_session_endpoint": f"{base}/end",
            **self.metadata,
        }

    def id_token(self) -> str:
        moment = int(clock.now().timestamp())
        half = hashlib.sha256(ACCESS.encode()).digest()[:16]
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "sub": "alice",
            "aud": "creneau",
            "exp": moment + 300,
            "iat": moment,
            "nonce": self.nonce,
            "at_hash": base64.urlsafe_b64encode(half).decode().rstrip("="),
            "email": "alice@exemple.fr",
            "email_verified": True,
            "given_name": "Alice",
            "family_name": "Martin",
            **self.claims,
        }
        return self.signed({name: value for name, value in claims.items() if value is not None})

    def signed(self, claims: dict[str, Any], key: Key | None = None) -> str:
        header = {"alg": "RS256", "kid": self.keys[0].kid, **self.header}
        if header["alg"] == "none":
            return f"{_encoded(header)}.{_encoded(claims)}."
        chosen = key or next((one for one in self.keys if one.kid == header["kid"]), self.keys[0])
        if header["kid"] is None:
            del header["kid"]
        return jwt.encode(header, claims, chosen, algorithms=["RS256", "ES256", "HS256"])

    def sign_out_token(self, **changes: Any) -> str:
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "aud": "creneau",
            "iat": int(clock.now().timestamp()),
            "exp": int(clock.now().timestamp()) + 120,
            "jti": uuid4().hex,
            "sub": "alice",
            "events": {SIGN_OUT: {}},
            **changes,
        }
        return self.signed({name: value for name, value in claims.items() if value is not None})


def _encoded(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def handler_of(liar: Liar) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            liar.asked.append(self.path)
            liar.delayed.wait()
            if self.path.endswith("openid-configuration"):
                self._answer(liar.document())
            elif self.path == "/jwks":
                self._answer(KeySet(liar.keys).as_dict(private=False))
            elif liar.userinfo_signed:
                self._write(liar.signed(liar.userinfo).encode(), "application/jwt")
            else:
                self._answer(liar.userinfo)

        def do_POST(self) -> None:
            liar.asked.append(self.path)
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            liar.posted = {name: values[0] for name, values in parse_qs(body).items()}
            liar.credentials = self.headers.get("authorization", "")
            if liar.token_status != 200:
                self._answer({"error": "invalid_grant"}, liar.token_status)
                return
            self._answer(
                {"access_token": ACCESS, "token_type": "Bearer", "id_token": liar.id_token()}
            )

        def _answer(self, value: Any, status: int = 200) -> None:
            self._write(json.dumps(value).encode(), "application/json", status)

        def _write(self, body: bytes, kind: str, status: int = 200) -> None:
            self.send_response(status)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's own name
            """Say nothing."""

    return Handler


@contextmanager
def lying() -> Generator[Liar, None, None]:
    """Run a liar for the time of the block."""
    liar = Liar()
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(liar))
    server.daemon_threads = True
    liar.issuer = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield liar
    finally:
        liar.delayed.set()
        server.shutdown()
        thread.join()
        server.server_close()
