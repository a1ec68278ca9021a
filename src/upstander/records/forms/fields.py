"""What a form is made of: its fields, what one needs of another, its steps; and the error that says what cannot be kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from upstander.core.errors import UpstanderError
from upstander.core.rights import Role

PLACE = "place"
TYPES = (
    "text",
    "long",
    "choice",
    "choices",
    "integer",
    "real",
    "date",
    "place",
    "link",
    "links",
    "flag",
)
MOST = {"text": 300, "long": 20_000}  # characters, unless the field says otherwise
MOST_LINKS = 500


class FormError(UpstanderError):
    """What somebody filled in cannot be kept: ``faults`` says field by field why and what to do."""

    exit_code = 2

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{name}: {words}" for name, words in faults.items()))
        self.faults = dict(faults)


class Choices(dict[str, str]):
    """Value -> words shown. A value that no form knows any more is shown as it was stored: what is kept outlives its form."""

    def __missing__(self, value: str) -> str:
        return str(value)


@dataclass(frozen=True, kw_only=True)
class Was:
    """What a field was called, and what its choices were, in records that were kept then."""

    names: tuple[str, ...] = ()
    choices: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field. ``most`` bounds characters of text; ``minimum`` and ``maximum`` bound numbers.

    Attributes:
        choices: every value that a record may hold; withdrawn_choices: those of them that nobody may choose any more.
    """

    name: str
    label: str
    type: str
    required: bool = False
    help: str = ""
    unit: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    to: str = ""
    most: int = 0
    minimum: float | None = None
    maximum: float | None = None
    personal: bool = False
    erasable: bool | None = None
    sensitive: bool = False
    source: str = ""
    part: str = ""
    starts: tuple[str, ...] = ()
    blur: bool = False
    official: bool = False
    approved: bool = False
    past: bool = False
    moved: bool = False
    stepped: bool = False
    kept: bool = False
    apart: bool = False
    withdrawn: bool = False
    withdrawn_choices: frozenset[str] = frozenset()
    was: Was = Was()

    @property
    def offered(self) -> Mapping[str, str]:
        """The choices that somebody may make now."""
        return {
            v: words for v, words in self.choices.items() if v not in self.withdrawn_choices
        }

    @property
    def is_sealed(self) -> bool:
        """Whether it is kept under the record's own key and can be erased: free text, unless the form says otherwise."""
        if self.erasable is not None or self.moved or self.kept:
            return self.personal or bool(self.erasable)
        return self.personal or self.type in MOST

    @property
    def is_typed(self) -> bool:
        """Whether people fill it in."""
        return not (self.moved or self.kept or self.withdrawn)

    @property
    def first(self) -> str:
        """The first of its choices: where a state begins."""
        return next(iter(self.choices))


@dataclass(frozen=True, kw_only=True)
class Need:
    """When ``field`` holds one of ``values`` (any value where there are none), ``needs`` are needed too; ``any``: one of them.

    ``place`` among the needs is the place of the record itself, which is no field of its form.
    """

    field: str
    needs: tuple[str, ...]
    why: str
    values: tuple[str, ...] = ()
    any: bool = False


@dataclass(frozen=True, kw_only=True)
class Transition:
    """A step of a record from one state to the next; see the module's head."""

    name: str
    label: str
    from_: tuple[str, ...]
    to: str
    roles: tuple[Role, ...]
    second: bool = False
    holds: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Blind:
    """Records of other spaces that a writer sees once her own space has one about the same (``records.own_first``).

    Attributes:
        by: the field that says what a record is about, under its parent; during: states of the parent.
        given, empty: values of a field with which a record opens nothing.
    """

    by: str
    during: tuple[str, ...]
    given: str
    empty: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Form:
    """One kind of record; see the module's head for what each part means."""

    kind: str
    title: str
    plural: str
    help: str
    source: str
    part: str
    fields: tuple[Field, ...]
    writers: tuple[Role, ...]
    factor: str = ""
    parent: str = ""
    within: str = ""
    restricted: bool = False
    written_at: str = ""
    order: tuple[tuple[str, str], ...] = ()
    needs: tuple[Need, ...] = ()
    transitions: tuple[Transition, ...] = ()
    world_when: tuple[str, ...] = ()
    closed_when: tuple[str, ...] = ()
    called: tuple[str, ...] = ()
    home: str = "/records/{kind}/{id}"
    review_order: int = 0
    import_order: int = 0
    register: bool | None = None
    blind: Blind | None = None
    first: tuple[str, ...] = ()

    @property
    def is_register(self) -> bool:
        """Whether it is about a country, by itself and for its factors."""
        return (
            bool(self.factor) and not self.parent
            if self.register is None
            else self.register
        )

    @property
    def sealed(self) -> frozenset[str]:
        """The fields that are kept under the record's own key, so that they can be erased."""
        return frozenset(f.name for f in self.fields if f.is_sealed)

    @property
    def state(self) -> Field | None:
        """The field that moves by transitions alone, if there is one."""
        return next((f for f in self.fields if f.moved), None)

    @property
    def stepped(self) -> Field | None:
        """The field that people choose among the states that a transition leads to, if there is one."""
        return next((f for f in self.fields if f.stepped), None)

    def field(self, name: str) -> Field:
        """The field of this name. Raises KeyError."""
        return {f.name: f for f in self.fields}[name]
