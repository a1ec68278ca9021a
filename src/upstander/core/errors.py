"""Every exception we raise on purpose. The class says who must act.

UpstanderError
├── ConfigError            the operator: fix a setting or a command
│   └── UnknownPlace       the operator: no such place; the nearest names are given
├── SourceError            the publisher's promise was broken
│   ├── SourceUnavailable  wait and try again; nothing was stored
│   └── SourceChanged      read the codebook and change our source file, or mend the file
├── TableError             our own table breaks its schema: a bug of ours
├── LeakageError           a reader asked for what was not yet known
├── NotCovered             nobody looked at these unit-months: missing is not zero
├── LedgerBroken           an issued forecast was changed after the fact
├── AuditBroken            a record was changed, taken out or put in after the fact
├── NotAllowed             the person may not do this; somebody with another role may
├── UnknownRecord          no such record, or none that this reader may know of
├── Conflict               somebody else wrote in between; both versions are in hand
├── Busy                   the records are held, full or out of reach just now; nothing of this step was kept: try again
├── ContactsLost           the vault's key is gone, and with it the contacts; all else is whole
├── FileRefused            the person who gave the file: mend it as the message says
└── NotQualified           a model has not earned the right to alert
"""

from typing import Any


class UpstanderError(Exception):
    """Base of every error below. ``exit_code`` is what the command line returns."""

    exit_code = 1


class ConfigError(UpstanderError):
    """The operator can fix this by changing a setting or a command."""

    exit_code = 2


class UnknownPlace(ConfigError):
    """No place has this name or code; the message lists the nearest ones."""


class SourceError(UpstanderError):
    """A publisher's data or service is not what its source file promises."""

    exit_code = 3


class SourceUnavailable(SourceError):
    """The publisher did not answer. Try again later; nothing was stored."""


class SourceChanged(SourceError):
    """The data came, but its shape, codes or volume are not those declared."""


class TableError(UpstanderError):
    """A table breaks its own schema. This is our bug, never the publisher's."""


class LeakageError(UpstanderError):
    """Something was read, or would be read, that was not known at ``as_of``."""

    exit_code = 4


class NotCovered(UpstanderError):
    """Unit-periods that no release covers were asked for. Silence is not zero."""

    exit_code = 4


class LedgerBroken(UpstanderError):
    """The hash chain of issued forecasts does not hold; the message names the entry."""

    exit_code = 5


class AuditBroken(UpstanderError):
    """The hash chain of people's records does not hold; the message names chain, entry and record."""

    exit_code = 5


class DamagedFile(AuditBroken):
    """A file that was kept is not what was kept; its record is named to whoever may read it. The administrator must act."""


class NotAllowed(UpstanderError):
    """The actor's role, space or account does not allow this; the message says whose would."""

    exit_code = 6


class UnknownRecord(UpstanderError):
    """There is no such record, or the reader may not know of it: the same words for both."""

    exit_code = 2


class Conflict(UpstanderError):
    """A next version was written upon one that is no longer the last.

    Attributes:
        theirs: the Record that stands now.
        ours: the Draft that was refused.
    """

    exit_code = 7

    def __init__(self, words: str, *, theirs: Any, ours: Any) -> None:
        super().__init__(words)
        self.theirs = theirs
        self.ours = ours


class Busy(UpstanderError):
    """The records cannot be read or written just now, and nothing of this step was kept; the words name no address."""

    exit_code = 8


class ContactsLost(UpstanderError):
    """The vault's key file is missing or another one: contacts cannot be read. Everything else works."""

    exit_code = 2


class NotQualified(UpstanderError):
    """A forecast without a passed evaluation was asked to raise an alert."""


class FileRefused(UpstanderError):
    """A file somebody handed us cannot be read, or not safely; the message says what to do with it."""

    exit_code = 2
