"""Key files, encryption (AES-256-GCM) and signatures (Ed25519). A key is never printed, logged, put into an error or into
the database.

A key file is 32 random bytes, made on first use, readable by its owner alone. Losing it loses what is encrypted
under it and nothing else. The installation key wraps one data key per record; deleting the wrapped key erases.
The signing key signs the ends of chains and of the ledger, and receipts; whoever has its public half can check them.
"""

from __future__ import annotations

import hmac
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from upstander.core.errors import ConfigError

INSTALLATION_KEY = "records.key"  # name of its file
SIGNING_KEY = "signing.key"  # name of its file
FORMER = (
    "signing.key.former"  # what the signing key is called while another takes its place
)
SIZE = 32  # bytes: AES-256, and the seed of Ed25519
NONCE = 12  # bytes: what AES-GCM takes (NIST SP 800-38D, section 5.2.1.1)


class WrongKey(Exception):
    """The bytes were not encrypted under this key, or were changed; callers say what that means to their reader."""


@dataclass(frozen=True)
class Key:
    """A secret key; its bytes do not show in ``repr``."""

    secret: bytes = field(repr=False)

    def seal(self, plain: bytes, bound_to: str) -> bytes:
        """Encrypt. ``bound_to`` must be given again to open it, so that a ciphertext cannot be moved elsewhere."""
        nonce = secrets.token_bytes(NONCE)
        return nonce + AESGCM(self.secret).encrypt(nonce, plain, bound_to.encode())

    def open(self, sealed: bytes, bound_to: str) -> bytes:
        """Decrypt. Raises WrongKey."""
        try:
            return AESGCM(self.secret).decrypt(
                sealed[:NONCE], sealed[NONCE:], bound_to.encode()
            )
        except InvalidTag:
            raise WrongKey from None

    def sign(self, text: str) -> str:
        """Keyed hash (HMAC-SHA-256, hexadecimal) of a text."""
        return hmac.new(self.secret, text.encode(), "sha256").hexdigest()


@dataclass(frozen=True)
class Signer:
    """A secret Ed25519 key (RFC 8032) that signs; its bytes do not show in ``repr``. ``public`` is its other half, in hex."""

    secret: bytes = field(repr=False)
    public: str = field(init=False)

    def __post_init__(self) -> None:
        """Work the public half out once."""
        own = Ed25519PrivateKey.from_private_bytes(self.secret)
        object.__setattr__(self, "public", own.public_key().public_bytes_raw().hex())

    def sign(self, text: str) -> str:
        """The signature of a text, 128 hexadecimal digits."""
        return Ed25519PrivateKey.from_private_bytes(self.secret).sign(text.encode()).hex()


def is_signed(text: str, signature: str, public: str) -> bool:
    """Whether the signature of the text was made with the secret half of ``public``."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(
            bytes.fromhex(signature), text.encode()
        )
    except (InvalidSignature, ValueError):
        return False
    return True


def signing_key(keys: Path, *, make: bool = True) -> Signer:
    """The signing key in a folder of keys, made when there is none and ``make`` allows. Raises ConfigError."""
    return Signer(key_file(keys / SIGNING_KEY, make=make).secret)


def turn_signing_key(keys: Path) -> tuple[Signer, Signer]:
    """Put a new signing key in place; the former and the new one. Called again after an interruption: the same two.

    Raises:
        ConfigError: there is no signing key to replace, or the folder cannot be written.
    """
    path, former = keys / SIGNING_KEY, keys / FORMER
    old = key_file(former if former.exists() else path, make=False)
    try:
        if not former.exists():
            os.link(path, former)
        if key_file(path, make=False) == old:
            aside = path.with_name(f".{path.name}.next")
            aside.unlink(missing_ok=True)
            _make(aside)
            aside.replace(path)
    except OSError as error:
        raise ConfigError(
            f"{path}: cannot be replaced ({error.strerror}); nothing was changed"
        ) from None
    return Signer(old.secret), signing_key(keys, make=False)


def forget_former(keys: Path) -> None:
    """The former signing key is no longer needed: everything is signed with the new one."""
    (keys / FORMER).unlink(missing_ok=True)


def new_key() -> Key:
    """A fresh random key."""
    return Key(secrets.token_bytes(SIZE))


def key_file(path: Path, *, make: bool = True) -> Key:
    """The key in a file; made (folder 0700, file 0600) when it does not exist yet and ``make`` allows.

    Raises:
        ConfigError: the file is missing, is not a key, or others than its owner may read it.
    """
    if make and not path.exists():
        _make(path)
    try:
        mode, secret = path.stat().st_mode, path.read_bytes()
    except OSError as error:
        raise ConfigError(
            f"{path}: the key file cannot be read ({error.strerror}); restore it from a backup"
        ) from None
    if mode & 0o077:
        raise ConfigError(
            f"{path}: others than its owner may read this key file; run: chmod 600 {path}"
        )
    if len(secret) != SIZE:
        raise ConfigError(
            f"{path}: not a key file ({SIZE} bytes are wanted); restore it from a backup"
        )
    return Key(secret)


def _make(path: Path) -> None:
    """Write a new key aside and link it into place: whole or not at all, and the first of two makers wins."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(
            os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb"
        ) as file:
            file.write(new_key().secret)
            file.flush()
            os.fsync(file.fileno())
        os.link(aside, path)
    except FileExistsError:
        pass
    except OSError as error:
        raise ConfigError(
            f"{path}: the key file cannot be made ({error.strerror})"
        ) from None
    finally:
        aside.unlink(missing_ok=True)
