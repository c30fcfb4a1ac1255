"""The clauses of a wish: what a cluster is asked for says the same as the wish, and little of it."""

from itertools import chain, combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from index.language.analysis import Word
from index.opensearch.clause import Clause, all_together, count_clauses, together
from index.plan.part import Form, WishPart
from index.plan.plan import Plan

_WORDS = [Word(letter, letter) for letter in "abcdef"]
_FORMS = [*((word,) for word in _WORDS[:4]), (_WORDS[4], _WORDS[5]), (_WORDS[5], _WORDS[0]), (_WORDS[4],)]
_PLACES = st.lists(st.lists(st.sampled_from(_FORMS), min_size=1, max_size=4, unique=True), min_size=2, max_size=4)


def is_found(rule: Clause, there: set[Form]) -> bool:
    """Whether a clause finds a document that has these forms near each other."""
    ((name, said),) = rule.items()
    if name == "match":
        return (Word(said["query"], said["query"]),) in there
    inner = said["intervals"]
    if said.get("ordered"):
        return tuple(Word(own["match"]["query"], own["match"]["query"]) for own in inner) in there
    return (any if name == "any_of" else all)(is_found(own, there) for own in inner)


def list_rules(clause: Clause) -> list[Clause]:
    if "intervals" in clause:
        return [clause["intervals"]["folded"]]
    return [rule for own in clause["bool"]["should"] for rule in list_rules(own)]


@settings(max_examples=40, deadline=None)
@given(_PLACES)
def test_what_has_a_form_of_each_place_is_found(drawn: list[list[Form]]) -> None:
    part = WishPart(tuple(map(tuple, drawn)))
    rules = list_rules(together(part)) if len(set(part.places)) > 1 else []
    forms = list(dict.fromkeys(chain(*drawn)))
    for count in range(len(forms) + 1):
        for there in map(set, combinations(forms, count)) if rules else ():
            has_all = all(there & set(own) for own in drawn)
            assert any(is_found(rule, there) for rule in rules) == has_all


def test_names_of_several_words_for_all_of_a_wish_need_not_be_combined() -> None:
    words = [(Word(name, name),) for name in ("chat", "thai", "y", "te")]
    names = [tuple(Word(f"w{i}{j}", f"w{i}{j}") for j in range(3)) for i in range(8)]
    part = WishPart(tuple((word, *names) for word in words))
    assert count_clauses(together(part)) == len(words) + 3 * len(names)


def test_a_wish_of_very_many_ways_asks_for_a_bounded_number_of_terms() -> None:
    words = [(Word(f"w{i}", f"w{i}"),) for i in range(14)]
    pairs = [tuple(Word(f"p{i}{j}", f"p{i}{j}") for j in range(2)) for i in range(13)]
    places = tuple((word, *pairs[max(i - 1, 0) : i + 1]) for i, word in enumerate(words))
    for wishes in (1, 2, 4):
        assert count_clauses(all_together([WishPart(places)] * wishes, Plan())) < 1000
