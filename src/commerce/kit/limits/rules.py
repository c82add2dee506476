"""The limits of a document: those that its text alone decides, and what it costs."""

from collections.abc import Callable, Iterator

import graphql
import strawberry
from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    Node,
    OperationType,
    get_introspection_query,
    parse,
)
from graphql.execution.values import VariableValues
from graphql.validation.rules import overlapping_fields_can_be_merged

from commerce.kit.execution import Operation
from commerce.kit.limits.bills import Bill
from commerce.kit.limits.measures import Measure, Measures, operations_of, root_fields
from commerce.kit.limits.weights import Weights

overlapping_fields_can_be_merged.MAX_COMPLEXITY_BUDGET = 20_000
"""Validation compares fields of one name in pairs: by itself for 0.8 s before it gives up, and nobody else is served. The
largest documents that the schema gives occasion for take a tenth of this.
"""

TOO_DEEP, TOO_COMPLEX = "TOO_DEEP", "TOO_COMPLEX"
TOO_MANY_ALIASES, TOO_MANY_DIRECTIVES, TOO_MANY_FIELDS = "TOO_MANY_ALIASES", "TOO_MANY_DIRECTIVES", "TOO_MANY_FIELDS"
INTROSPECTION_OFF = "INTROSPECTION_OFF"


class Limits:
    """What documents may ask of a schema. A fragment counts with each of its uses, but is looked at once."""

    def __init__(
        self,
        schema: strawberry.Schema,
        *,
        depth: int = 15,
        aliases: int = 100,
        directives: int = 50,
        queries: int = 20,
        mutations: int = 10,
        introspection: bool = True,
    ) -> None:
        known = schema._schema  # noqa: SLF001
        self.depth = depth
        self.aliases = aliases
        self.directives = directives
        self.root_fields = {OperationType.QUERY: queries, OperationType.MUTATION: mutations}
        self.introspection = introspection
        self.introspection_depth = 25
        self.weights = Weights(known)
        self._sizes = introspection_sizes(known)
        self.introspected = 2 * self._standard_introspection()

    def _standard_introspection(self) -> int:
        """Objects in the answer to what clients ask when they ask for everything."""
        text = get_introspection_query(
            specified_by_url=True, directive_is_repeatable=True, input_value_deprecation=True
        )
        return max(measure.introspected for _, measure in Measures(parse(text), self._sizes).definitions)

    def check(self, document: DocumentNode) -> list[GraphQLError]:
        """Which limits a document exceeds, each told once. It need not be valid."""
        measures = Measures(document, self._sizes)
        return [*self._sized(measures), *self._introspecting(measures), *self._beginnings(document, measures)]

    def _sized(self, measures: Measures) -> Iterator[GraphQLError]:
        yield from _above(measures, TOO_DEEP, "levels of fields", self.depth, _depth)
        yield from _above(measures, TOO_MANY_ALIASES, "aliases", self.aliases, lambda _, one: one.aliases)
        yield from _above(measures, TOO_MANY_DIRECTIVES, "directives", self.directives, lambda _, one: one.directives)

    def _introspecting(self, measures: Measures) -> Iterator[GraphQLError]:
        if not self.introspection:
            if any(one.introspections for _, one in measures.definitions):
                yield GraphQLError("Introspection is switched off.", extensions={"code": INTROSPECTION_OFF})
            return
        most = self.introspection_depth
        yield from _above(measures, TOO_DEEP, "levels of introspection", most, lambda _, one: one.introspected_depth)
        yield from _above(
            measures, TOO_DEEP, "lists within lists of introspection", 2, lambda _, one: one.introspected_circles
        )
        yield from _above(
            measures, TOO_COMPLEX, "objects of introspection", self.introspected, lambda _, one: one.introspected
        )

    def _beginnings(self, document: DocumentNode, measures: Measures) -> Iterator[GraphQLError]:
        for kind, most in self.root_fields.items():
            counts = [
                (root_fields(one, measures.fragments), one) for one in operations_of(document) if one.operation is kind
            ]
            found, node = max(counts, key=lambda pair: pair[0], default=(0, None))
            if found > most and node is not None:
                yield _exceeded(TOO_MANY_FIELDS, f"fields of one {kind.value}", most, found, node)

    def cost(self, operation: Operation, values: VariableValues) -> int:
        """Points that a valid operation costs at most, with these values of its variables."""
        return self.bill(operation).cost(values.coerced)

    def bill(self, operation: Operation) -> Bill:
        """How the cost of an operation comes about; worked out once."""
        bill: Bill | None = operation.memo.get(Bill)
        if bill is None:
            assert operation.document is not None
            assert operation.node is not None
            bill = operation.memo[Bill] = Bill(operation.document, operation.node, self.weights)
        return bill


def _depth(node: Node, measure: Measure) -> int:
    """A fragment on `__Type` only ever stands within an introspection, which has a depth of its own."""
    if isinstance(node, FragmentDefinitionNode) and node.type_condition.name.value.startswith("__"):
        return 0
    return measure.depth


def _above(
    measures: Measures, code: str, what: str, most: int, count: Callable[[Node, Measure], int]
) -> Iterator[GraphQLError]:
    """The definition that exceeds a limit most, if one does."""
    found, node = max(
        ((count(*one), one[0]) for one in measures.definitions), key=lambda pair: pair[0], default=(0, None)
    )
    if found > most and node is not None:
        yield _exceeded(code, what, most, found, node)


def _exceeded(code: str, what: str, most: int, found: int, node: Node) -> GraphQLError:
    message = f"At most {most} {what} are allowed, and there are {found}."
    return GraphQLError(message, node, extensions={"code": code, "limit": most, "found": found})


def introspection_sizes(schema: GraphQLSchema) -> dict[str, int]:
    """How many there are on average of what introspection lists."""
    types = list(schema.type_map.values())
    fields = [field for one in types for field in getattr(one, "fields", {}).values()]
    inputs = sum(len(one.fields) for one in types if graphql.is_input_object_type(one))
    arguments = sum(len(getattr(field, "args", ())) for field in fields)
    implemented = sum(len(getattr(one, "interfaces", ())) for one in types)
    enums = sum(len(one.values) for one in types if graphql.is_enum_type(one))

    def average(all_: int, among: int) -> int:
        return max(1, round(all_ / max(1, among)))

    return {
        "types": len(types),
        "directives": len(schema.directives),
        "fields": average(len(fields) - inputs, len(types)),
        "inputFields": average(inputs, len(types)),
        "args": average(arguments, len(fields) - inputs),
        "enumValues": average(enums, len(types)),
        "interfaces": average(implemented, len(types)),
        "possibleTypes": average(implemented, len(types)),
    }
