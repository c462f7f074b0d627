"""Which WeChat account 微信 an owner wants to hear on (domain.md 7)."""

from __future__ import annotations

from django.db import models

from owners.names import LONGEST_KEY


class WeChatBinding(models.Model):
    """Messages for the phone `phone` go to this follower of the company's official account 公众号.

    Made by whoever has shown the phone to be his, where it is one person's, and for that person: `name_key`
    is his, so that neither somebody of his household nor who gets his number later is told for him. Taken
    back, the row goes.
    """

    phone = models.CharField(max_length=30, unique=True, help_text="As it is kept.")
    name_key = models.CharField(max_length=LONGEST_KEY)
    openid = models.CharField(max_length=64)
    bound_at = models.DateTimeField()
