"""Typed settings, built once by the command line or the web application, then passed."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from upstander.core import clock
from upstander.core.errors import ConfigError
from upstander.core.rights import Role

PORTS = {"https": 443, "http": 80}


def origin_of(url: str) -> str:
    """Scheme, host and port of an address as browsers send them: small letters, no usual port, no slash at the end.

    >>> origin_of("https://Upstander.Example.org:443/")
    'https://upstander.example.org'

    Raises:
        ValueError: it is no such address, or has more to it (a path, a name and password).
    """
    parts = urlsplit(url.strip())
    wanted = "write scheme and host, and a port if it is not the usual one: https://upstander.example.org"
    if (
        parts.scheme not in PORTS
        or not parts.hostname
        or any(c.isspace() for c in url.strip())
    ):
        raise ValueError(f"it is no address; {wanted}")
    if (
        parts.path not in ("", "/")
        or parts.query
        or parts.fragment
        or parts.username is not None
    ):
        raise ValueError(
            f"it has more than a host (a path, a question, a name): pages stand at the root; {wanted}"
        )
    try:
        port, host = parts.port, parts.hostname.encode("idna").decode()
    except (ValueError, UnicodeError):
        raise ValueError(f"its port or host is none; {wanted}") from None
    host = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{host}" + (
        "" if port in (None, PORTS[parts.scheme]) else f":{port}"
    )


def _day(value: Any) -> Any:
    """The day of a text that is a day or an instant; anything else as it came."""
    try:
        return clock.day(value) if isinstance(value, str) else value
    except ConfigError as error:
        raise ValueError(str(error)) from None


class Settings(BaseSettings):
    """Read from the environment (``UPSTANDER_HOME``, ``UPSTANDER_SEED`` ...)."""

    model_config = SettingsConfigDict(env_prefix="UPSTANDER_", frozen=True)

    home: Path = Field(
        Path("var"),
        description="folder for the lake, the forecasts, the ledger and the reports",
    )
    as_of: Annotated[date | None, BeforeValidator(_day)] = Field(
        None,
        description="the day we ask about, or an instant of it; when not set today, or the bundle's own date where nothing newer was fetched",
    )
    seed: int = Field(20260624, description="seed of every random number")
    jobs: int = Field(2, ge=1, description="processes used side by side")
    cluster: str = Field(
        "",
        description="address of a Dask scheduler, tcp://host:8786, that scores instead of this machine's processes",
    )
    agent: str = Field(
        "upstander/0.1 (+early warning; respects robots and rate limits)",
        description="name told to publishers",
    )
    records_url: SecretStr = Field(
        SecretStr(""),
        description="database of people's records: postgresql+psycopg://... or sqlite:///...; a file in home when not set",
    )
    keys: Path | None = Field(
        None, description="folder of the key files (0700); home/keys when not set"
    )
    url: str = Field(
        "",
        description="address people use, when it is not this machine: https://upstander.example.org",
    )
    country: str = Field(
        "",
        description="home country, ISO 3166-1 alpha-3 code: pages begin with it; chosen on a page or by the command when empty",
    )
    proxies: str = Field(
        "",
        description="addresses of the proxies before the pages, with commas: whose X-Forwarded-For is believed; none when empty",
    )
    intake: str = Field(
        "",
        description="space that receives reports from the public form; no form when empty",
    )
    pseudo_languages: bool = Field(
        False,
        description="also offer two languages that nobody speaks (?lang=en-XA, ?lang=ar-XB): what is plain English in them was never translated",
    )
    no_export: frozenset[Role] = Field(
        frozenset(), description='roles that may not export, as JSON: ["reader"]'
    )
    desk: str = Field(
        "",
        description="space whose queue gets the signals that rules find; none when empty",
    )
    fetch: str = Field(
        "",
        description="sources that unattended runs fetch from their publishers once a day, with commas; none when empty",
    )
    smtp_host: str = Field(
        "", description="mail server that alerts go out by; none when empty"
    )
    smtp_port: int = Field(25, ge=1, le=65535, description="its port")
    smtp_tls: bool = Field(False, description="whether to speak TLS with it (STARTTLS)")
    smtp_user: str = Field("", description="our account there; none when empty")
    smtp_password: SecretStr = Field(SecretStr(""), description="its password")
    mail_from: str = Field(
        "upstander@localhost", description="address that alerts come from by mail"
    )
    contact: str = Field(
        "", description="whom people write to about alerts: an address, shown to everybody"
    )
    own_network_targets: bool = Field(
        False,
        description="whether webhooks and chats may lead into this machine's own network, and by http",
    )
    apprise: Mapping[str, SecretStr] = Field(
        default_factory=dict,
        description='chats and pagers that subscriptions may name, as JSON: {"duty": "slack://..."}; none when empty',
    )
    oidc_issuer: str = Field(
        "", description="issuer of the OpenID Connect provider; none when empty"
    )
    oidc_client: str = Field("", description="our client id at the provider")
    oidc_secret: SecretStr | None = Field(
        None, description="our client secret; none for a public client"
    )
    oidc_name: str = Field(
        "your organisation", description="what the sign-in page calls the provider"
    )
    oidc_role: Role | None = Field(
        None, description="role of people who first come by the provider uninvited"
    )
    oidc_space: str = Field(
        "", description="space of people who first come by the provider uninvited"
    )

    @field_validator("url")
    @classmethod
    def _as_browsers_write_it(cls, url: str) -> str:
        """The address as a browser names it in its requests, for it is compared with that: another form is refused."""
        return origin_of(url) if url.strip() else ""

    @property
    def address(self) -> str:
        """Where people reach the pages: the address that is set, else this machine's own at the usual port."""
        return self.url or "http://127.0.0.1:8080"

    @property
    def fetched(self) -> tuple[str, ...]:
        """The sources that unattended runs fetch."""
        return tuple(n for part in self.fetch.split(",") if (n := part.strip()))

    @property
    def lake(self) -> Path:
        """Folder of the lake."""
        return self.home / "lake"

    @property
    def issues(self) -> Path:
        """Folder of issued forecasts, one folder each."""
        return self.home / "issues"

    @property
    def ledger(self) -> Path:
        """File of the hash-chained ledger."""
        return self.home / "ledger.jsonl"

    @property
    def scoreboard(self) -> Path:
        """Folder of the scoreboard and its finished pieces."""
        return self.home / "scoreboard"

    @property
    def learned(self) -> Path:
        """Folder of what yearly models learned, which the same inputs need not learn again; it may be removed."""
        return self.home / "learned"

    @property
    def peers(self) -> Path:
        """Folder of imported peers' forecasts."""
        return self.home / "peers"

    @property
    def reports(self) -> Path:
        """Folder of rendered reports."""
        return self.home / "reports"

    @property
    def records(self) -> str:
        """URL of the records' database. It may hold a password: never print it."""
        return (
            self.records_url.get_secret_value()
            or f"sqlite:///{self.home.absolute() / 'records.db'}"
        )

    @property
    def keys_folder(self) -> Path:
        """Folder of the key files; back it up apart from the database."""
        return self.keys or self.home / "keys"

    @property
    def vault_key(self) -> Path:
        """Key file of the contact vault."""
        return self.keys_folder / "vault.key"
