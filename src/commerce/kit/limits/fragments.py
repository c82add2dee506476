"""The fragments of a document, in an order in which each needs to be looked at only once."""

from collections.abc import Iterator, Mapping

from graphql import DocumentNode, FragmentDefinitionNode, FragmentSpreadNode, SelectionSetNode


def fragments_of(document: DocumentNode) -> dict[str, FragmentDefinitionNode]:
    """The fragments by their names; of two with one name the first, since the document is not valid anyway."""
    found: dict[str, FragmentDefinitionNode] = {}
    for one in document.definitions:
        if isinstance(one, FragmentDefinitionNode):
            found.setdefault(one.name.value, one)
    return found


def inside_out(fragments: Mapping[str, FragmentDefinitionNode]) -> list[FragmentDefinitionNode]:
    """The fragments, each after those that it spreads. A circle is cut where it closes.

    Without recursion: a chain of fragments may be longer than Python's stack is deep.
    """
    order: list[FragmentDefinitionNode] = []
    seen: set[str] = set()
    for start in fragments:
        path = _entered(start, fragments, seen)
        while path:
            name, rest = path[-1]
            following = next(rest, None)
            if following is None:
                order.append(fragments[name])
                path.pop()
            else:
                path += _entered(following, fragments, seen)
    return order


def _entered(
    name: str, fragments: Mapping[str, FragmentDefinitionNode], seen: set[str]
) -> list[tuple[str, Iterator[str]]]:
    """A fragment with those that it spreads, unless there is none of this name or it was entered before."""
    if name in seen or name not in fragments:
        return []
    seen.add(name)
    return [(name, iter(_spreads(fragments[name].selection_set)))]


def _spreads(selections: SelectionSetNode) -> list[str]:
    """The names of all fragments that are spread somewhere within."""
    found = []
    waiting = [selections]
    while waiting:
        for one in waiting.pop().selections:
            if isinstance(one, FragmentSpreadNode):
                found.append(one.name.value)
            elif one.selection_set is not None:  # type: ignore[attr-defined]
                waiting.append(one.selection_set)  # type: ignore[attr-defined]
    return found
