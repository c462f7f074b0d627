"""Pages of the browser test of the house: a form and three kinds of answer."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template import engines
from django.urls import include, path

from config.framework.typed_dates import DayInput, MomentInput

PAGE = engines["django"].from_string(
    """{% extends "plain_base.html" %}{% block page %}
<form id="plain" method="post" novalidate data-draft="sample" data-enter-next>{% csrf_token %}{{ form }}
<button class="btn btn-primary" name="by" value="button">Send</button></form>
<button id="wrong" hx-get="/answer/422/" hx-target="#out">422</button>
<button id="broken" hx-get="/answer/500/" hx-target="#out">500</button>
<button id="expired" hx-get="/members/" hx-target="#out">expired</button>
<p id="out">as before</p>
<ul class="list"><li class="item"><a class="item-title" href="/one/">one</a></li>
<li class="item"><a class="item-title" href="/two/">two</a></li></ul>
{% endblock %}"""
)
DONE = engines["django"].from_string(
    """{% extends "plain_base.html" %}{% block page %}
<p data-draft-clear="sample">{{ sent }}</p>{% endblock %}"""
)
sent: list[dict] = []


class Sample(forms.Form):
    name = forms.CharField()
    kind = forms.ChoiceField(
        choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect(attrs={"class": "segments"})
    )
    words = forms.CharField(widget=forms.Textarea)


class Asked(forms.Form):
    day = forms.DateField(widget=DayInput(), required=False)
    at = forms.DateTimeField(widget=MomentInput(), required=False)
    files = forms.FileField(required=False)


def asked(request: HttpRequest) -> HttpResponse:
    return HttpResponse(PAGE.render({"form": Asked()}, request))


def sample(request: HttpRequest) -> HttpResponse:
    form = Sample(request.POST or None)
    if request.method == "POST" and form.is_valid():
        sent.append(request.POST.dict())
        return HttpResponse(DONE.render({"sent": len(sent)}, request))
    return HttpResponse(PAGE.render({"form": form}, request), status=422 if form.errors else 200)


urlpatterns = [
    path("sample/", sample),
    path("asked/", asked),
    path(
        "answer/<int:status>/", lambda request, status: HttpResponse(f"<b>answer {status}</b>", status=status)
    ),
    path("members/", lambda request: redirect("/accounts/login/?next=/members/")),
    path("accounts/", include("allauth.account.urls")),
]
