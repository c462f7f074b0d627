"""The queue's filters: they live in the address, and each is a chip that can be taken off."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q, QuerySet
from django.forms.models import ModelChoiceIteratorValue
from django.http import QueryDict
from django.utils.timezone import make_aware
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from complaints.models import Category
from complaints.models.case import Complaints
from complaints.policy import Channel, NoticeGrade, Severity
from complaints.statuses import Abnormal, Status
from config.framework.typed_dates import DayInput
from staff.models import Department, User

#: mark: its words, and what it asks of a case
MARKS: dict[str, tuple[Any, Q]] = {
    "urgent": (_("Urgent"), Q(urgent=True)),
    "injury": (_("Injury or danger"), Q(injury=True)),
    "second": (_("Second round or more"), Q(cycle_number__gte=2)),
    "repeat": (_("Linked as a repeat"), Q(repeat_of__isnull=False)),
    "collective": (_("Collective complaint"), Q(is_collective=True) | Q(lead__isnull=False)),
    "hot": (_("Notice hot or major"), Q(grade__in=[NoticeGrade.HOT, NoticeGrade.MAJOR])),
    "media": (
        _("Media"),
        Q(media_exposed=True) | Q(media_asked=True) | Q(media_threatened=True) | Q(channel=Channel.MEDIA),
    ),
    "lawsuit": (_("Lawsuit"), Q(lawsuit_started=True) | Q(lawsuit_threatened=True)),
    # As `complaints.inquiries.fits` has it: where records of questions are kept.
    "regulator": (
        _("Regulator or court"),
        Q(channel=Channel.REGULATOR) | Q(lawsuit_started=True) | Q(lawsuit_threatened=True),
    ),
    "warranty": (_("Under warranty"), Q(under_warranty=True)),
    "outside": (_("Outside help needed"), Q(outside_help=True)),
    # Found by whoever may read such a case: the others see none of them.
    "restricted": (_("Restricted circle"), Q(restricted=True)),
    "abnormal": (_("Abnormal"), Q(abnormal=Abnormal.MARKED)),
    "abnormal_waits": (_("Abnormal, to be decided"), Q(abnormal__in=[Abnormal.SUGGESTED, Abnormal.PROPOSED])),
}

DAY = DayInput()
IN_OUR_TIME = [MinValueValidator(date(1990, 1, 1)), MaxValueValidator(date(2200, 1, 1))]


@dataclass(frozen=True)
class Chip:
    """One filter in words, and the address without it."""

    label: Any
    value: str
    off: str


class Colleague(forms.ModelChoiceField):
    """Somebody who carries a part on cases, or did: who has left is marked."""

    def __init__(self, label: Any) -> None:
        super().__init__(User.objects.none(), label=label, required=False)

    def label_from_instance(self, obj: User) -> str:
        return str(obj) if obj.here else gettext("%(name)s (has left)") % {"name": obj}


class Filters(forms.Form):
    """Choices out of reach are errors; the queue leaves them out and says so."""

    estate = forms.ChoiceField(label=_("Estate"), required=False)
    status = forms.ChoiceField(label=_("Status"), required=False)
    severity = forms.ChoiceField(label=_("Severity"), required=False)
    grade = forms.ChoiceField(label=_("Notice grade"), required=False)
    category = forms.ModelChoiceField(Category.objects.none(), label=_("Category"), required=False)
    channel = forms.ChoiceField(label=_("Channel"), required=False)
    department = forms.ModelChoiceField(Department.objects.none(), label=_("Department"), required=False)
    handler = Colleague(_("Handler"))
    receiver = Colleague(_("First receiver"))
    holder = Colleague(_("Handler, or first receiver until there is one"))
    since = forms.DateField(label=_("Received from"), required=False, widget=DAY, validators=IN_OUR_TIME)
    until = forms.DateField(label=_("Received until"), required=False, widget=DAY, validators=IN_OUR_TIME)
    marks = forms.MultipleChoiceField(
        label=_("Marks"),
        required=False,
        choices=[(mark, words) for mark, (words, _query) in MARKS.items()],
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(
        self,
        asked: QueryDict,
        *,
        estates: Sequence[tuple[str, str]],
        people: QuerySet[User],
        departments: QuerySet[Department],
        **kwargs: Any,
    ) -> None:
        super().__init__(asked, **kwargs)
        blank = [("", _("Any"))]
        self.choose("estate", blank + list(estates))
        self.choose("status", blank + Status.choices)
        self.choose("severity", [*blank, *Severity.choices, ("none", _("To be classified"))])
        self.choose("grade", blank + NoticeGrade.choices)
        self.choose("channel", blank + Channel.choices)
        self.fields["category"].queryset = Category.objects.all()
        self.fields["department"].queryset = departments
        for name in ("handler", "receiver", "holder"):
            self.fields[name].queryset = people
        for field in self.fields.values():
            if isinstance(field, forms.ModelChoiceField):
                field.empty_label = blank[0][1]
        self.choose("category", blank + _by_group())

    def choose(self, name: str, choices: list[Any]) -> None:
        self.fields[name].choices = choices

    def clean(self) -> dict[str, Any]:
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and until and until < since:
            self.add_error("until", _("This day lies before the first one."))
        return self.cleaned_data

    def narrow(self, cases: Complaints, *, but: Collection[str] = ()) -> Complaints:
        """The cases that pass; what was not understood narrows nothing. `but`: filters left out of it."""
        self.is_valid()
        asked = {name: value for name, value in self.cleaned_data.items() if name not in but}
        plain = {
            "status": "status",
            "grade": "grade",
            "channel": "channel",
            "department": "department",
            "handler": "handler",
            "receiver": "first_receiver",
            "estate": "estate__code",
        }
        for name, column in plain.items():
            if asked.get(name):
                cases = cases.filter(**{column: asked[name]})
        if holder := asked.get("holder"):
            cases = cases.filter(Q(handler=holder) | Q(handler=None, first_receiver=holder))
        if severity := asked.get("severity"):
            cases = cases.filter(severity="" if severity == "none" else severity)
        if category := asked.get("category"):
            cases = cases.filter(Q(category=category) | Q(category__parent=category))
        if since := asked.get("since"):
            cases = cases.filter(received_at__gte=make_aware(datetime.combine(since, datetime.min.time())))
        if until := asked.get("until"):
            end = datetime.combine(until + timedelta(days=1), datetime.min.time())
            cases = cases.filter(received_at__lt=make_aware(end))
        for mark in asked.get("marks") or []:
            cases = cases.filter(MARKS[mark][1])
        return cases

    def misread(self) -> list[Any]:
        """The filters that were left out because nobody understands them."""
        return [field.label for name, field in self.fields.items() if name in self.errors]

    def chips(self, asked: QueryDict) -> Iterator[Chip]:
        """What is filtered by, in the order of the form. Call after `narrow`."""
        for name, field in self.fields.items():
            value = self.cleaned_data.get(name)
            if not value:
                continue
            if name == "marks":
                for mark in value:
                    yield Chip(field.label, str(MARKS[mark][0]), without(asked, name, mark))
            elif isinstance(field, Colleague):
                yield Chip(field.label, field.label_from_instance(value), without(asked, name))
            elif isinstance(field, forms.ModelChoiceField) or name in ("since", "until"):
                yield Chip(field.label, str(value), without(asked, name))
            else:
                yield Chip(field.label, str(dict(field.choices)[value]), without(asked, name))


def _by_group() -> list[tuple[str, list[tuple[Any, Any]]]]:
    """Sub-categories under their category, which itself stands first: all of it. One query."""
    groups: dict[int, tuple[str, list[tuple[Any, Any]]]] = {}
    rows = list(Category.objects.order_by("order", "pk"))
    for row in rows:
        if row.parent_id is None:
            whole = gettext("%(category)s: all of it") % {"category": row}
            groups[row.pk] = str(row), [(ModelChoiceIteratorValue(row.pk, row), whole)]
    for row in rows:
        if row.parent_id in groups:
            groups[row.parent_id][1].append((ModelChoiceIteratorValue(row.pk, row), str(row)))
    return list(groups.values())


def without(asked: QueryDict, name: str, value: str | None = None) -> str:
    """The address with one filter less, on its first page."""
    rest = asked.copy()
    kept = [v for v in rest.getlist(name) if v != value] if value is not None else []
    rest.setlist(name, kept)
    for page in ("after", "before"):
        rest.pop(page, None)
    return f"?{rest.urlencode()}"
