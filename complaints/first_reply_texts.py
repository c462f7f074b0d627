"""The reply templates a company starts with, in house style (L1, L2, L3, L7): its managers change them later.

Every text says what happens next and by when, promises nothing beyond it, names who answers for us, and
doubts nobody. The final replies end in the three sentences of L7: apology, thanks, what we make better.
"""

from __future__ import annotations

from typing import NamedTuple

from complaints.reply_texts import Occasion as O


class First(NamedTuple):
    """`category`: code of the first vocabulary; empty: for all."""

    occasion: O
    key: str
    title: str
    title_en: str
    zh: str
    en: str
    category: str = ""


_CLOSING = "给您带来的不便，我们深表歉意；感谢您的信任和及时反映；我们会以此改进工作，欢迎您继续监督。"
_CLOSING_EN = "We are sorry for the trouble this has caused you. Thank you for trusting us with it. We will use it to do better, and we welcome your comments at any time."
_SIGNED = "如有疑问，请致电 {服务电话}，首问责任人：{首问责任人}。\n{客户服务中心}"
_SIGNED_EN = "If you have any questions, please call {service phone}; {first receiver} follows your case to the end.\n{service centre}"


def _letter(*parts: str) -> str:
    return "\n".join(parts)


FIRST: tuple[First, ...] = (
    First(
        O.RECEIPT, "slgz", "受理告知", "Acknowledgement",
        _letter("{称呼}：您好！", "您于 {受理时间}反映的问题我们已受理，投诉单编号 {编号}。首问责任人{首问责任人}会一直跟进到办结，并在 {下次告知时间}前告诉您处理安排。", "感谢您及时告诉我们。如有补充，请致电 {服务电话}。", "{客户服务中心}"),
        _letter("{salutation},", "we have received what you told us on {received} and are dealing with it as case {number}. {first receiver} follows it to the end and will tell you by {next news by} what we are going to do.", "Thank you for letting us know. If there is anything to add, please call {service phone}.", "{service centre}"),
    ),
    First(
        O.FIRST, "cbdf", "初步答复", "Initial answer",
        _letter("{称呼}：您好！", "您反映的问题（{编号}）我们十分重视，已安排{责任部门}{经办人}到现场查看。查看后，我们会在 {下次告知时间}前把原因和处理办法告诉您。", "让您为此费心，我们很抱歉。", _SIGNED),
        _letter("{salutation},", "thank you for your patience. We take what you told us (case {number}) seriously: {handler} ({department}) has been asked to look at it on the spot. By {next news by} we will tell you what we found and what we will do.", "We are sorry for the trouble.", _SIGNED_EN),
    ),
    First(
        O.CLEAR, "mqdf", "明确答复", "Clear answer",
        _letter("{称呼}：您好！", "您反映的问题（{编号}）已查看清楚。处理办法：由{责任部门}{经办人}负责，计划于 {承诺时间}前处理完毕。处理期间如需入户或有影响，我们会提前与您约定时间。", "处理完后我们会告诉您结果，并请您查看。", _SIGNED),
        _letter("{salutation},", "we now know what has to be done in your case {number}. {handler} ({department}) takes care of it and plans to have it done by {promised time}. If we have to enter your home or the work affects you, we will agree on a time with you first.", "Afterwards we will tell you the result and ask you to look at it.", _SIGNED_EN),
    ),
    First(
        O.CLEAR, "azbd", "不能当场解决：说明并约定时间", "Cannot be done at once: a time is agreed",
        _letter("{称呼}：您好！", "您反映的问题（{编号}）当场不能处理完，原因是：需要订购配件（或：需要与相关单位协调）。现与您约定：{承诺时间}前处理完毕，其间{经办人}随时向您告知进展。", "让您久等，我们很抱歉。", _SIGNED),
        _letter("{salutation},", "what you told us (case {number}) cannot be settled on the spot: parts have to be ordered (or: others have to be asked first). We have agreed with you that it is done by {promised time}; until then {handler} keeps you informed.", "We are sorry that you have to wait.", _SIGNED_EN),
    ),
    First(
        O.DELAY, "yqgz", "延期告知（事先说明）", "More time is needed, said beforehand",
        _letter("{称呼}：您好！", "您的投诉单 {编号} 目前的进展是：{责任部门}已到现场处理，尚未完成，原因是：配件到货晚于预期（请按实际填写）。预计 {承诺时间}前处理完毕。在此之前，我们已采取临时措施，减少对您的影响。", "没有按原来的时间完成，我们向您致歉，也请您谅解。", _SIGNED),
        _letter("{salutation},", "this is how your case {number} stands: {department} has begun the work but cannot finish it yet, because parts arrive later than expected (please say what applies). We expect it to be done by {promised time}. Until then a temporary measure keeps the effect on you small.", "We are sorry that the time we named before cannot be kept.", _SIGNED_EN),
    ),
    First(
        O.NOT_UPHELD, "bcl", "不成立说明", "Why it is not upheld",
        _letter("{称呼}：您好！", "感谢您向我们反映（{编号}）。我们已核查现场、记录和有关约定，情况如下：{依据}。因此，本次反映的事项不属于服务不到位。", "我们理解您的感受。您如有新的情况或材料，请随时补充，我们会再次核查；我们能为您做的是：协助您联系相关单位（请按实际填写）。", _SIGNED),
        _letter("{salutation},", "thank you for telling us about this (case {number}). We have looked at the place, the records and what was agreed, and found: {ground}. So we do not see a failure of our service in this matter.", "We understand how you feel about it. If there is anything new, please tell us and we will look again. What we can do for you is to help you reach those in charge (please say what applies).", _SIGNED_EN),
    ),
    First(
        O.FINAL, "zzhf", "最终回复", "Final reply",
        _letter("{称呼}：您好！", "您反映的问题（{编号}）已处理完毕：{处理结果}", "请您查看；如有不满意之处，请直接告诉我们，我们会再次处理。", _CLOSING, _SIGNED),
        _letter("{salutation},", "what you told us (case {number}) has been dealt with: {result}", "Please have a look. If you are not satisfied, tell us and we will take it up again.", _CLOSING_EN, _SIGNED_EN),
    ),
    First(
        O.FINAL, "hfdt", "最终回复：电梯", "Final reply: lift",
        _letter("{称呼}：您好！", "您反映的电梯问题（{编号}）已处理：{处理结果}", "维保单位已试运行，未见异常；近期我们会加强巡查，您乘梯时如再发现异响、抖动，请立即致电 {服务电话}，或按轿厢内的紧急呼叫按钮。", _CLOSING, "首问责任人：{首问责任人}\n{客户服务中心}"),
        _letter("{salutation},", "the lift you told us about (case {number}) has been dealt with: {result}", "The lift company has run it on trial and found it in order. We inspect it more often for now. If you notice noise or shaking again, please call {service phone} at once, or press the alarm button in the car.", _CLOSING_EN, "{first receiver}\n{service centre}"),
        "lifts",
    ),
    First(
        O.FINAL, "hfwx", "最终回复：维修", "Final reply: repair",
        _letter("{称呼}：您好！", "您反映的 {位置} 问题（{编号}）已修好：{处理结果}", "请您试用几天，如有反复，请直接联系我们，不需要重新登记。", _CLOSING, _SIGNED),
        _letter("{salutation},", "what you reported at {place} (case {number}) has been repaired: {result}", "Please try it for some days. If it comes back, call us; there is no need to report it anew.", _CLOSING_EN, _SIGNED_EN),
        "repairs",
    ),
    First(
        O.FINAL, "hfzy", "最终回复：噪音", "Final reply: noise",
        _letter("{称呼}：您好！", "您反映的噪音问题（{编号}）我们已处理：{处理结果}", "我们会在您说的时段加强巡查。再遇到影响休息的情况，请致电 {服务电话}，值班人员会到场劝阻；您的身份我们不会告诉对方。", _CLOSING, "首问责任人：{首问责任人}\n{客户服务中心}"),
        _letter("{salutation},", "we have dealt with the noise you told us about (case {number}): {result}", "We patrol more often at the hours you named. If you are disturbed again, please call {service phone}; whoever is on duty will come. We will not tell the other side who you are.", _CLOSING_EN, "{first receiver}\n{service centre}"),
        "noise",
    ),
    First(
        O.FINAL, "hfsf", "最终回复：收费", "Final reply: fees",
        _letter("{称呼}：您好！", "您反映的收费问题（{编号}）已核对：{处理结果}", "收费依据和明细可在客户服务中心查阅，也可请我们发给您。", _CLOSING, _SIGNED),
        _letter("{salutation},", "we have checked the fees you asked about (case {number}): {result}", "You can read the grounds and the details at our service centre, or have them sent to you.", _CLOSING_EN, _SIGNED_EN),
        "fees",
    ),
    First(
        O.FINAL, "hftc", "最终回复：停车", "Final reply: parking",
        _letter("{称呼}：您好！", "您反映的停车问题（{编号}）已处理：{处理结果}", "秩序员会加强此处的巡查和劝离。再有占用情况，请致电 {服务电话}。", _CLOSING, "首问责任人：{首问责任人}\n{客户服务中心}"),
        _letter("{salutation},", "we have dealt with the parking matter you told us about (case {number}): {result}", "Our guards watch the place more closely. If it is blocked again, please call {service phone}.", _CLOSING_EN, "{first receiver}\n{service centre}"),
        "parking",
    ),
    First(
        O.APOLOGY, "zq", "致歉", "Apology",
        _letter("{称呼}：您好！", "您反映的事情（{编号}），是我们的工作没有做到位，给您添了麻烦，我们向您诚恳道歉。", "我们已采取的措施是：（请按实际填写）。感谢您指出问题，我们会改进。", "{客户服务中心}  {本人姓名}"),
        _letter("{salutation},", "in the matter you told us about (case {number}) our work was not good enough, and we apologise sincerely for the trouble it caused you.", "What we have done about it: (please say what applies). Thank you for telling us; we will do better.", "{service centre}, {my name}"),
    ),
    First(
        O.APOLOGY, "zqtd", "致歉：服务态度", "Apology: staff conduct",
        _letter("{称呼}：您好！", "我们的员工在服务中言行不当，让您受了委屈，我代表{客户服务中心}向您诚恳道歉。", "我们已与当事员工谈话，并安排服务礼仪培训；今后由{首问责任人}与您联系。感谢您的批评，请您继续监督。", "{本人姓名}"),
        _letter("{salutation},", "one of our staff did not treat you as you may expect, and on behalf of {service centre} I apologise to you sincerely.", "We have spoken with the colleague, who will be trained once more; from now on {first receiver} is there for you. Thank you for telling us, and please go on doing so.", "{my name}"),
        "staff-conduct",
    ),
    First(
        O.REVISIT, "hfkc", "回访开场", "Opening of a revisit",
        _letter("{称呼}，您好！我是{客户服务中心}的{本人姓名}，不是办理这件事的人。", "您于 {受理时间}反映的问题（{编号}）我们已回复，想听听您的意见，大约需要两分钟，现在方便吗？", "您不满意的地方请直说，我会如实记录。我们的服务电话是 {服务电话}。"),
        _letter("{salutation}, this is {my name} from {service centre}. I did not work on your case myself.", "We replied to what you told us on {received} (case {number}), and would like to hear what you think of it. It takes about two minutes; is this a good time?", "Please tell me openly what you are not satisfied with; I will write it down as you say it. Our service phone is {service phone}."),
    ),
    First(
        O.TEXT, "dxsl", "短信：受理", "Text message: received",
        "【{客户服务中心}】您反映的问题已受理，编号 {编号}。首问责任人{首问责任人}，{下次告知时间}前告诉您处理安排。电话 {服务电话}。",
        "{service centre}: we have received your complaint, case {number}. {first receiver} follows it and tells you by {next news by} what we will do. Phone {service phone}.",
    ),
    First(
        O.TEXT, "dxjz", "短信：进展", "Text message: progress",
        "【{客户服务中心}】投诉单 {编号} 正在处理，经办人{经办人}，计划 {承诺时间}前完成。有疑问请致电 {服务电话}。",
        "{service centre}: your case {number} is being worked on by {handler}; it is planned to be done by {promised time}. Questions: {service phone}.",
    ),
    First(
        O.TEXT, "dxhf", "短信：已处理", "Text message: done",
        "【{客户服务中心}】投诉单 {编号} 已处理完毕：{处理结果} 给您带来不便，深表歉意，感谢您的信任。电话 {服务电话}。",
        "{service centre}: your case {number} has been dealt with: {result} We are sorry for the trouble and thank you for your trust. Phone {service phone}.",
    ),
)  # fmt: skip
