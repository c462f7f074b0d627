"""The step cards a company starts with (W1, W3, W4, W9, W12, W16, W19, L1–L3, L8, L10–L12, T11, X5).

A line each: what is done, then how. Its managers change them under Settings.
"""

from __future__ import annotations

from typing import NamedTuple


class First(NamedTuple):
    """`kind`: a value of `step_cards.CardKind`."""

    kind: str
    title: str
    title_en: str
    zh: str
    en: str


FIRST: tuple[First, ...] = (
    First(
        "counter", "接待八步", "Eight steps at the counter",
        "一谢：起身让座，感谢您告诉我们。\n二歉：让您添麻烦了，先致歉，不辩解。\n三听：听完再问，边听边记，不打断、不争论。\n四办：能办的当场办；登记，复述一遍请客户确认。\n五帮助：办不了的，说明我们能做什么、由谁来做。\n六解释：讲清依据、需要多久，不说内部的事。\n七理智：客户再急也不争吵；做不到的不许诺。\n八汇报：客户坚持要求的，请上级决定；告诉客户何时答复。",
        "Thank: stand up, offer a seat; thank you for telling us.\nApologise: for the trouble, first of all; no excuses.\nListen: to the end, take notes; do not interrupt or argue.\nAct: do at once what can be done; write it down and read it back.\nHelp: where we cannot, say what we can do and who does it.\nExplain: on which ground, and how long it takes; nothing internal.\nStay calm: never quarrel; promise nothing beyond our power.\nReport: if the customer insists, ask the superior to decide; say by when the answer comes.",
    ),
    First(
        "phone", "电话六步", "Six steps on the phone",
        "准备：三声内接听，报单位和姓名；纸笔在手。\n倾听：记要点，不打断；情绪过了再问。\n称呼：多用客户的称呼，告诉客户正在记录。\n确认：复述问题、位置、联系方式和要求。\n约定：说清谁来办、何时答复；不清楚的查了再回，不转来转去。\n致谢：感谢来电，等客户先挂；随即登记，按约定时间回电。",
        "Prepare: answer within three rings, say firm and name; pen in hand.\nListen: note the points, do not interrupt; ask when the anger is over.\nName: call the customer by name, say that notes are taken.\nConfirm: repeat the problem, the place, the number, what is asked for.\nAgree: who does it and by when the answer comes; find out what is unclear and call back, pass nobody round.\nThank: let the customer hang up first; write it down at once and call at the agreed time.",
    ),
    First(
        "visit", "上门六步", "Six steps at the door",
        "约定：先电话约时间，带齐工具和单据，准时到。\n进门：报单位和姓名，出示工牌，穿鞋套。\n查看：先听客户讲，再看现场，拍照留证；不评价谁对谁错。\n处理：能修的当场修；修不了的，说明原因和再来的时间。\n验收：请客户一起查看、签字；清理现场。\n记录：当天把做了什么、照片和约定的时间写到投诉单。",
        "Agree: call first for a time; bring tools and papers, be on time.\nEnter: say firm and name, show the badge, put on overshoes.\nLook: listen first, then look; take photos; do not judge who is right.\nDo: repair what can be repaired; else say why, and when we come again.\nCheck: look at it with the customer, have it signed; leave the place clean.\nRecord: the same day, what was done, the photos and the time agreed.",
    ),
    First(
        "emergency", "紧急：先救人", "Emergency: people first",
        "救人：先问人是否安全；119、120、110 该打就打，不等批准。\n安抚：保持通话，告诉被困的人谁正在来、几分钟到，不要自行脱困。\n报告：同时报值班、主管和项目经理，先口头后登记。\n控制：停用、围挡、切断水电气，疏散，防止扩大。\n留证：拍照、保存监控，记下每件事的时间。\n对外：媒体来问，只说已报告，由指定的人答复。",
        "Rescue: ask first whether people are safe; call 119, 120 or 110 without waiting for consent.\nCalm: stay on the line, say who comes and in how many minutes; nobody frees himself.\nReport: to the duty, the supervisor and the property manager at once, by word first, in writing after.\nContain: shut down, fence off, cut water, power or gas, clear the place.\nKeep evidence: photos, recordings, and the time of everything.\nOutside: if the media ask, say only that it has been reported; who is named answers.",
    ),
    First(
        "online", "网上答复", "Answers online",
        "受理：先回一句“已受理”，说明何时答复。\n请教：涉及技术或政策的，先请责任部门写意见。\n逐条：帖里问了几件，就答几件；一条也不漏。\n署名：以客户服务中心名义，不用个人名字。\n发布：答在原帖之下，保留链接和截图；感谢监督。\n校对：不写错字、不用套话，不公开住址和电话。",
        "Accept: say at once that it is accepted, and by when the answer comes.\nAsk: for technical matters or rules, have the department write its opinion first.\nEvery point: answer each thing the post asks, and leave none out.\nSign: in the name of the service centre, not your own.\nPost: where it was posted; keep link and screenshot; give thanks.\nRead again: no typing errors, no phrases; no address or phone in public.",
    ),
)  # fmt: skip
