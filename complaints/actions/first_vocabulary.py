"""The words a company starts with (domain.md 2): categories, causes, reasons for more time, words of danger.

Its administrators change them afterwards under Settings, Words; what is there is never written over.
"""

from __future__ import annotations

from django.db import transaction

from complaints.actions.vocabulary import danger_words, extension_reasons, save_term
from complaints.models import Category, Cause
from staff.models import User

#: code, zh, en of a category: its sub-categories (C2)
CATEGORIES = {
    ("construction", "工程质量", "Construction quality"): [
        ("construction-quality", "工程质量", "Construction quality"),
    ],
    ("planning", "规划设计", "Planning and design"): [("planning-design", "规划设计", "Planning and design")],
    ("sales", "销售管理", "Sales"): [("sales-promises", "销售承诺", "Sales promises")],
    ("property-service", "物业管理", "Property service"): [
        ("repairs", "维修", "Repairs"),
        ("lifts", "电梯", "Lifts"),
        ("water-power", "水电", "Water and power"),
        ("security", "秩序安全", "Security"),
        ("parking", "停车", "Parking"),
        ("cleaning", "保洁", "Cleaning"),
        ("greening", "绿化", "Greening"),
        ("pest", "消杀", "Pest control"),
        ("noise", "噪音扰民", "Noise"),
        ("renovation", "装修", "Renovation"),
        ("fees", "收费", "Fees"),
    ],
    ("customer-service", "客户服务", "Customer service"): [("staff-conduct", "服务态度", "Staff conduct")],
    ("other-matters", "其他", "Other"): [("other", "其他", "Other")],
}
#: code, zh, en (C1)
CAUSES = (
    ("building-quality", "房屋及设备设施质量问题", "Building and equipment quality"),
    ("equipment-running", "设备设施配置或运行不合理", "Equipment configuration or operation"),
    ("service-missing", "服务不到位或承诺未兑现", "Service not delivered or promise broken"),
    ("fees", "收费额度与方式不合理", "Fee amount or method"),
    ("emergency", "突发事件处理不当", "Emergency handled badly"),
    ("neighbours", "邻里冲突", "Neighbour conflict"),
)


@transaction.atomic
def first_words(*, by: User) -> int:
    """Write the words of each sort the company has none of; how many were written.

    A word is never deleted, only put out of use: who has any has said himself which.
    """
    written = 0
    if not Category.objects.exists():
        order = 0
        for (code, zh, en), children in CATEGORIES.items():
            parent = save_term(Category(), {"code": code, "zh": zh, "en": en, "order": order}, by=by)
            written += 1 + len(children)
            for child, zh_child, en_child in children:
                order += 1
                words = {"code": child, "zh": zh_child, "en": en_child, "parent": parent, "order": order}
                save_term(Category(), words, by=by)
    if not Cause.objects.exists():
        for order, (code, zh, en) in enumerate(CAUSES):
            save_term(Cause(), {"code": code, "zh": zh, "en": en, "order": order}, by=by)
            written += 1
    extension_reasons()
    danger_words()
    return written
