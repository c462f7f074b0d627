"""The look, where a number can decide it: contrast, one set of dark values, fields and marks."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django import forms
from django.template import Context, Template
from django.utils import translation

from tests.cast import DAY, HOUR, MONDAY_9AM, SHANGHAI
from tests.look import known
from tests.look.pages import names

ROOT = Path(__file__).resolve().parent.parent
TOKENS = (ROOT / "static/css/tokens.css").read_text()


def colours(css: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", css))


LIGHT, BY_SYSTEM, BY_CHOICE = (
    colours(block) for block in re.split(r"@media |:root\[data-bs-theme=\"dark\"\]", TOKENS)
)
TEXTS = ("ink", "ink-2", "accent-ink", "calm", "today", "soon", "over")
PAIRS = [(text, sheet) for text in TEXTS for sheet in ("page", "surface", "sunken")] + [
    ("ink-2", "accent-soft"),
    ("accent-ink", "accent-soft"),
    ("today", "today-soft"),
    ("soon", "soon-soft"),
    ("over", "over-soft"),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("on-over", "over-fill"),
]


def contrast(one: str, other: str) -> float:
    """WCAG 2.2: from 1 (the same) to 21 (black on white)."""

    def luminance(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, LIGHT | BY_SYSTEM], ids=["light", "dark"])
def test_every_text_can_be_read_on_every_sheet(theme) -> None:
    weak = {pair: round(contrast(*(theme[name] for name in pair)), 2) for pair in PAIRS}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("theme", [LIGHT, LIGHT | BY_SYSTEM], ids=["light", "dark"])
def test_the_border_of_a_control_can_be_seen(theme) -> None:
    assert min(contrast(theme["edge"], theme[sheet]) for sheet in ("page", "surface", "sunken")) >= 3


def test_dark_by_choice_is_dark_by_system() -> None:
    assert BY_CHOICE == BY_SYSTEM


def test_styles_name_colours_only_in_the_tokens() -> None:
    others = [
        path for path in (ROOT / "static/css").glob("*.css") if path.name not in ("tokens.css", "print.css")
    ]
    assert {
        path.name: hexes for path in others if (hexes := re.findall(r"#[0-9a-fA-F]{3,8}\b", path.read_text()))
    } == {}


# Marks ------------------------------------------------------------------------------------------
def render(source: str, **context) -> str:
    return Template(source).render(Context(context))


def test_an_icon_beside_a_word_is_hidden_from_screen_readers_and_a_lone_one_speaks() -> None:
    assert 'aria-hidden="true"' in render('{% load basics %}{% icon "phone" %}')
    assert 'aria-label="a &lt;b&gt;"' in render('{% load basics %}{% icon "phone" words %}', words="a <b>")


def test_an_unknown_icon_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        render('{% load basics %}{% icon "unicorn" %}')


def test_a_kept_part_differs_by_language_and_by_argument() -> None:
    names, by_argument = '{% load basics %}{% kept "components/shortcuts.html" %}', {}
    with translation.override("en"):
        english = render(names)
    with translation.override("zh-hans"):
        chinese = render(names)
    for title in ("one", "two"):
        by_argument[title] = render(
            '{% load basics %}{% kept "components/empty.html" title=title %}', title=title
        )
    assert english != chinese
    assert all(title in part for title, part in by_argument.items())


@pytest.mark.parametrize(
    ("left", "state"),
    [(3 * DAY, "calm"), (8 * HOUR, "today"), (1 * HOUR, "soon"), (-timedelta(minutes=5), "over")],
)
def test_a_due_time_shows_its_pressure_by_icon_words_and_colour(left, state) -> None:
    with translation.override("en"):
        mark = render(
            '{% load times %}{% due "Reply" due_at now zone started_at=started_at %}',
            due_at=MONDAY_9AM + left,
            now=MONDAY_9AM,
            zone=SHANGHAI,
            started_at=MONDAY_9AM + left - timedelta(hours=10) if state != "calm" else MONDAY_9AM - HOUR,
        )
    assert f'class="due is-{state}"' in mark
    assert "<svg" in mark
    assert "Reply" in re.sub(r"<[^>]+>", "", mark)


# Fields -----------------------------------------------------------------------------------------
class Sample(forms.Form):
    name = forms.CharField(help_text="as on the door")
    nickname = forms.CharField(required=False)
    urgent = forms.BooleanField(required=False)


def test_a_field_with_an_error_points_to_its_hint_and_its_sentence() -> None:
    page = str(Sample({}))
    assert 'aria-describedby="id_name_helptext id_name_error"' in page
    assert 'id="id_name_error"' in page
    assert 'aria-invalid="true"' in page


def test_errors_are_listed_once_on_top_with_links_to_their_fields() -> None:
    page = str(Sample({}))
    assert page.count('role="alert"') == 1
    assert 'href="#id_name"' in page


def test_only_what_may_stay_empty_says_so() -> None:
    with translation.override("en"):
        page = str(Sample())
    assert page.count("(optional)") == 1  # a tick box needs no such word


# Pages ------------------------------------------------------------------------------------------
def test_every_address_is_known_as_a_page_to_be_looked_at_or_as_none() -> None:
    """`bin/look` photographs what is named there as a page, or says that nobody came by it."""
    kinds = [known.PAGES, known.ACTS, known.FILES, known.PARTS, known.ELSEWHERE, set(known.NOT_HERE)]
    named = [name for kind in kinds for name in kind]
    assert len(named) == len(set(named)), "one thing each"
    assert names() - set(named) == set(), "name it in tests/look/known.py"
    assert set(named) - names() == set(), "no such address any more"
