"""The forbidden phrases a company starts with (L4, L5, L6, K11): why not, what to say instead, where not meant.

What is said instead can stand in the place of the phrase. Its managers change the list under Settings.
"""

from __future__ import annotations

from typing import NamedTuple


class First(NamedTuple):
    words: str
    why_zh: str
    why_en: str
    instead: str
    unless: tuple[str, ...] = ()


_PUSHED = ("客户会觉得被推给别人。", "The customer feels passed on to somebody else.")
_SHUT = ("等于把话说死；请说我们能做什么。", "It shuts the door; say what we can do.")
_UNSURE = (
    "客户要的是准话：告诉客户谁去查、何时答复。",
    "He wants certainty: say who finds out, and by when he hears.",
)
_DOUBT = (
    "等于说客户不讲实话或不懂。",
    "It says that the customer does not tell the truth, or does not understand.",
)
_RULES = (
    "只讲规定，不讲道理；请说明依据和我们能做的。",
    "It hides behind rules; give the ground, and what we can do.",
)
_TOO_MUCH = (
    "结果未定，先说了就是承诺；做不到，投诉会升级。",
    "Nothing is decided yet, and this promises it; not kept, the complaint grows.",
)
_MONEY = (
    "赔付须按金额审批，答复中不作承诺。",
    "A payment is approved by its amount and is never promised in an answer.",
)
_PLAN = "我们会按已告知的时间处理，有进展随时告诉您"
_MONEY_INSTEAD = "关于费用的要求我们已记录，按程序审核后书面答复您"
_WE_PLAN = "we will work on it within the time we have named, and keep you informed"
_WE_MONEY = "we have recorded what you ask for, and will answer in writing once it has been decided"
_ASK = "我马上核实，核实后第一时间答复您"
_WE_ASK = "I will find out and let you know"

#: Not to be said, in Chinese.
ZH: tuple[First, ...] = (
    # L4
    First("我们不管", *_PUSHED, "这件事由我负责跟进，我会联系相关部门处理", ("我们不管理",)),
    First("跟我们没关系", *_PUSHED, "我先帮您问清楚由谁负责，再告诉您怎么办"),
    First("和我们没关系", *_PUSHED, "我先帮您问清楚由谁负责，再告诉您怎么办"),
    First("与我们无关", *_PUSHED, "我先帮您问清楚由谁负责，再告诉您怎么办"),
    First("不关我们的事", *_PUSHED, "我先帮您问清楚由谁负责，再告诉您怎么办"),
    First("没办法解决", *_SHUT, "目前我们能做的是先采取临时措施，并尽快给您处理方案"),
    First("没有办法解决", *_SHUT, "目前我们能做的是先采取临时措施，并尽快给您处理方案"),
    First(
        "随便", "听起来不在乎客户的事。", "It sounds as if we did not care.", "请您选择方便的时间和方式，我们照办",
        ("不随便", "不能随便", "不要随便", "不得随便", "请勿随便", "勿随便", "不许随便", "随便停", "随便丢", "随便扔", "随便进", "随便出入", "随便占", "随便堆", "随便拆", "随便改"),
    ),
    First(
        "不清楚", *_UNSURE, _ASK,
        ("听不清楚", "看不清楚", "拍不清楚", "照不清楚", "显示不清楚", "标识不清楚", "标线不清楚", "字迹不清楚", "照片不清楚", "图像不清楚", "说明不清楚", "解释不清楚", "告知不清楚", "讲得不清楚", "说得不清楚"),
    ),
    First("不知道", *_UNSURE, _ASK, ("不知道您", "不知道是否方便", "您不知道")),
    # L5
    First("这种问题连小孩子都会", *_DOUBT, "我来一步一步给您说明"),
    First("连小孩都会", *_DOUBT, "我来一步一步给您说明"),
    First("你要知道，一分钱一分货", "等于怪客户交的钱少。", "It blames his discontent on what he has paid.", "我给您说明一下服务标准和收费的依据"),
    First("一分钱一分货", "等于怪客户交的钱少。", "It blames his discontent on what he has paid.", "我给您说明一下服务标准和收费的依据"),
    First("绝对不可能有这种事情发生", *_DOUBT, "您反映的情况我们马上核实"),
    First("绝对不可能", *_DOUBT, "您反映的情况我们马上核实"),
    First("你要去**部，这不是我们的事", *_PUSHED, "这件事由我来联系负责的部门，您不用再跑一趟"),
    First("你要去**部", *_PUSHED, "我来联系负责的部门，您不用再跑一趟"),
    First("你去找**部", *_PUSHED, "我来联系负责的部门，您不用再跑一趟"),
    First("这不是我们的事", *_PUSHED, "这件事由我来联系负责的部门"),
    First("我不太清楚", *_UNSURE, _ASK),
    First("我绝对没说过这种话", "与客户争辩；先听，再核对记录。", "It argues with him; listen first, then look at the record.", "可能是我当时没有说明白，我再向您说明一次"),
    First("我没说过这种话", "与客户争辩；先听，再核对记录。", "It argues with him; listen first, then look at the record.", "可能是我当时没有说明白，我再向您说明一次"),
    First("我不懂，我不会", *_UNSURE, "我请熟悉这方面的同事一起答复您"),
    First("我不懂", *_UNSURE, "我请熟悉这方面的同事一起答复您"),
    First("我不会", *_UNSURE, "我请熟悉这方面的同事一起答复您", ("我不会再", "我不会让", "我不会忘", "我不会推", "我不会因")),
    First("公司的规定就是这样的", *_RULES, "这样规定的原因是……；在规定之内，我们可以为您做的是"),
    First("公司规定就是这样", *_RULES, "这样规定的原因是……；在规定之内，我们可以为您做的是"),
    First("规定就是这样", *_RULES, "这样规定的原因是……；在规定之内，我们可以为您做的是"),
    First("你看不懂中文吗", *_DOUBT, "我把这一条再给您说明一下"),
    First("你看不懂英文吗", *_DOUBT, "我把这一条再给您说明一下"),
    First("你看不懂中(英)文吗", *_DOUBT, "我把这一条再给您说明一下"),
    First("改天再联系你", "没有时间的答复等于没有答复。", "An answer without a time is none.", "我会在约定的时间前联系您"),
    First("改天再通知你", "没有时间的答复等于没有答复。", "An answer without a time is none.", "我会在约定的时间前联系您"),
    First("改天再说", "没有时间的答复等于没有答复。", "An answer without a time is none.", "我会在约定的时间前联系您"),
    First("等通知吧", "没有时间的答复等于没有答复。", "An answer without a time is none.", "我会在约定的时间前联系您"),
    # L6
    First("不行不行", *_SHUT, "这样做目前有困难，我们可以做的是"),
    First("你别做梦了", "这是羞辱客户；再难也不能说。", "It humiliates; however hard it gets, it is not said.", "您的要求我们理解，目前可以做到的是"),
    First("别做梦", "这是羞辱客户；再难也不能说。", "It humiliates; however hard it gets, it is not said.", "您的要求我们理解，目前可以做到的是"),
)  # fmt: skip

#: Promises beyond what is decided, in Chinese (L10, K11).
ZH_PROMISES: tuple[First, ...] = (
    First(
        "保证", *_TOO_MUCH, _PLAN,
        ("不能保证", "无法保证", "不敢保证", "难以保证", "保证金", "保证书", "担保证明", "质保证", "保证期", "以保证", "为保证"),
    ),
    First("一定赔", *_MONEY, _MONEY_INSTEAD, ("不一定赔",)),
    First("肯定赔", *_MONEY, _MONEY_INSTEAD),
    First("全额赔偿", *_MONEY, _MONEY_INSTEAD, ("全额赔偿的诉求", "全额赔偿的要求", "要求全额赔偿", "申请全额赔偿")),
    First("照价赔偿", *_MONEY, _MONEY_INSTEAD, ("要求照价赔偿",)),
    First("绝对", *_TOO_MUCH, _PLAN, ("绝对值", "绝对标高", "绝对压力", "不绝对")),
    First("肯定解决", *_TOO_MUCH, _PLAN),
    First("肯定能解决", *_TOO_MUCH, _PLAN),
    First("一定能解决", *_TOO_MUCH, _PLAN, ("不一定能解决",)),
    First("百分之百", *_TOO_MUCH, _PLAN),
    First("百分百", *_TOO_MUCH, _PLAN),
    First("再也不会发生", *_TOO_MUCH, "我们会改进，尽力避免同样的问题"),
    First("绝不会再", *_TOO_MUCH, "我们会改进，尽力避免同样的问题再次出现，不让它再"),
    First("包在我身上", *_TOO_MUCH, _PLAN),
)  # fmt: skip

#: Not to be said, in English.
EN: tuple[First, ...] = (
    First("not my business", *_PUSHED, "I will follow this up and ask the right colleagues"),
    First("none of our business", *_PUSHED, "I will follow this up and ask the right colleagues"),
    First("not our problem", *_PUSHED, "I will follow this up and ask the right colleagues"),
    First("nothing to do with us", *_PUSHED, "for others to settle; I will find out who and tell you"),
    First("nothing we can do", *_SHUT, "a limit to what can be done today; what we can do now is"),
    First("cannot be solved", *_SHUT, "needs more time; for now we can"),
    First("whatever", "It sounds as if we did not care.", "It sounds as if we did not care.", "please choose what suits you", ("whatever you need", "whatever time", "whatever way", "whatever is needed", "whatever we can")),
    First("I don't know", *_UNSURE, _WE_ASK),
    First("I do not know", *_UNSURE, _WE_ASK),
    First("we don't know", *_UNSURE, _WE_ASK),
    First("we do not know", *_UNSURE, _WE_ASK),
    First("I have no idea", *_UNSURE, _WE_ASK),
    First("even a child", *_DOUBT, "I will go through it with you step by step;"),
    First("you get what you pay for", "It blames his discontent on what he has paid.", "It blames his discontent on what he has paid.", "let me explain what the service covers"),
    First("that cannot have happened", *_DOUBT, "we will look into what you describe at once"),
    First("that is impossible", *_DOUBT, "we will look into what you describe at once"),
    First("you have to go to ** department", *_PUSHED, "I will ask the department for you"),
    First("not our department", *_PUSHED, "something I will take to the right department"),
    First("I never said that", "It argues with him; listen first, then look at the record.", "It argues with him; listen first, then look at the record.", "I may not have been clear; let me explain it again"),
    First("that is company policy", *_RULES, "the reason for this rule is …; what we can do is"),
    First("those are the rules", *_RULES, "the reason for this rule is …; what we can do is"),
    First("can't you read", *_DOUBT, "let me explain this point again"),
    First("some other day", "An answer without a time is none.", "An answer without a time is none.", "by the time we have agreed"),
    First("sooner or later", "An answer without a time is none.", "An answer without a time is none.", "by the time we have agreed"),
    First("no way", *_SHUT, "that is difficult; what we can do is"),
    First("dream on", "It humiliates; however hard it gets, it is not said.", "It humiliates; however hard it gets, it is not said.", "we understand what you ask for; what we can do is"),
)  # fmt: skip

#: Promises beyond what is decided, in English.
EN_PROMISES: tuple[First, ...] = (
    First("guarantee", *_TOO_MUCH, "plan", ("cannot guarantee", "not guarantee", "guarantee period")),
    First("we promise", *_TOO_MUCH, "we plan"),
    First("I promise", *_TOO_MUCH, "I plan"),
    First("definitely", *_TOO_MUCH, "as planned"),
    First("absolutely", *_TOO_MUCH, "as far as we can"),
    First("100%", *_TOO_MUCH, "fully, as far as we can,"),
    First("never happen again", *_TOO_MUCH, "be prevented as far as we can"),
    First("we will compensate", *_MONEY, _WE_MONEY),
    First("we will pay for", *_MONEY, _WE_MONEY),
    First("full refund", *_MONEY, "the sum you ask for, which will be decided on and answered in writing"),
    First("we will solve it for sure", *_TOO_MUCH, _WE_PLAN),
)  # fmt: skip
