"""A pasted list of signatories: read as people write it, and a sentence for what cannot be read."""

from __future__ import annotations

import pytest

from complaints.signatory_list import LONGEST, MOST_LINES, Signer, read


@pytest.mark.parametrize(
    ("line", "signer"),
    [
        ("张三 3-1-502 13812345678", Signer("张三", "3-1-502", "13812345678")),
        ("1、张三 3-1-502 138 1234 5678", Signer("张三", "3-1-502", "13812345678")),
        ("12. 张三，3号楼1单元502，138-1234-5678", Signer("张三", "3号楼1单元502", "13812345678")),
        (
            "2\t李四\t3号楼1单元601\t13900001111\t带小孩",
            Signer("李四", "3号楼1单元601", "13900001111", "带小孩"),
        ),
        ("１３８１２３４５６７８ 王五 ３－１－７０１", Signer("王五", "3-1-701", "13812345678")),
        ("孙八 502室 021-5555 0100", Signer("孙八", "502室", "02155550100")),
        ("欧阳锋", Signer("欧阳锋")),
        ("John Smith 3-1-901", Signer("John Smith", "3-1-901")),
        ("郑一 1栋2-101 无", Signer("郑一", "1栋2-101")),
        ("周九 3 - 1 - 801", Signer("周九", "3-1-801")),
    ],
)  # fmt: skip
def test_a_line_as_people_write_it(line, signer):
    assert read(line) == ([signer], [])


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("3-1-502 13812345678", "姓名"),
        ("赵六 3-1-503 1381234567", "11"),
        ("吴十 3-1-802 13812345678/13912345678", "两个电话"),
        ("张三" * 60, "过长"),
    ],
)
def test_a_line_that_cannot_be_read_says_why_with_its_number(line, why):
    signers, faults = read(f"序号 姓名 房号 电话\n\n好人 3-1-101\n{line}")
    assert signers == [Signer("好人", "3-1-101")]
    assert len(faults) == 1
    assert faults[0].startswith("第 4 行")
    assert why in faults[0]


def test_the_same_door_in_another_spelling_is_the_same_signer():
    one, other = read("张三 3-1-502\n张三 3号楼1单元502")[0]
    assert one.key == other.key


def test_a_list_and_its_columns_are_as_long_as_they_may_be_and_no_longer():
    signers, faults = read("\n".join(["张三"] * MOST_LINES))
    assert (len(signers) + len(faults), len(read("\n".join(["张三"] * (MOST_LINES + 1)))[1])) == (
        MOST_LINES,
        1,
    )
    longest = LONGEST["name"]
    assert read("张" * longest) == ([Signer("张" * longest)], [])
    assert read("张" * (longest + 1))[0] == []
