"""What a case study says that may be published; a major one says more."""

from __future__ import annotations

TEXTS = {
    "title": "水管接头老化漏水",
    "facts": "顶层一户厨房水管接头开裂，漏水两天。",
    "why": "接头用了十二年，没有到期更换的规定。",
    "handling": "更换接头，次日试水。",
    "lesson": "同批接头一并检查。",
}
MORE = {"deeper": "没有易损件更换计划。", "measures": "接头满十年统一更换。"}
