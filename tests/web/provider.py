"""A small OpenID Connect provider on loopback, which can be told to lie."""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "upstander", "only-for-this-test"
KEY, OTHER_KEY = (
    RSAKey.generate_key(2048, {"kid": "k1", "use": "sig", "alg": "RS256"}) for _ in range(2)
)


@dataclass
class Provider:
    """What it answers. ``claims`` are put over the honest ones; None takes one away."""

    issuer: str = ""
    subject: str = "person-7"
    lie: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def authorize(self, address: str) -> str:
        """What a person's browser does there: sign in, and be sent back. Returns path and query to come back with."""
        asked = {k: v[0] for k, v in parse_qs(urlsplit(address).query).items()}
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT
        assert asked["code_challenge_method"] == "S256"
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        return f"{urlsplit(asked['redirect_uri']).path}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, sent: dict[str, str]) -> tuple[int, dict[str, Any]]:
        asked = self.codes.pop(sent.get("code", ""), None)
        digest = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        if (
            asked is None
            or base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
            != asked["code_challenge"]
        ):
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": self.subject,
            "exp": now + 300,
            "iat": now,
            "nonce": asked["nonce"],
            "name": "Ines",
            **self.claims,
        }
        claims = {k: v for k, v in claims.items() if v is not None}
        return 200, {
            "access_token": "a",
            "token_type": "Bearer",
            "id_token": self.signed(claims),
        }

    def signed(self, claims: dict[str, Any]) -> str:
        if self.lie == "no signature":
            parts = [{"alg": "none", "typ": "JWT"}, claims]
            text = [
                base64.urlsafe_b64encode(json.dumps(p).encode()).rstrip(b"=").decode()
                for p in parts
            ]
            return f"{text[0]}.{text[1]}."
        if self.lie == "signed with the public key as a secret":
            from joserfc.jwk import OctKey

            return jwt.encode(
                {"alg": "HS256", "kid": "k1"},
                claims,
                OctKey.import_key(KEY.as_pem(private=False)),
            )
        key = OTHER_KEY if self.lie == "another key" else KEY
        return jwt.encode({"alg": "RS256", "kid": "k1"}, claims, key)


@contextmanager
def running() -> Iterator[Provider]:
    """The provider, started on a free port."""
    provider = Provider()

    class Answers(BaseHTTPRequestHandler):
        def say(self, status: int, content: dict[str, Any]) -> None:
            body = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            if self.path == "/.well-known/openid-configuration":
                there = provider.issuer
                told = (
                    "https://other.example"
                    if provider.lie == "another issuer's document"
                    else there
                )
                self.say(
                    200,
                    {
                        "issuer": told,
                        "authorization_endpoint": f"{there}/authorize",
                        "token_endpoint": f"{there}/token",
                        "jwks_uri": f"{there}/keys",
                    },
                )
            else:
                self.say(200, {"keys": [KEY.as_dict(private=False)]})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
            if self.headers["authorization"] != f"Basic {basic}":
                self.say(401, {"error": "invalid_client"})
            else:
                self.say(*provider.token({k: v[0] for k, v in parse_qs(body).items()}))

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
