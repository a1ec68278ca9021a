"""Every field of every form, given what it does not take: a fault in words, or a clean value; never an error of ours."""

import pytest
from tests.web.fuzzing import SHAPES, TEXTS

from upstander.records import forms
from upstander.records.forms import MOST_LINKS, FormError
from upstander.web.kernel import form_fields

PLACES = frozenset(("SDN",))


def faults_of(form, given):
    try:
        forms.check(form, given, PLACES)
    except FormError as error:
        return error.faults
    return {}


@pytest.mark.parametrize("kind", forms.kinds())
def test_whatever_a_field_is_given_is_kept_clean_or_is_a_fault_beside_it(kind):
    form = forms.form(kind)
    for field in form.fields:
        for given in (*SHAPES, *TEXTS):
            faults = faults_of(form, {field.name: given})
            assert all(
                isinstance(words, str) and len(words) < 2_000 for words in faults.values()
            )


class Counted(str):
    """A text that counts how often it is compared."""

    count = 0

    def __eq__(self, other):
        Counted.count += 1
        return str.__eq__(self, other)

    __hash__ = str.__hash__


@pytest.mark.parametrize("kind", ["deprivation", "crisis"])
def test_a_list_of_very_many_is_shown_back_without_comparing_each_with_each(kind):
    form, many = forms.form(kind), 5_000
    for field in (
        f for f in form.fields if f.type in ("link", "links", "choice", "choices")
    ):
        Counted.count = 0
        given = [Counted(f"value {i}") for i in range(many)]
        made = form_fields.inputs(
            form, {field.name: given}, {}, {f.to: () for f in form.fields if f.to}, ()
        )
        assert (
            len(next(i for i in made if i["name"] == field.name)["value"].split("\n"))
            == many
            > MOST_LINKS
        )
        assert Counted.count < 20 * many
