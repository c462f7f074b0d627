"""Lists written in templates are found by pinyin like those of forms."""

import re

from django.conf import settings

FROM_ROWS = re.compile(r'<option value="\{\{[^>]*?>|<option value="\{\{.*?</option>', re.DOTALL)


def test_every_option_made_of_a_row_says_how_it_is_read_aloud():
    silent = [
        (str(path.relative_to(settings.BASE_DIR)), found)
        for path in (settings.BASE_DIR / "templates").rglob("*.html")
        for found in FROM_ROWS.findall(path.read_text())
        if "{% keys " not in found
    ]
    assert silent == []
