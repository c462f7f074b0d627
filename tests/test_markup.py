"""What tests read of a page is the same however its lines are broken; words stand on it as they should."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from complaints.models import Respondent
from tests.case_pages import text
from tests.markup import markup


def test_a_page_reads_the_same_however_its_lines_are_broken() -> None:
    broken = """
      <td
        class="num"
        title="two
        lines"
      >
        12 <span
          class="tag"
        >new</span>
      </td>
      <td>
        <button type="submit">
          Go
        </button>
      </td>
    """
    once = '<td class="num" title="two lines">12 <span class="tag">new</span></td>'
    assert markup(broken) == f'{once}<td><button type="submit">Go</button></td>'


@pytest.mark.parametrize(
    "seen",
    [
        "a <b>b</b>",
        "<b>a</b> <b>b</b>",
        "a <button>b</button> c",
        "<pre>x</pre> y",
        "王 <span>（先生）</span>",
    ],
)
def test_a_blank_that_is_seen_stays(seen) -> None:
    assert markup(f"<p>\n{seen}\n</p>") == f"<p>{seen}</p>"
    assert markup(seen.replace(" <", "<").replace("> ", ">")) != seen


def test_what_is_typed_in_a_field_stays_as_it_is() -> None:
    field = '<textarea name="words" hidden>\nfirst\n\n  second </textarea>'
    assert markup(f"<div>\n  {field}\n</div>") == f"<div>{field}</div>"


def test_names_in_a_row_have_no_blank_after_a_chinese_comma(opened, case_in, office_of_jinxiu) -> None:
    case = case_in("acting", respondents=("赵某", "钱某"))
    assert Respondent.objects.filter(complaint=case).count() == 2
    page = text(opened(case, office_of_jinxiu.chenfang, **{"accept-language": "zh-hans"}))
    assert "赵某、钱某" in page


def test_what_scrolls_sideways_can_be_scrolled_by_keys() -> None:
    """A wide table is cut on a phone and when the text is large; the focus opens it to the arrow keys."""
    still = [
        f"{path.name}: {tag}"
        for path in sorted((Path(__file__).parent.parent / "templates").rglob("*.html"))
        for tag in re.findall(r'<[^>]*class="table-wrap[^>]*>', path.read_text())
        if "tabindex" not in tag
    ]
    assert still == []
