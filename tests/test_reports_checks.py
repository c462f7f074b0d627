import pytest

from reports import checks


@pytest.mark.parametrize(
    ("missing", "ids"),
    [
        ((), []),
        (("libharfbuzz-subset.so.0",), ["shouwen.W001"]),
        (("libharfbuzz-subset.so.0", "libpangoft2-1.0.so.0"), ["shouwen.E001"]),
    ],
)
def test_a_missing_library_is_told_before_a_pdf_needs_it(monkeypatch, missing, ids) -> None:
    load = checks.ctypes.CDLL

    def without_the_missing(name: str) -> object:
        if name in missing:
            raise OSError(name)
        return load(name)

    monkeypatch.setattr(checks.ctypes, "CDLL", without_the_missing)
    assert [message.id for message in checks.pdf_libraries()] == ids
