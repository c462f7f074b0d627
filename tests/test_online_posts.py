"""Answers online: the department first, every point, the centre's name, where it was posted (L2)."""

from __future__ import annotations

import pytest

from complaints import actions
from complaints.actions.online_posts import composed
from complaints.actions.words_to_customers import ForbiddenWords
from complaints.models import ForbiddenPhrase, OnlinePost
from complaints.statuses import WrongPerson
from config.framework.refusals import Refused
from tests.case_pages import ENGLISH, photo, text
from tests.cast import HOUR, march
from tests.looking import clock_of

pytestmark = pytest.mark.django_db

POSTED, NOTED = march(2, 8), march(2, 11)
SAID = {
    "platform": "业主论坛", "link": "https://forum.example/t/18", "posted_at": POSTED,
    "note": "电梯何时修好？\n\n维修费谁出？",
}  # fmt: skip
ANSWER = "感谢您的反映。电梯周五前修好，费用由维保单位承担。\n锦绣物业客户服务中心"
LINK = "https://forum.example/t/18#reply-2"


@pytest.fixture
def post(case_in, office_of_jinxiu) -> OnlinePost:
    """Posted in a forum at eight; its case is in work, with the department's opinion."""
    case = case_in("acting", at=march(2), channel="forum")
    actions.note_post(case, **SAID, by=office_of_jinxiu.limin, at=NOTED)
    return case.online_posts.get()


def answer_all(post: OnlinePost, by, at=NOTED) -> None:
    first, second = post.points.all()
    actions.answer_point(post.complaint, point=first, note="周五前修好。", by=by, at=at)
    actions.answer_point(
        post.complaint, point=second, note="涉及合同，另行说明。", left_out=True, by=by, at=at
    )


def put_up(post: OnlinePost, by, at=NOTED + HOUR, **said):
    return actions.answer_post(post.complaint, **({"note": ANSWER, "answer_link": LINK} | said), by=by, at=at)


def test_platform_link_time_and_points_are_kept(post):
    assert (post.platform, post.link, post.posted_at) == ("业主论坛", SAID["link"], POSTED)
    assert [point.asks for point in post.points.all()] == ["电梯何时修好？", "维修费谁出？"]


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"platform": " "}, "platform"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"link": "forum.example"}, "link"),
        ({"posted_at": march(3)}, "posted_at"),
        ({"note": "问\n" * 21}, "note"),
        ({"note": "问" * 301}, "note"),
    ],
)
def test_what_is_wrong_with_a_post_is_said_where_it_is(case_in, office_of_jinxiu, said, field):
    with pytest.raises(Refused) as refusal:
        actions.note_post(case_in("acting"), **(SAID | said), by=office_of_jinxiu.limin, at=NOTED)
    assert refusal.value.field == field
    assert not OnlinePost.objects.exists()


def test_the_answer_waits_until_every_point_is_answered_or_left_out_for_a_reason(post, office_of_jinxiu):
    limin = office_of_jinxiu.limin
    with pytest.raises(Refused, match="帖中还有"):
        put_up(post, limin)
    first, second = post.points.all()
    actions.answer_point(post.complaint, point=first, note="周五前修好。", by=limin, at=NOTED)
    with pytest.raises(Refused, match="帖中还有"):
        put_up(post, limin)
    actions.answer_point(post.complaint, point=second, note="另行说明。", left_out=True, by=limin, at=NOTED)
    actions.answer_point(post.complaint, point=second, note="由维保单位承担。", by=limin, at=NOTED)
    kinds = ("point_answered", "point_left_out")
    said = post.complaint.events.filter(kind__in=kinds).order_by("pk").values_list("kind", "note")
    assert list(said) == [
        ("point_answered", "电梯何时修好？\n周五前修好。"),
        ("point_left_out", "维修费谁出？\n另行说明。"),
        ("point_answered", "维修费谁出？\n由维保单位承担。"),
    ]
    second.refresh_from_db()
    assert (second.answer, second.left_out_because) == ("由维保单位承担。", "")
    put_up(post, limin)
    post.refresh_from_db()
    assert (post.answer, post.answer_link, post.answered_by) == (ANSWER, LINK, limin)


def test_the_answer_is_begun_from_the_points(post, office_of_jinxiu):
    answer_all(post, office_of_jinxiu.limin)
    text_ = composed(post, "锦绣物业客户服务中心")
    assert "周五前修好。" in text_ and "涉及合同" not in text_ and text_.endswith("客户服务中心")


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"note": "周五前修好。"}, "note"),
        ({"note": ANSWER + " 李敏"}, "note"),
        ({"answer_link": "见原帖"}, "answer_link"),
        ({"done_at": march(2, 7)}, "done_at"),
        ({"done_at": march(2, 18)}, "done_at"),
    ],
)
def test_it_goes_out_in_the_centres_name_where_it_was_posted(post, office_of_jinxiu, said, field):
    answer_all(post, office_of_jinxiu.limin)
    with pytest.raises(Refused) as refusal:
        put_up(post, office_of_jinxiu.limin, **said)
    assert refusal.value.field == field


def test_the_department_is_asked_first_or_it_is_said_why_not(case_in, office_of_jinxiu):
    limin = office_of_jinxiu.limin
    case = case_in("recorded", at=march(2), channel="forum")
    actions.note_post(case, **SAID, by=limin, at=NOTED)
    post = case.online_posts.get()
    answer_all(post, limin)
    with pytest.raises(Refused) as refusal:
        put_up(post, limin)
    assert refusal.value.field == "no_opinion_because"
    put_up(post, limin, no_opinion_because="只告知受理，不涉及技术。")
    post.refresh_from_db()
    assert post.no_opinion_because


def test_it_stops_the_time_for_a_first_answer(post, office_of_jinxiu):
    answer_all(post, office_of_jinxiu.limin)
    assert clock_of(post.complaint, "initial_answer").stopped_at is None
    put_up(post, office_of_jinxiu.limin)
    assert clock_of(post.complaint, "initial_answer").stopped_at == NOTED + HOUR


def test_forbidden_words_need_a_reason(post, office_of_jinxiu):
    ForbiddenPhrase.objects.create(words="一定赔", language="zh", kind="promise", why_zh="赔付须审批。")
    answer_all(post, office_of_jinxiu.limin)
    said = {"note": "我们一定赔。" + ANSWER}
    with pytest.raises(ForbiddenWords):
        put_up(post, office_of_jinxiu.limin, **said)
    put_up(post, office_of_jinxiu.limin, **said, phrase_reason="已经批准。")


def test_nobody_speaks_beside_the_speaker_and_a_reporter_is_answered_by_a_manager(
    post, case_in, office_of_jinxiu
):
    people = office_of_jinxiu
    answer_all(post, people.limin)
    reporter = case_in(
        "acting", at=march(2), channel="media", unit=None, place="园区",
        person=actions.Person(name="记者", phone="13912345678", capacity="reporter"),
    )  # fmt: skip
    actions.note_post(reporter, **SAID, by=people.limin, at=NOTED)
    answer_all(reporter.online_posts.get(), people.limin)
    with pytest.raises(WrongPerson):
        put_up(reporter.online_posts.get(), people.limin)
    put_up(reporter.online_posts.get(), people.zhoujun)


def test_a_second_post_waits_for_the_first(post, office_of_jinxiu):
    limin = office_of_jinxiu.limin
    with pytest.raises(Refused, match="已有一个帖子"):
        actions.note_post(post.complaint, **SAID, by=limin, at=NOTED + HOUR)
    answer_all(post, limin)
    put_up(post, limin)
    with pytest.raises(Refused, match="没有待答复的帖子"):
        put_up(post, limin)
    actions.note_post(post.complaint, **SAID, by=limin, at=NOTED + 2 * HOUR)


def test_it_is_noted_answered_and_read_on_the_page(client, clock, case_in, office_of_jinxiu):
    clock.now = NOTED
    case = case_in("acting", at=march(2), channel="forum")
    client.force_login(office_of_jinxiu.limin)
    said = SAID | {"posted_at": "2026-03-02T08:00", "files": photo()}
    answer = client.post(f"/cases/{case.number}/note_post/", said | {"link": "论坛"}, headers=ENGLISH)
    assert answer.status_code == 422 and "https://" in text(answer) and "维修费谁出" in text(answer)
    said["files"] = photo()
    assert client.post(f"/cases/{case.number}/note_post/", said, headers=ENGLISH).status_code == 302
    shown = text(client.get(f"/cases/{case.number}/", headers=ENGLISH))
    assert "Posted online: 业主论坛" in shown and "still to be answered" in shown
    assert case.attachments.exists()
    for _ in range(2):
        form = client.get(f"/cases/{case.number}/answer_point/", headers=ENGLISH).context["form"]
        said = {"point": form.initial["point"], "note": "周五前修好。"}
        assert client.post(f"/cases/{case.number}/answer_point/", said).status_code == 302
    begun = client.get(f"/cases/{case.number}/answer_post/", headers=ENGLISH).context["form"].initial
    assert "周五前修好。" in begun["note"] and begun["answer_link"] == SAID["link"]
    posted = client.post(
        f"/cases/{case.number}/answer_post/", {"note": ANSWER, "answer_link": LINK}, headers=ENGLISH
    )
    assert posted.status_code == 302
    assert "Open the answer" in text(client.get(f"/cases/{case.number}/", headers=ENGLISH))
