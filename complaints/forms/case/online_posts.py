"""What is asked for when something was posted on the network, and answered there (L2)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.actions.online_posts import composed
from complaints.actions.reply_values import centre_of
from complaints.actions.situations import post_of
from complaints.forms.fields import MoveForm, files, moment, tick, words
from complaints.models import Cycle, PostPoint


def link(label: Any) -> Any:
    return forms.CharField(
        label=label, max_length=500, widget=forms.URLInput({"placeholder": "https://", "inputmode": "url"})
    )


class NotePost(MoveForm):
    platform = forms.CharField(label=_("Platform"), max_length=60, help_text=_("Forum, group, newspaper."))
    link = link(_("Link of the post"))
    posted_at = moment(_("Posted"), needed=True)
    note = words(_("What it asks"), _("One point a line; each is answered."))
    files = files(_("Screenshots"))

    def prepare(self) -> None:
        self.initial.setdefault("posted_at", self.complaint.received_at)

    def arguments(self) -> dict[str, Any]:
        return self.cleaned_data | {"files": tuple(self.attachments)}


class AnswerPoint(MoveForm):
    point = forms.ModelChoiceField(
        PostPoint.objects.none(), label=_("Which point"), empty_label=None, widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Choose from the list.")},
    )  # fmt: skip
    note = words(_("Answer"), _("Or the reason, where it is not answered."))
    left_out = tick(_("It is not answered, for this reason"))

    def prepare(self) -> None:
        post = post_of(self.complaint)
        points = PostPoint.objects.filter(post=post).order_by("pk")
        self.fields["point"].queryset = points
        if not self.is_bound:
            first = next((point.pk for point in points if point.is_open), None)
            self.initial.setdefault("point", first or next((point.pk for point in points), None))


class AnswerPost(MoveForm):
    note = words(_("Answer as it was posted"), _("In the name of the customer service centre."))
    answer_link = link(_("Link of the answer"))
    no_opinion_because = words(
        _("Why no department is asked"),
        _("Only where its opinion is not on the case."),
        needed=False,
        longest=300,
    )
    done_at = moment(_("When"), _("Empty: now."))
    files = files(_("Screenshots"))

    def prepare(self) -> None:
        post = post_of(self.complaint)
        if post is None:
            return
        self.fields["note"].widget.attrs["rows"] = 10
        self.initial.setdefault("note", composed(post, centre_of(self.complaint)))
        self.initial.setdefault("answer_link", post.link)
        cycles = Cycle.objects.filter(complaint=self.complaint, number=self.complaint.cycle_number)
        if not self.is_bound and cycles.exclude(department_opinion="").exists():
            self.fields["no_opinion_because"].widget = forms.HiddenInput()

    def arguments(self) -> dict[str, Any]:
        return self.cleaned_data | {"files": tuple(self.attachments)}
