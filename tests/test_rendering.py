"""Form fields written in Python say what Django's templates say, but for blanks between tags."""

import re
from collections import namedtuple
from datetime import date
from time import process_time

import pytest
from django import forms
from django.forms.models import ModelChoiceIteratorValue
from django.forms.renderers import TemplatesSetting
from django.utils.translation import override

from config.framework.django_sentences import say_what_to_do
from config.framework.field_rendering import WITHOUT_OPTIONAL, FieldRenderer
from config.framework.search_keys import search_keys
from config.framework.typed_dates import DayInput, MomentInput, tidy

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
NAMES = [name for name in Everything.base_fields if name != "files"]  # files have words of their own


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


def test_a_file_has_a_button_and_words_in_the_readers_language_over_the_browsers_field() -> None:
    with override("zh-hans"):
        field = Everything(renderer=FieldRenderer())["files"].as_field_group()
    assert re.search(r'<input type="file" name="files" accept="image/png" id="id_files">', field)
    assert '<label class="btn btn-quiet" for="id_files">选择文件</label>' in field
    assert 'data-none="未选择文件"' in field


class Dated(forms.Form):
    day = forms.DateField(widget=DayInput(), required=False)
    at = forms.DateTimeField(widget=MomentInput(), help_text="In the estate's time.", required=False)


def test_a_day_is_typed_and_says_how_it_is_written() -> None:
    form = Dated(initial={"day": date(2026, 3, 2)}, renderer=FieldRenderer())
    day, at = form["day"].as_field_group(), form["at"].as_field_group()
    assert 'type="text" name="day" value="2026-03-02" placeholder="2026-03-02"' in day
    assert '<div class="hint" id="id_day_helptext">格式：2026-03-02</div>' in day
    assert 'aria-describedby="id_day_helptext"' in day
    assert "In the estate&#x27;s time. 格式：2026-03-02 14:30" in at
    dense = Dated(renderer=FieldRenderer())
    dense.fields["day"].template_name = WITHOUT_OPTIONAL
    assert "格式" not in dense["day"].as_field_group()  # its placeholder says it


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize(
    "typed", ["2026-03-02", "2026/3/2", "2026年3月2日", "20260302", "２０２６．３．２", " 2026-3-2 "]
)
def test_a_day_is_read_in_every_spelling_that_begins_with_its_year(typed, language) -> None:
    with override(language):
        form = Dated({"day": typed, "at": f"{typed} 14:30"})
        assert form.is_valid(), form.errors
    assert form.cleaned_data["day"] == date(2026, 3, 2)
    assert form.cleaned_data["at"].strftime("%Y-%m-%d %H:%M") == "2026-03-02 14:30"


@pytest.mark.parametrize(
    "typed", ["03/02/2026", "2-3-2026", "3月2日", "2026-13-01", "2026-02-30", "20261301"]
)
def test_a_day_that_could_be_another_is_refused_and_kept_as_it_was_typed(typed) -> None:
    say_what_to_do()
    form = Dated({"day": typed}, renderer=FieldRenderer())
    assert form.errors["day"] == ["日期请按 2026-03-02 的格式填写。"]
    assert "value=" in str(form["day"])


@pytest.mark.parametrize(
    ("typed", "hour"),
    [("2026-03-02T09:05", "09:05"), ("2026-3-2 下午2点5分", "14:05"), ("2026-3-2 2:05 pm", "14:05"),
     ("2026-3-2 上午9点", "09:00"), ("202603020905", "09:05"), ("2026-03-02 12:05 AM", "00:05")],
)  # fmt: skip
def test_a_moment_is_read_as_people_write_it(typed, hour) -> None:
    assert tidy(typed) == f"2026-03-02 {hour}"


@pytest.mark.parametrize("between", [" ", "\u3000"])
def test_a_text_that_is_long_and_no_moment_is_refused_at_once(between) -> None:
    text = f"2026-03-02{between * 400}x"
    before = process_time()
    assert tidy(text) == text
    assert process_time() - before < 0.1  # it took a second, and eight times as much for twice the length


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
