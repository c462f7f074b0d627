"""Orders as hotlines, street offices and regulators of several cities write them: what is read of each."""

import pytest

from complaints.pasted_order import customers_words, read

#: name: text, the fields beside the matter, homes that are offered, labels left to the clerk
ORDERS = {
    "beijing": (
        """北京市12345市民服务热线派单
工单编号：京20260602081233
来电人姓名：张女士
联系电话：13811112222
被反映单位：锦绣物业
诉求内容：来电人反映其居住的锦绣花园3号楼2单元501室楼上漏水，物业一直未处理，请尽快解决。
派单单位：湖滨街道办事处
处理时限：2026年6月3日17时前
办理要求：请“接诉即办”，首接负责，先行联系来电人。""",
        {
            "external_number": "京20260602081233", "name": "张女士", "phone": "13811112222",
            "external_unit": "湖滨街道办事处", "external_due_at": "2026-06-03T17:00",
        },
        ("3号楼2单元501室",), (),
    ),
    "shanghai": (
        """【上海12345市民服务热线】工单
诉求编号\tSH-2026-0602-00871
来电人\t李先生（13900001111）
事发地址\t浦东新区锦绣路1200弄锦绣花园12号501室
诉求类型\t投诉举报类
诉求内容\t市民来电反映小区电梯停运三天，老人无法下楼。
回复时限\t2026-06-05 12:00:00
承办单位\t花木街道""",
        {
            "external_number": "SH-2026-0602-00871", "name": "李先生", "phone": "13900001111",
            "where": "浦东新区锦绣路1200弄锦绣花园12号501室", "external_due_at": "2026-06-05T12:00",
        },
        (), (),
    ),
    "guangzhou": (
        """广州12345政府服务热线 转派单
工单号 GZ202606020099887
诉求人：陈生　　联系方式：138-2222-3333
问题地点：天河区锦绣花园A座1203房
问题描述：楼下商铺深夜噪音扰民，多次投诉物业无果。
转派单位：天河区城管局；办结时限：2026/6/8 18:00
区中心办理意见：请属地核实，注意舆情。
派单备注：该市民为多次来电，情绪激动。""",
        {
            "external_number": "GZ202606020099887", "name": "陈生", "phone": "13822223333",
            "where": "天河区锦绣花园A座1203房", "external_unit": "天河区城管局",
            "external_due_at": "2026-06-08T18:00",
        },
        (), (),
    ),
    "chengdu": (
        """【成都市网络理政】〔2026〕诉求件
受理编号：成网理〔2026〕060212号
来件人：王某
诉求人姓名：王先生 13700004444
诉求标题：小区停车
诉求内容：我是锦绣花园小区业主，小区外来车辆占用消防通道，物业不管。
交办单位：锦江区网络理政办
反馈时限：请于3个工作日内""",
        {
            "external_number": "成网理〔2026〕060212号", "name": "王先生", "phone": "13700004444",
            "external_unit": "锦江区网络理政办",
        },
        (), ("反馈时限",),
    ),
    "hangzhou_secret": (
        """杭州12345
转办单编号：HZ20260602008899
来电人：周女士
联系电话：13600005555
事发地点：锦绣花园2-1-302
主要内容：市民反映保安夜间擅离岗位，来电人要求保密。
请于2026年6月4日9:30前反馈。""",
        {
            "external_number": "HZ20260602008899", "name": "周女士", "phone": "13600005555",
            "where": "锦绣花园2-1-302", "identity_hidden": "on", "external_due_at": "2026-06-04T09:30",
        },
        (), (),
    ),
    "shenzhen_anonymous": (
        """深圳12345热线
事件编号：SZ-88-20260602
来电人：匿名
来电号码：13500006666
事件描述：物业经理私自出租公共车位。
要求完成时间：2026年6月9日下午5时""",
        {
            "external_number": "SZ-88-20260602", "phone": "13500006666", "identity_hidden": "on",
            "external_due_at": "2026-06-09T17:00",
        },
        (), ("来电人",),
    ),
    "nobody": (
        "12345热线工单\n编号：RX20260602\n来电人：匿名\n内容：垃圾没有人清运。",
        {"external_number": "RX20260602"},
        (), ("来电人",),
    ),
    "two_homes": (
        """武汉市长专线
工单编号：WH2026060200321
来电人：刘女士，13400007777
诉求内容：其家住3栋1单元402，楼上3栋1单元502装修漏水，物业协调无果，望协调。
办理期限：2026年6月6日24时前""",
        {
            "external_number": "WH2026060200321", "name": "刘女士", "phone": "13400007777",
            "external_due_at": "2026-06-07T00:00",
        },
        ("3栋1单元402", "3栋1单元502"), (),
    ),
    "told_in_the_place": (
        """工单编号：TJ20260602-7
地址：来电人反映其居住的锦绣花园3号楼2单元501室楼上漏水
内容：物业推诿。""",
        {"external_number": "TJ20260602-7"},
        ("3号楼2单元501室",), ("地址",),
    ),
    "home_and_place": (
        """12345
任务编号：NJ0602-11
联系人：孙先生（女士代）
联系人电话：13300008888
家庭住址：锦绣花园5-2-601
问题地点：小区东门
问题描述：东门道闸坏了一周。""",
        {
            "external_number": "NJ0602-11", "phone": "13300008888", "where": "小区东门",
            "name": "孙先生(女士代)",
        },
        (), (),
    ),
    "home_only": (
        "派单号：XA20260602001\n诉求人：赵女士\n现住址：锦绣花园5-2-601\n具体内容：暖气不热。",
        {"external_number": "XA20260602001", "name": "赵女士"},
        ("5-2-601",), (),
    ),
    "regulator": (
        """湖滨区住房和城乡建设局 信访转办单
信访编号：湖住建信〔2026〕118号
信访人：吴某某
联系电话：0571-88880001
反映问题：公共收益未公示。
转办意见：请贵公司依法依规办理，并书面答复信访人。
请你单位务必于2026年6月15日17时前书面反馈我局。""",
        {
            "external_number": "湖住建信〔2026〕118号", "name": "吴某某", "phone": "057188880001",
            "external_due_at": "2026-06-15T17:00",
        },
        (), (),
    ),
    "label_secret": (
        """【工单编号】CQ20260602【来电人】何女士【是否保密】是
【来电号码】13200009999
【诉求内容】楼道堆放杂物，存在安全隐患。
【截止时间】2026-06-05 17:00""",
        {
            "external_number": "CQ20260602", "name": "何女士", "phone": "13200009999",
            "identity_hidden": "on", "external_due_at": "2026-06-05T17:00",
        },
        (), (),
    ),
    "not_secret": (
        "工单编号：SU20260602\n来电人：郑先生\n是否保密：否\n诉求内容：物业称业主信息保密，不给看合同。来电人不要求保密。",
        {"external_number": "SU20260602", "name": "郑先生"},
        (), (),
    ),
    "caller_with_wish": (
        "工单编号：QD20260602\n诉求人：冯女士（保密）\n电话：13100000001（本人）\n内容：绿化带被占。",
        {"external_number": "QD20260602", "name": "冯女士", "phone": "13100000001", "identity_hidden": "on"},
        (), (),
    ),
    "sent_again": (
        """12345热线催办单
工单编号：No.20260602123456（第2次催办）
来电人：张女士/女/13811112222
催办内容：来电人再次来电，表示漏水仍未修好。
催单备注：已超时，请立即处理。
请在2日内回复。""",
        {"external_number": "20260602123456", "name": "张女士", "phone": "13811112222"},
        (), ("办理时限",),
    ),
    "no_year": (
        "工单编号：JN20260602\n来电人电话：139****1234\n办结时限：6月3日17时前\n内容：漏水。",
        {"external_number": "JN20260602"},
        (), ("来电人电话", "办结时限"),
    ),
    "wish_of_the_customer": (
        "工单编号：CS20260602\n诉求内容：市民要求物业须于2026年6月3日17时前修好水管，电话13800000000可随时联系。",
        {"external_number": "CS20260602"},
        (), (),
    ),
    "plain": (
        "锦绣花园的业主打12345说楼道灯坏了，2026-03-02报修过，3号楼2单元501室，电话13811112222。",
        {},
        ("3号楼2单元501室",), (),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ORDERS)
def test_an_order_is_read_as_it_is_meant(name: str) -> None:
    text, expected, homes, left = ORDERS[name]
    order = read(text)
    values = dict(order.values)
    matter = values.pop("content")
    assert values == expected
    assert order.homes == homes
    assert tuple(label for label, _value in order.left) == left
    assert matter and not matter.startswith(("工单", "【"))


@pytest.mark.parametrize(
    "asked",
    ["业主要求请于2026年6月4日9:30前反馈", "请于2026年6月4日9:30前修好", "物业说2026年6月4日9:30前修好"],
)
def test_a_time_that_the_customer_asks_for_is_no_due_time(asked: str) -> None:
    order = read(f"编号：GD20260602\n内容：漏水。\n{asked}")
    assert "external_due_at" not in order.values and asked in order.values["content"]


@pytest.mark.parametrize(
    ("sentence", "secret"),
    [
        ("来电人要求保密。", True),
        ("请对来电人信息保密", True),
        ("市民不愿透露姓名", True),
        ("要求匿名，不要公开其联系方式", True),
        ("【保密】", True),
        ("诉求人希望对个人信息予以保密", True),
        ("希望对此严格保密", True),  # eight characters: as short a wish is his own
        ("希望对此事严格保密", False),
        ("来电人不要求保密", False),
        ("无需对来电人信息保密", False),
        ("物业称合同需保密，不给市民看", False),
        ("市民要求公开维修资金使用情况", False),
        ("物业不公开收支，市民要求说明", False),
    ],
)
def test_who_wants_to_stay_unknown_is_hidden(sentence: str, secret: bool) -> None:
    order = read(f"工单编号：GD20260602\n来电人：张女士\n诉求内容：漏水。{sentence}")
    assert ("identity_hidden" in order.values) is secret


def test_who_is_to_stay_unknown_is_not_named_in_words_that_everybody_reads() -> None:
    order = read("编号：GD20260602\n来电人：张女士\n诉求人：李女士\n住址：3-2-501\n内容：漏水，要求保密。")
    assert order.values["identity_hidden"] == "on"
    for named in ("张女士", "李女士", "3-2-501"):
        assert named not in order.values["content"]
    assert order.left == (("来电人", "张女士"), ("诉求人", "李女士"))  # named to the clerk
    assert order.homes == ("3-2-501",)


@pytest.mark.parametrize(
    "text",
    [
        "电话0571-8888-1234",
        "2026-03-02 08:41",
        "合同12-2026号",
        "第3-2条",
        "2026-12-101-5",
        "3号门口",
        "12号晚上",
    ],
)
def test_what_only_looks_like_a_home_is_none(text: str) -> None:
    assert read(text).homes == ()


# What the customer reads -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(ORDERS.keys() - {"plain"}))
def test_a_customer_reads_no_word_of_the_office(name: str) -> None:
    text = ORDERS[name][0]
    for words in (customers_words(text), customers_words(read(text).values["content"])):
        assert words
        for inside in (
            "备注", "意见", "情绪激动", "舆情", "派单", "接诉即办", "转办", "热线工单", "超时", "编号",
            "依法依规", "承办",
        ):  # fmt: skip
            assert inside not in words


def test_the_customers_own_words_stay_as_they_are() -> None:
    for words in (
        "天花板又漏水了：请快来。",
        "标题：漏水\n我的意见：换一家公司",
        "电话：13811112222，请回电",
    ):
        assert customers_words(words) == words


def test_what_was_added_by_hand_before_an_order_is_read_by_the_customer() -> None:
    text = "熊女士来电催办\n派单备注：市民情绪激动"
    assert customers_words(text) == "熊女士来电催办"
    assert customers_words("派单备注：市民情绪激动") == ""
