"""The made-up country: an installation of its own beside the real one, in a folder of its own, looked at by whoever has entered it.

Its records, accounts and keys are other files, so nothing of it can enter a forecast, a statistic or an export of real
records; what it shares with the real one is the lake and the forecasts, which it only reads. Every page of it says so, and
so does the country's name, which travels into every file. Removing it removes the folder.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from fastapi import Request
from pydantic import SecretStr

from upstander.core.places import Place, Places
from upstander.core.settings import Settings
from upstander.records.accounts import Accounts
from upstander.records.store import Records
from upstander.web.kernel.state import State

CODE, NAME = "XMU", "Maradia (made up)"  # ISO 3166-1 keeps XAA to XZZ for users
FOLDER, LOADED = "made_up", "loaded.txt"
COOKIE, PREFIX = "made_up", "__Host-"
REGION = "Made up"


def folder_of(settings: Settings) -> Path:
    """Where it stands, loaded or not."""
    return settings.home / FOLDER


def is_loaded(settings: Settings) -> bool:
    """Whether it is there."""
    return (folder_of(settings) / LOADED).is_file()


def settings_of(settings: Settings, folder: Path) -> Settings:
    """As the real ones, with records and keys in the folder, nothing sent and nothing taken in."""
    own = {
        "records_url": SecretStr(f"sqlite:///{folder.absolute() / 'records.db'}"),
        "keys": folder / "keys",
        "country": CODE,
        "intake": "",
        "desk": "",
    }
    return settings.model_copy(update=own)


def with_country(places: Places) -> Places:
    """The places with the made-up one."""
    names: Mapping[str, str] = {"en": NAME}
    made = Place(
        code=CODE,
        name=NAME,
        start=None,
        end=None,
        kind="invented",
        m49=None,
        region=REGION,
        subregion=REGION,
        latitude=0.0,
        longitude=0.0,
        names=names,
        booked_under=None,
        note="A made-up country, to look at what is done with a real one: no forecast is made of it.",
        successors=(),
        unit=CODE,
    )
    return replace(places, places={**places.places, CODE: made})


def state_in(own: State, folder: Path) -> State:
    """The made-up country's state: its own records and accounts over the real lake and forecasts."""
    settings = settings_of(own.settings, folder)
    records = Records.open(settings.records, settings.keys_folder)
    return State(
        settings=settings,
        lake=own.lake,
        places=with_country(own.places),
        clock=own.clock,
        records=records,
        accounts=Accounts(records),
        code=own.code,
        real=own.settings,
    )


@dataclass
class Beside:
    """The made-up country's state, opened when somebody enters it and let go when it was removed or loaded anew."""

    _stamp: int = 0
    _state: State | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def state(self, own: State) -> State | None:
        """Its state, None where it is not loaded."""
        folder = folder_of(own.settings)
        with self._lock:
            stamp = _stamp(folder / LOADED)
            if stamp != self._stamp:
                self._let_go()
                self._state = state_in(own, folder) if stamp else None
                self._stamp = stamp
            return self._state

    def _let_go(self) -> None:
        if self._state is not None:
            self._state.records.database.engine.dispose()
        self._state = None


def _stamp(file: Path) -> int:
    """When it was loaded, 0 where it was not."""
    try:
        return file.stat().st_mtime_ns
    except FileNotFoundError:
        return 0


# Who is inside


def state_of(http: Request) -> State:
    """What answers a request: the installation, or the made-up country for whoever has entered it. Found once a request."""
    found: State | None = getattr(http.state, "answering", None)
    if found is None:
        found = http.state.answering = _found(http)
    return found


def _found(http: Request) -> State:
    own: State = http.app.state.installation
    token = http.cookies.get(PREFIX + COOKIE) or http.cookies.get(COOKIE)
    if not token or len(token) > 100:
        return own
    beside = beside_of(http).state(own)
    if beside is None:
        return own
    hashed = hashlib.sha256(token.encode()).hexdigest()
    is_inside = beside.accounts.session(hashed, now=own.clock.now()) is not None
    return beside if is_inside else own


def beside_of(http: Request) -> Beside:
    """The one of this application."""
    beside: Beside = http.app.state.beside
    return beside
