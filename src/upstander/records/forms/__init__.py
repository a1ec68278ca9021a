"""Every kind of record that people make: ONE FILE PER KIND (TOML), read here, checked here, and nowhere else.

A form says which fields a record has and who may write it. From the same file come the page with its inputs, the
check of what comes in, the import template, the export and the reference in the docs. The file's name is the kind.
A new kind is one new file.

    title = "Armed group or militia"        # singular; ``plural`` for lists
    plural = "Armed groups and militias"
    help = "One record per group ..."        # one or two sentences for somebody who has never seen it
    source = "SG-2013"                       # id in the register of mandate sources, and
    part = "risk factor 3"                   # the place in it
    factor = "F3"                            # the report's factor it informs; "" for none
    parent = "review"                        # the kind it belongs to; "" for none
    within = "case"                          # or the link to what it is part of; "" for none. Its rights begin as that one's
    writers = ["analyst", "approver", "head"]
    restricted = false                       # whether new records are restricted by default
    world_when = ["published"]               # states in which a record may be made known to the world; none: any
    closed_when = ["released"]               # states in which what it says and its rights stand for ever
    written_at = ""                          # the one page that writes it, in words, when the generic pages may not

    [[field]]
    name = "strength"
    label = "Number of fighters"
    type = "integer"                         # text long choice choices integer real date place link links flag
    unit = "persons"
    required = false
    minimum = 0
    help = "Best estimate; leave empty when not known."

``text`` is one line, ``long`` may hold line breaks. ``choice`` and ``choices`` need a table ``[field.choices]`` of
value = "words shown", or the name of a list in ``records/forms/choices.toml`` (``choices = "level"``). ``link`` and ``links`` need ``to``, a kind; they hold record ids. Text and long are kept under the record's own
key, so that what is said about people can be erased; ``erasable = false`` keeps one in the open (a code or a reference
that others are found by), ``erasable = true`` seals a field of another type. ``personal = true`` seals it and shows it to
those alone who see the record exactly. ``sensitive = true`` hides it until a reader asks for it.
``moved = true`` on a choice: nobody types it; it begins at its first value and moves by the form's transitions (see
``records/workflow.py``). ``stepped = true``: people choose it, but only among the states that a transition leads to. ``kept = true``: filled in by the system, never typed; ``apart = true``: shown on a page of its own, not among the fields.
``blur = true`` keeps it out of public views (see ``records/disclosure_control.py``), as ``sensitive`` does. ``official = true`` on an
area: it bounds the record's subject and is no place where something happened, so no blurring is needed. ``approved = true`` on a
flag: only an approver or head sets it (see ``records/drafts.py``). ``past = true`` on a date: it cannot lie after today
(see ``records/plausibility.py``). ``starts`` lists how a
text must begin (an address: ``https://``). ``to = "*"`` is for links to anything: a code of a framework's indicator,
or ``kind:id``; ``to = "account"`` for accounts, whose names only those who may edit the record see.
Empty is null: missing is not zero, and not "no". A field that rests on another source than its form says so with its
own ``source`` and ``part``.

A form only grows, for records are never rewritten (``forms/upcast.py`` stands between them and the code): ``withdrawn = true``
on a field nobody fills in any more, which still shows where it was filled in; ``[field.withdrawn_choices]`` for choices that
nobody may make any more; and what a field or a choice was called before:

    [field.was]
    names = ["fighters"]
    choices = { big = "large" }              # former value = value of today

Where its pages are, and what it is part of, stands in the form too:

    first = ["title", "day"]                 # fields that its page shows first, every needed one among them; the rest
                                             # is folded away. None: all are shown
    called = ["type", "day"]                 # fields that tell one record from another; none: its first open text
    home = "/lessons/{id}"                   # where work on it goes on; may name a field that links to what it is part of
    review_order = 3                         # its place among the parts of a review; 0 for none
    import_order = 1                         # its place among what is brought in from files; 0 for none
    register = true                          # whether country pages read it; without it: where it has a factor and no parent

    order = [["since", "until"]]             # pairs of fields; the first may not lie above the second

    [[need]]                                 # when a field holds one of these values (none given: any value),
    field = "status"                         # these others are needed
    values = ["established"]
    needs = ["body", "document"]
    why = "only a competent body establishes an element"
    any = true                               # one of them is enough; without it all are needed

    [blind]                                  # who may write one sees another space's only after her own space's
    by = "code"                              # of the same value in this field, under the same parent,
    during = ["draft", "open"]               # while the parent stands in one of these states;
    given = "level"                          # a record that says one of ``empty`` in this field opens nothing
    empty = ["not_assessed"]                 # (``records/own_first.py``)

    [[transition]]                           # a step of the field that is moved
    name = "publish"
    label = "Publish"                        # on the button
    from = ["in_signature"]
    to = "published"
    roles = ["approver", "head"]             # of the record's own space
    second = true                            # by somebody else than whoever made the step before
    holds = ["signatures"]                   # conditions that must hold; the kind's own module knows them by name
"""

from upstander.records.forms.checking import check, needed_place
from upstander.records.forms.fields import (
    MOST,
    MOST_LINKS,
    PLACE,
    Blind,
    Choices,
    Field,
    Form,
    FormError,
    Need,
    Transition,
)
from upstander.records.forms.loading import (
    choices,
    form,
    importable,
    kinds,
    lists,
    package_of,
)

__all__ = [
    "MOST",
    "MOST_LINKS",
    "PLACE",
    "Blind",
    "Choices",
    "Field",
    "Form",
    "FormError",
    "Need",
    "Transition",
    "check",
    "choices",
    "form",
    "importable",
    "kinds",
    "lists",
    "needed_place",
    "package_of",
]
