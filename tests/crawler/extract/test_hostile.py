"""What was made to hurt its reader is read, or refused in words: a small sample of what bench/hostile.py makes."""

from tests.site.hostile import make_files, make_pages, read_hostile


def test_hostile_pages_are_read_or_refused() -> None:
    outcomes = [read_hostile("tin.html", page) for page in make_pages(18, seed=1, size=2_000)]
    assert any(outcomes)


def test_hostile_files_are_read_or_refused() -> None:
    outcomes = [read_hostile(name, content) for name, content in make_files(12, seed=1)]
    assert {True, False} == set(outcomes)
