"""Answers online 网上答复 (L2): where it was posted, each point of it answered, in the centre's one name.

The department that knows is asked first: its opinion stands on the case, or it is said why none is needed.
The answer goes up where the post stands; what is kept of it here is the text, its link and a picture.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from complaints.actions.arguments import when_done
from complaints.actions.files import take
from complaints.actions.situations import post_of
from complaints.actions.unit_of_work import UnitOfWork
from complaints.models import Attachment, Complaint, OnlinePost, PostPoint
from config.framework.refusals import Refused
from staff.models import User

#: A post with more than this is no list of points.
MOST_POINTS = 20
LONGEST_POINT = 300
#: As the one name of all answers ends, in either language.
CENTRE = ("客户服务中心", "service centre", "service center")


@transaction.atomic
def note_post(
    complaint: Complaint,
    *,
    platform: str,
    link: str,
    posted_at: datetime,
    note: str,
    files: tuple[Attachment, ...] = (),
    by: User,
    at: datetime,
) -> Complaint:
    """Where it stands and when it was posted; `note`: what it asks, a line for each point."""
    case = UnitOfWork(complaint, "note_post", by=by, at=at, note=note)
    if not platform.strip():
        raise Refused(_("Say on which platform it stands."), field="platform")
    if posted_at > at:
        raise Refused(_("What was posted cannot lie in the future."), field="posted_at")
    points = [line.strip() for line in note.splitlines() if line.strip()]
    if len(points) > MOST_POINTS or any(len(point) > LONGEST_POINT for point in points):
        raise Refused(
            _("At most %(n)s points, each of %(length)s characters at most.")
            % {"n": MOST_POINTS, "length": LONGEST_POINT},
            field="note",
        )
    post = OnlinePost(
        complaint=case.row, platform=platform.strip(), link=_link(link, "link"), posted_at=posted_at,
        noted_by=by, noted_at=at,
    )  # fmt: skip
    _save(post, by)
    for asks in points:
        _save(PostPoint(post=post, asks=asks), by)
    take(case.row, files)
    case.record("post_noted", note, platform=post.platform, posted_at=posted_at.isoformat())
    return case.commit()


@transaction.atomic
def answer_point(
    complaint: Complaint, *, point: PostPoint, note: str, left_out: bool = False, by: User, at: datetime
) -> Complaint:
    """What is answered to one point; or, `left_out`, why it is not. Changed until the answer is posted."""
    case = UnitOfWork(complaint, "answer_point", by=by, at=at, note=note)
    post = post_of(case.row)
    row = PostPoint.objects.filter(post=post, pk=point.pk).first()
    if row is None:
        raise Refused(_("Choose from the list."), field="point")
    if left_out and len(note.strip()) > LONGEST_POINT:
        raise Refused(_("A reason has %(n)s characters at most.") % {"n": LONGEST_POINT}, field="note")
    row.answer, row.left_out_because = ("", note.strip()) if left_out else (note.strip(), "")
    row.by = by
    _save(row, by)
    case.record("point_left_out" if left_out else "point_answered", f"{row.asks}\n{note.strip()}")
    return case.commit()


@transaction.atomic
def answer_post(
    complaint: Complaint,
    *,
    note: str,
    answer_link: str,
    no_opinion_because: str = "",
    files: tuple[Attachment, ...] = (),
    by: User,
    at: datetime,
    done_at: datetime | None = None,
    phrase_reason: str = "",
) -> Complaint:
    """The answer went up where the post stands; `note` is its text, in the centre's name.

    It counts as an initial answer: whoever posted it reads it there.
    """
    moment = when_done(done_at, at, complaint)
    case = UnitOfWork(
        complaint, "answer_post", by=by, at=moment, note=note, recorded_at=at, phrase_reason=phrase_reason
    )
    post = post_of(case.row)
    if post is None:
        raise Refused(_("No post waits for an answer on this case."))
    if not case.cycle.department_opinion and not no_opinion_because.strip():
        raise Refused(
            _("The department that knows has not written its opinion: ask it first, or say why not."),
            field="no_opinion_because",
        )
    if moment < post.posted_at:
        raise Refused(_("That lies before it was posted."), field="done_at")
    if not any(name in note.lower() for name in CENTRE):
        raise Refused(_("Sign it in the name of the customer service centre."), field="note")
    if by.name and by.name in note:
        raise Refused(_("It goes out in the centre's name: take your own out."), field="note")
    post.answer, post.answer_link = note.strip(), _link(answer_link, "answer_link")
    post.no_opinion_because = no_opinion_because.strip()
    post.answered_by, post.answered_at = by, moment
    _save(post, by)
    take(case.row, files)
    case.record("post_answered", note, platform=post.platform)
    return case.commit()


def composed(post: OnlinePost, centre: str) -> str:
    """The points with their answers, as the answer begins; thanks and the centre's name at its end."""
    answered = [point for point in post.points.all() if point.answer]
    parts = [
        f"{n}. {point.asks}\n{point.answer}" if len(answered) > 1 else point.answer
        for n, point in enumerate(answered, 1)
    ]
    return "\n\n".join([_("Thank you for telling us. To what you posted:"), *parts, centre])


def _link(said: str, field: str) -> str:
    """An address of the network as it is. Raises Refused for anything else."""
    link = said.strip()
    if not link.startswith(("http://", "https://")) or len(link) > 500 or any(c.isspace() for c in link):
        raise Refused(_("Give the link as it stands in the browser: https://…"), field=field)
    return link


def _save(row: OnlinePost | PostPoint, by: User) -> None:
    row._history_user = by
    row.save()
