"""What is selected on objects of one type: which fields, how their values are come by, and the loop that does it.

The only hot code is generated: one loop over the objects that reads their leaves and writes their dicts. Everything that
is not a leaf, or has to be awaited, is left out of the loop and resolved afterwards, for all objects at once.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from graphql import FieldNode, GraphQLField, GraphQLObjectType
from graphql.execution.collect_fields import FieldDetails

from commerce.kit.execution.outputs import Leaf, Output, Values, evaluate
from commerce.kit.execution.places import Answer, InField, Place

if TYPE_CHECKING:
    from commerce.kit.execution.run import Run


def loop(
    names: dict[str, Any], given: tuple[str, str], before: Sequence[str], turns: Sequence[str], within: Sequence[str]
) -> Any:
    """A function of the objects and of what is `given`, that runs lines before a loop over the objects, and within it.

    In the loop `o` is the object, `k` its number where there are `turns`, and `add` adds to what is returned.
    """
    head = "for k, o in enumerate(objects):" if turns else "for o in objects:"
    lines = [
        f"def build(objects, {given[0]}=None, {given[1]}=None):",
        " outs = []",
        " add = outs.append",
        *(f" {one}" for one in before),
    ]
    lines += [f" {head}", *(f"  {one}" for one in (*turns, *within)), " return outs"]
    return evaluate("\n".join(lines), **names)


class Source(Protocol):
    """How the values of a field are come by, one per object: a list, or an awaitable of one."""

    def values(self, run: "Run", field: "Field", objects: Values, place: Place) -> Any: ...


class Inline(Source, Protocol):
    """A source so plain that it can stand in the generated loop."""

    needs_run: bool

    def expression(self, n: str) -> str:
        """The value of the field n for the object `o`."""

    def globals(self, n: str, field: "Field") -> dict[str, Any]:
        """What the expression needs."""

    def before(self, n: str, place: str) -> list[str]:
        """Lines before the loop; `place` is an expression for the place of the values."""

    def turns(self, n: str) -> list[str]:
        """Lines in the loop that turn to its object, which is number `k`."""


@dataclass(slots=True, eq=False)
class Field:
    """One field of a selection."""

    key: str
    name: str
    """`Type.field`, for messages."""
    details: list[FieldDetails]
    parent: GraphQLObjectType
    definition: GraphQLField | None = None
    """None for `__typename`."""
    output: Output | None = None
    source: Source | None = None
    inline: Inline | None = None
    """The source again, if it is plain."""

    @property
    def nodes(self) -> list[FieldNode]:
        return [one.node for one in self.details]

    @property
    def is_in_loop(self) -> bool:
        return self.definition is None or (self.inline is not None and isinstance(self.output, Leaf))

    def place(self, above: Place, outs: Sequence[Answer]) -> InField:
        """The place of its values, where `outs` are the answers for the objects of the place above."""
        is_nullable = self.output is None or self.output.is_nullable
        return InField(above, outs, self.key, self.parent.name, is_nullable=is_nullable)


class Selection:
    """The fields that are selected on objects of one type."""

    __slots__ = ("_build", "build_plain", "fields", "kind", "rest")

    def __init__(self, kind: GraphQLObjectType, fields: list[Field]) -> None:
        self.kind = kind
        self.fields = fields
        self.rest = [field for field in fields if not field.is_in_loop]
        self._build = self._generate()
        needs_run = any(field.inline.needs_run for field in fields if field.inline)
        self.build_plain: Callable[[Values], list[Answer]] | None = (
            None if self.rest or needs_run or all(field.inline is None for field in fields) else self._build
        )
        """Builds the answers where nothing but the objects is needed, and nothing is left to do after it."""

    def run(self, run: "Run", objects: Values, place: Place) -> list[Answer]:
        """The answers for these objects, which live at `place`."""
        try:
            outs = self._build(objects, run, place)
        except Exception:  # noqa: BLE001
            outs = self._build_with_care(run, objects, place)
        for field in self.rest:
            run.resolve(field, objects, outs, place)
        return outs

    def _build_with_care(self, run: "Run", objects: Values, place: Place) -> list[Answer]:
        """Field by field and value by value, so that each failure is noted at its place."""
        outs: list[Answer] = [
            {field.key: None if field.definition else self.kind.name for field in self.fields} for _ in objects
        ]
        for field in self.fields:
            if field.is_in_loop and field.definition:
                run.resolve(field, objects, outs, place)
        return outs

    def _generate(self) -> Callable[..., list[Answer]]:
        """The loop: `build(objects, run, place)`. Keys are laid out in order; those of the rest are filled later."""
        names: dict[str, Any] = {}
        before: list[str] = []
        turns: list[str] = []
        reads: list[str] = []
        items = []
        for n, field in enumerate(self.fields):
            value = "None"
            if field.definition is None:
                value = repr(self.kind.name)
            elif field.inline is not None and isinstance(field.output, Leaf):
                names |= field.inline.globals(str(n), field) | field.output.globals(str(n))
                before += field.inline.before(str(n), f"d{n}.place(place, ())")
                turns += field.inline.turns(str(n))
                reads.append(f"v{n} = {field.inline.expression(str(n))}")
                value = field.output.source(f"v{n}", str(n))
            items.append(f"{field.key!r}: {value}")
        build: Callable[..., list[Answer]] = loop(
            names, ("run", "place"), before, turns, [*reads, f"add({{{', '.join(items)}}})"]
        )
        return build
