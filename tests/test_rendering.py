"""Form fields written in Python say what Django's templates say, but for blanks between tags."""

import re
from collections import namedtuple

import pytest
from django import forms
from django.forms.models import ModelChoiceIteratorValue
from django.forms.renderers import TemplatesSetting
from django.utils.translation import override

from config.framework.field_rendering import WITHOUT_OPTIONAL, FieldRenderer
from config.framework.search_keys import search_keys

GROUPED = [("", "–"), ("一", [("1", "A & B"), ("2", "<b>")]), ("3", "“C”")]


class Everything(forms.Form):
    text = forms.CharField(
        label="A < B", widget=forms.TextInput({"placeholder": 'say "it"', "autofocus": True})
    )
    number = forms.IntegerField(min_value=1, help_text="One & more", required=False)
    mail = forms.EmailField()
    secret = forms.CharField(widget=forms.PasswordInput)
    hidden = forms.IntegerField(widget=forms.HiddenInput)
    when = forms.DateTimeField(widget=forms.DateTimeInput({"type": "datetime-local"}))
    day = forms.DateField()
    hour = forms.TimeField()
    tick = forms.BooleanField(label="Tick", help_text="Why <not>", required=False)
    words = forms.CharField(widget=forms.Textarea({"rows": 3, "spellcheck": False}))
    one = forms.ChoiceField(choices=GROUPED, required=False)
    many = forms.MultipleChoiceField(choices=GROUPED)
    radio = forms.ChoiceField(choices=GROUPED, widget=forms.RadioSelect({"class": "segments"}))
    boxes = forms.MultipleChoiceField(choices=GROUPED, widget=forms.CheckboxSelectMultiple, help_text="Which")
    files = forms.FileField(widget=forms.ClearableFileInput({"accept": "image/png"}), required=False)


TYPED = {
    "text": "<script>\"&'",
    "number": "0",
    "words": "\n<p>",
    "one": "2",
    "many": ["1", "3"],
    "radio": "3",
}
NAMES = list(Everything.base_fields)


def in_one_line(markup: str) -> str:
    return re.sub(r"\s*([<>])\s*", r"\1", markup)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("data", [None, TYPED, {}], ids=["fresh", "typed", "wrong"])
def test_a_widget_is_djangos_own(name, data) -> None:
    ours = Everything(data, renderer=FieldRenderer())
    theirs = Everything(data, renderer=TemplatesSetting())
    for attrs in ({}, {"disabled": True, "hidden": False}):
        mine, djangos = (form[name].as_widget(attrs=attrs) for form in (ours, theirs))
        assert in_one_line(mine) == in_one_line(djangos)


def test_a_field_has_label_hint_and_errors_in_this_order() -> None:
    form = Everything({"number": "0"}, renderer=FieldRenderer())
    group = in_one_line(form["number"].as_field_group())
    places = [
        group.index(part)
        for part in ('<label for="id_number">', "id_number_helptext", "id_number_error", "<input")
    ]
    assert places == sorted(places)
    assert group.startswith('<div class="field is-wrong">') and "One &amp; more" in group
    assert 'aria-describedby="id_number_helptext id_number_error"' in group
    assert 'class="optional"' in group and 'class="optional"' not in form["text"].as_field_group()


def test_a_group_of_choices_is_a_fieldset_and_a_tick_stands_in_its_label() -> None:
    form = Everything(renderer=FieldRenderer())
    assert (
        '<fieldset aria-describedby="id_boxes_helptext"><legend>Boxes</legend>'
        in form["boxes"].as_field_group()
    )
    tick = form["tick"].as_field_group()
    assert re.search(r'<label for="id_tick"><input [^>]*><span>Tick</span></label>', tick)
    assert "Why &lt;not&gt;" in tick and "optional" not in tick


def test_ticks_need_not_say_that_they_may_be_left() -> None:
    form = Everything(renderer=FieldRenderer())
    form.fields["boxes"].required = form.fields["radio"].required = False
    assert "optional" not in form["boxes"].as_field_group()
    assert "optional" in form["radio"].as_field_group()


def test_a_form_can_leave_optional_unsaid() -> None:
    form = Everything(renderer=FieldRenderer())
    form.fields["number"].template_name = WITHOUT_OPTIONAL
    assert "optional" not in form["number"].as_field_group()


def test_no_errors_are_no_markup() -> None:
    assert str(Everything(renderer=FieldRenderer())["text"].errors) == ""


def test_optional_is_said_in_the_readers_language() -> None:
    with override("zh-hans"):
        assert "（选填）" in Everything(renderer=FieldRenderer())["number"].as_field_group()


# Type-ahead -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("label", "keys"),
    [
        ("王建军（工程部）", "wang|yu jian jun gong cheng bu|pou"),
        ("A座 2单元", "a zuo 2 dan|chan|shan yuan"),
        ("吕女士", "lv nv|ru shi"),
        ("Repairs", ""),
        ("Ünal", ""),
        ("", ""),
    ],
)
def test_a_label_is_found_as_it_is_read_aloud(label, keys) -> None:
    assert search_keys(label) == keys


def test_options_of_a_longer_list_say_how_they_are_found() -> None:
    row = namedtuple("Row", "also_called")('limin "5057"')
    choices = [
        ("", "–"),
        *((str(n), f"第{n}项") for n in range(3)),
        (ModelChoiceIteratorValue(9, row), "李敏"),
    ]
    markup = Everything(renderer=FieldRenderer())
    markup.fields["one"].choices = choices
    found = in_one_line(str(markup["one"]))
    assert '<option value="9" data-keys="li min" data-also="limin &quot;5057&quot;">李敏</option>' in found
    markup.fields["one"].choices = choices[:4]
    assert "data-" not in str(markup["one"]), "few are seen at one glance"
