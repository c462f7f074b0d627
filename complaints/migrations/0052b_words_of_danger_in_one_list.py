"""The portal knew words of danger of its own: those the company's list has not, it has now.

A word that is out of use stays so. A company without any word begins with the whole list by itself.
"""

from django.db import migrations

UNLESS = "困难、困扰、困惑、困境、困倦、困乏、困局、困窘、犯困、贫困、穷困、春困、疲困"
WORDS = (
    ("fire", "着火", "fire"),
    ("burning", "起火", "burning"),
    ("on-fire", "失火", "on fire"),
    ("blaze", "火灾", "blaze"),
    ("smoke", "冒烟", "smoke"),
    ("thick-smoke", "浓烟", "thick smoke"),
    ("gas-leak", "漏气", "gas leak"),
    ("gas-smell", "煤气味", "smell of gas"),
    ("gas-odour", "燃气味", "gas odour"),
    ("live-wire", "漏电", "live wire"),
    ("electric-shock", "触电", "electric shock"),
    ("fainted", "晕倒", "fainted"),
    ("passed-out", "昏倒", "passed out"),
    ("on-the-ground", "倒地", "on the ground"),
    ("unconscious", "昏迷", "unconscious"),
    ("drowned", "溺水", "drowned"),
    ("fell-down", "坠落", "fell from"),
    ("explosion", "爆炸", "explosion"),
    ("cannot-get-out", "困", "cannot get out"),
)


def forwards(apps, schema_editor):
    words = apps.get_model("complaints", "DangerWord").objects
    if not words.exists():
        return
    codes = set(words.values_list("code", flat=True))
    known = set(words.values_list("zh", flat=True))
    order = max(words.values_list("order", flat=True))
    for code, zh, en in WORDS:
        if zh in known:
            continue
        order = min(order + 1, 9999)
        unless = UNLESS if zh == "困" else ""
        code = f"{code}-portal" if code in codes else code
        if code not in codes:
            words.create(code=code, zh=zh, en=en, order=order, unless=unless)


class Migration(migrations.Migration):
    dependencies = [("complaints", "0052_suggestions_and_danger_passed_on")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop, elidable=True)]
