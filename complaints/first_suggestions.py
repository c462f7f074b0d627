"""The words a company starts with that suggest category and severity (C1, C2, V1 to V3).

Severity is suggested by facts the trade knows as important or major: many people without water, power or
lift, repeated complaints, threats of law and media, harm to people. What is minor needs no suggestion but
where it is plainly so. Its managers change the list under Settings.
"""

from __future__ import annotations

from typing import NamedTuple


class First(NamedTuple):
    words: str
    category: str = ""  # its code
    severity: str = ""
    unless: str = ""


FIRST: tuple[First, ...] = (
    First("漏水、渗水、滴水、返水、下水道堵、马桶堵、堵塞、墙皮脱落、开裂、门锁坏、门禁坏、玻璃碎、报修、维修不及时、leak, leaking, dripping, blocked drain, broken door, repair", "repairs"),
    First("电梯、困梯、轿厢、平层、lift, elevator", "lifts"),
    First("停水、停电、跳闸、断电、水压、水质、路灯、灯不亮、水表、电表、power cut, no power, no water, water pressure, street light", "water-power", unless="停水电费"),
    First("保安、门岗、监控、被盗、偷、小偷、陌生人、尾随、打架、外来人员、巡逻、高空抛物、飞线、电动车充电、security guard, stolen, theft, burglary, stranger, CCTV", "security", unless="偷懒, 偷工减料, 偷偷"),
    First("停车、车位、占车位、乱停、道闸、充电桩、车库、月租车、parking, parked, car park, garage, charging pile", "parking", unless="停车费"),
    First("垃圾、保洁、打扫、脏、异味、臭味、小广告、堆放杂物、烟头、rubbish, garbage, dirty, smell, cleaner", "cleaning"),
    First("绿化、杂草、草坪、树枝、修剪、枯死、浇水、花坛、lawn, hedge, weeds, dead tree, pruning", "greening"),
    First("蟑螂、老鼠、蚊子、白蚁、虫、消杀、cockroach, rats, mice, mosquito, termites, pest", "pest"),
    First("噪音、噪声、太吵、吵闹、扰民、广场舞、狗叫、半夜、睡不着、noise, noisy, loud music, barking", "noise", unless="半夜漏水"),
    First("装修、施工时间、砸墙、承重墙、建筑垃圾、电钻、renovation, drilling, load-bearing wall", "renovation"),
    First("物业费、停车费、收费、多收、乱收费、发票、账单、公摊、维修基金、滞纳金、fee, fees, overcharged, invoice, bill", "fees"),
    First("态度、骂人、不理人、推诿、踢皮球、没人管、没人接、不接电话、敷衍、rude, ignored, passed around, nobody answers", "staff-conduct", unless="态度很好, 态度好"),
    First("质量问题、空鼓、外墙脱落、地面沉降、保修期、construction quality, under warranty, subsidence", "construction-quality"),
    First("规划、设计不合理、配套、会所、学校没建, planning, amenities", "planning-design"),
    First("售楼、销售承诺、宣传、沙盘、合同约定、sales promise, brochure, show flat", "sales-promises"),
    First("又漏、又坏、第三次、好几次、反复、多次投诉、投诉过、一直没、还没修好、没有解决、again and again, third time, still not fixed, complained before", severity="important"),
    First("停水、停电、全楼、整栋、电梯停运、电梯坏、被盗、打人、动手、power cut, no water, whole building, lift is out, stolen", severity="important"),
    First("起诉、律师、法院、曝光、记者、媒体、电视台、抖音、上访、联名、集体、索赔、住院、骨折、死亡、lawyer, court, sue, journalist, media, petition, hospital, fracture", severity="major", unless="集体宿舍"),
    First("受伤、摔伤、流血、坍塌、着火、火灾、爆炸、injured, bleeding, collapse, fire, explosion", severity="major", unless="防火、消防、fire door, fire exit, fire drill"),
    First("灯不亮、烟头、小广告、杂草、street light, weeds", severity="minor"),
)  # fmt: skip
