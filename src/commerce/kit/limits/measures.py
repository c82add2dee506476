"""What a document comes to before anything is known of its types. Sums end at `MANY`: beyond it nobody needs to count."""

from collections.abc import Mapping
from dataclasses import dataclass

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

from commerce.kit.limits.fragments import fragments_of, inside_out

MANY = 1_000_000_000
INTROSPECTION = frozenset({"__schema", "__type"})
CIRCLES = frozenset({"fields", "inputFields", "interfaces", "possibleTypes"})
"""Lists by which introspection comes back to where it was; graphql-core counts the same ones."""


@dataclass(slots=True)
class Measure:
    """A selection with all that lies beneath it, fragments included as often as they are used."""

    depth: int = 0
    """Fields within fields."""
    aliases: int = 0
    directives: int = 0
    circles: int = 0
    """`CIRCLES` within one another, if this stands within an introspection."""
    objects: int = 0
    """Objects that it answers with, if this stands within an introspection."""
    introspections: int = 0
    """Introspections that begin here."""
    introspected: int = 0
    """Objects that these answer with."""
    introspected_depth: int = 0
    introspected_circles: int = 0

    def add(self, other: "Measure") -> None:
        """What stands beside it."""
        self.depth = max(self.depth, other.depth)
        self.circles = max(self.circles, other.circles)
        self.introspected_depth = max(self.introspected_depth, other.introspected_depth)
        self.introspected_circles = max(self.introspected_circles, other.introspected_circles)
        self.aliases = min(MANY, self.aliases + other.aliases)
        self.directives = min(MANY, self.directives + other.directives)
        self.objects = min(MANY, self.objects + other.objects)
        self.introspections = min(MANY, self.introspections + other.introspections)
        self.introspected = min(MANY, self.introspected + other.introspected)


class Measures:
    """The measures of a document's definitions. It may be as wrong as it likes: what is not there counts nothing."""

    def __init__(self, document: DocumentNode, sizes: Mapping[str, int]) -> None:
        self._sizes = sizes
        self._fragments: dict[str, Measure] = {}
        self.fragments = fragments_of(document)
        for fragment in inside_out(self.fragments):
            self._fragments[fragment.name.value] = self._definition(fragment)
        self.definitions: list[tuple[OperationDefinitionNode | FragmentDefinitionNode, Measure]] = [
            *((self.fragments[name], measure) for name, measure in self._fragments.items()),
            *((one, self._definition(one)) for one in operations_of(document)),
        ]

    def _definition(self, node: OperationDefinitionNode | FragmentDefinitionNode) -> Measure:
        whole = self._selections(node.selection_set)
        whole.directives += len(node.directives or ())
        whole.directives += sum(len(one.directives or ()) for one in node.variable_definitions or ())
        return whole

    def _selections(self, node: SelectionSetNode) -> Measure:
        whole = Measure()
        for one in node.selections:
            whole.directives += len(one.directives or ())
            if isinstance(one, FieldNode):
                whole.add(self._field(one))
            elif not isinstance(one, FragmentSpreadNode):
                whole.add(self._selections(one.selection_set))  # type: ignore[attr-defined]
            elif spread := self._fragments.get(one.name.value):
                whole.add(spread)
        return whole

    def _field(self, node: FieldNode) -> Measure:
        name = node.name.value
        inner = self._selections(node.selection_set) if node.selection_set else Measure()
        inner.aliases += node.alias is not None
        if name in INTROSPECTION:
            inner.introspections += 1
            inner.introspected = min(MANY, inner.introspected + 1 + inner.objects)
            inner.introspected_depth = max(inner.introspected_depth, inner.depth + 1)
            inner.introspected_circles = max(inner.introspected_circles, inner.circles)
            inner.depth = inner.objects = inner.circles = 0
        elif node.selection_set:
            inner.objects = min(MANY, self._sizes.get(name, 1) * (1 + inner.objects))
            inner.circles += name in CIRCLES
        inner.depth += 1
        return inner


def operations_of(document: DocumentNode) -> list[OperationDefinitionNode]:
    return [one for one in document.definitions if isinstance(one, OperationDefinitionNode)]


def root_fields(operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]) -> int:
    """How many fields an operation begins with, told apart by their names in the answer; `__typename` is free."""
    names: set[str] = set()
    spread: set[str] = set()
    waiting = [operation.selection_set]
    while waiting:
        for one in waiting.pop().selections:
            if isinstance(one, FieldNode):
                if one.name.value != "__typename":
                    names.add((one.alias or one.name).value)
            elif not isinstance(one, FragmentSpreadNode):
                waiting.append(one.selection_set)  # type: ignore[attr-defined]
            elif one.name.value in fragments and one.name.value not in spread:
                spread.add(one.name.value)
                waiting.append(fragments[one.name.value].selection_set)
    return len(names)
