"""Measures 整改措施 set out of an item of a survey: one for each item and estate."""

from __future__ import annotations

from django.utils.translation import gettext as _

from complaints.measures import State
from complaints.models import Measure, Survey, SurveyItem
from config.framework.refusals import Refused
from staff.models import Estate

#: Measures that came to nothing: another may be set.
NONE = (State.WITHDRAWN, State.DISMISSED)


def answered_by_measures(row: Survey, estate: Estate) -> set[int]:
    """Keys of the items for which a measure was set in this estate."""
    made = Measure.objects.filter(survey_item__survey=row, estate=estate).exclude(state__in=NONE)
    return {key for key in made.values_list("survey_item", flat=True) if key}


def check_once(item: SurveyItem | None, estate: Estate) -> None:
    """Raises Refused where one was set. Holds the survey, so that two do not set it at once."""
    if item is None:
        return
    row = Survey.objects.select_for_update(no_key=True).get(pk=item.survey_id)
    if item.pk in answered_by_measures(row, estate):
        raise Refused(_("A measure was set for “%(item)s” already.") % {"item": item})
