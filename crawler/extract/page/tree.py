"""Walking Beautiful Soup's tree in plain loops: its own search builds a matcher for every question that it is asked."""

from collections.abc import Iterator

from bs4 import Tag
from bs4.element import PageElement


def each_tag(root: Tag) -> Iterator[Tag]:
    """The elements below one, in the order of the page."""
    if not root.contents:
        return
    last = root._last_descendant()
    end = last.next_element if last is not None else None
    node: PageElement | None = root.contents[0]
    while node is not end and node is not None:
        if type(node) is Tag:
            yield node
        node = node.next_element


def find_named(root: Tag, *names: str) -> list[Tag]:
    """The elements of these names below one."""
    return [tag for tag in each_tag(root) if tag.name in names]


def has_named(root: Tag, name: str) -> bool:
    """Whether an element of this name lies below one."""
    return any(node.name == name for node in each_tag(root))


def children_named(parent: Tag, *names: str) -> list[Tag]:
    """The elements of these names directly below one."""
    return [child for child in parent.contents if type(child) is Tag and child.name in names]
