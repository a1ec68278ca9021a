"""Sign in with an OpenID Connect provider: authorization code with PKCE, state and nonce, every claim checked.

Only what the provider signed for us, now, in answer to this very request, is believed. Which account it opens is
decided elsewhere, by issuer and subject, never by e-mail address.

Source: OpenID Connect Core 1.0, sections 3.1.2 and 3.1.3.7; Discovery 1.0, section 4.3; RFC 7636; RFC 9207.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from upstander.core.errors import UpstanderError
from upstander.core.settings import Settings

# What speaks with a provider is imported when one is spoken with: most offices have none, and a start waits for it.
if TYPE_CHECKING:
    from authlib.integrations.httpx_client import (  # type: ignore[import-untyped]
        OAuth2Client,
    )

# Asymmetric only: "none" and the shared-secret algorithms would let a lie pass as a signature.
ALGORITHMS = (
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "EdDSA",
    "Ed25519",
)
LEEWAY = 60  # seconds two clocks may differ
SECONDS = 10.0  # a provider that answers later is down
MOST_BYTES = 1_000_000


class NotProven(UpstanderError):
    """The provider did not prove who this is. The message is for the log; the person is told to try again."""


@dataclass(frozen=True)
class Provider:
    """What the discovery document says."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str


@dataclass(frozen=True)
class Pending:
    """What we must remember between asking and being answered."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True)
class Identity:
    """Who the provider says it is. ``name`` is only shown."""

    issuer: str
    subject: str
    name: str


def discover(settings: Settings) -> Provider:
    """The provider of the settings, from its discovery document.

    Raises:
        NotProven: no answer, another issuer than the one configured, or an endpoint without TLS.
    """
    issuer = settings.oidc_issuer
    found = _read(issuer.rstrip("/") + "/.well-known/openid-configuration")
    try:
        made = Provider(*(str(found[k]) for k in Provider.__dataclass_fields__))
    except KeyError as error:
        raise NotProven(f"discovery document without {error}") from None
    if made.issuer != issuer:
        raise NotProven(f"discovery document of {made.issuer!r} found at {issuer!r}")
    for address in (made.authorization_endpoint, made.token_endpoint, made.jwks_uri):
        _must_be_safe(address)
    return made


def begin(provider: Provider, settings: Settings, back: str) -> tuple[str, Pending]:
    """The address to send the person to, and what to remember."""
    pending = Pending(
        secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48)
    )
    with _client(settings, back) as client:
        address, _ = client.create_authorization_url(
            provider.authorization_endpoint,
            state=pending.state,
            nonce=pending.nonce,
            code_verifier=pending.verifier,
        )
    return str(address), pending


def finish(
    provider: Provider,
    settings: Settings,
    back: str,
    pending: Pending,
    query: Mapping[str, str],
    now: datetime,
) -> Identity:
    """Who came back.

    Raises:
        NotProven: anything is not exactly as it must be; the message says what.
    """
    import httpx2
    from authlib.common.errors import AuthlibBaseError  # type: ignore[import-untyped]

    if not hmac.compare_digest(query.get("state", "").encode(), pending.state.encode()):
        raise NotProven("the state is not the one we sent")
    if query.get("iss", provider.issuer) != provider.issuer:
        raise NotProven("the answer names another issuer")
    if "error" in query or not query.get("code"):
        raise NotProven(f"the provider refused: {query.get('error', 'no code')[:60]!r}")
    with _client(settings, back) as client:
        try:
            token = client.fetch_token(
                provider.token_endpoint,
                grant_type="authorization_code",
                code=query["code"],
                code_verifier=pending.verifier,
            )
        except (httpx2.HTTPError, AuthlibBaseError, ValueError) as error:
            raise NotProven(f"no token: {type(error).__name__}") from None
    if not isinstance(token.get("id_token"), str):
        raise NotProven("the provider sent no identity token")
    claims = _checked(
        token["id_token"], _read(provider.jwks_uri), provider, settings, pending, now
    )
    name = claims.get("name") or claims.get("preferred_username") or ""
    return Identity(
        provider.issuer, claims["sub"], name[:100] if isinstance(name, str) else ""
    )


def _checked(
    token: str,
    keys: Mapping[str, Any],
    provider: Provider,
    settings: Settings,
    pending: Pending,
    now: datetime,
) -> Mapping[str, Any]:
    """The claims of an identity token that is signed, for us, from this issuer, for this request, and in time."""
    from authlib.common.errors import AuthlibBaseError
    from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped]
    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet

    try:
        read = jwt.decode(
            token,
            KeySet.import_key_set({"keys": list(keys["keys"])}),
            algorithms=list(ALGORITHMS),
        )
        exact = {"essential": True}
        rules = {
            "iss": {**exact, "value": provider.issuer},
            "aud": {**exact, "value": settings.oidc_client},
            "sub": exact,
            "nonce": {**exact, "value": pending.nonce},
        }
        claims = CodeIDToken(
            read.claims,
            read.header,
            rules,
            {"client_id": settings.oidc_client, "nonce": pending.nonce},
        )
        claims.validate(now=int(now.timestamp()), leeway=LEEWAY)
    except (JoseError, AuthlibBaseError, KeyError, TypeError, ValueError) as error:
        raise NotProven(f"identity token refused: {error}") from None
    if not isinstance(claims["sub"], str) or not 0 < len(claims["sub"]) <= 255:
        raise NotProven("identity token with a subject that is no text")
    found: Mapping[str, Any] = claims
    return found


def _client(settings: Settings, back: str) -> OAuth2Client:
    from authlib.integrations.httpx_client import OAuth2Client

    secret = settings.oidc_secret.get_secret_value() if settings.oidc_secret else None
    return OAuth2Client(
        client_id=settings.oidc_client,
        client_secret=secret,
        redirect_uri=back,
        scope="openid profile",
        code_challenge_method="S256",
        timeout=SECONDS,
        follow_redirects=False,
        token_endpoint_auth_method="client_secret_basic" if secret else "none",
    )


def _read(address: str) -> Mapping[str, Any]:
    """A small JSON document of the provider."""
    import httpx2

    _must_be_safe(address)
    try:
        answer = httpx2.get(address, timeout=SECONDS, follow_redirects=False)
        answer.raise_for_status()
        found = answer.json() if len(answer.content) <= MOST_BYTES else None
    except (httpx2.HTTPError, ValueError) as error:
        raise NotProven(f"{address}: {type(error).__name__}") from None
    if not isinstance(found, dict):
        raise NotProven(f"{address} holds no JSON object")
    return found


def _must_be_safe(address: str) -> None:
    """TLS, or a server on this very machine."""
    parts = urlsplit(address)
    if parts.scheme != "https" and not (
        parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1")
    ):
        raise NotProven(f"{address!r} is not an https address")
