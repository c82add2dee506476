"""A schema in which everything that can go wrong does, and in which values come in every way that they may."""

import asyncio
import decimal
import enum
from collections.abc import AsyncIterator, Generator, Iterator
from datetime import UTC, datetime
from typing import Annotated, Any

import strawberry
from strawberry import Info
from strawberry.extensions import FieldExtension
from strawberry.permission import BasePermission
from strawberry.schema.config import StrawberryConfig

from commerce.kit.graphql import batched

Details = Info[Any, None]


class Nope(BasePermission):
    message = "nope"

    def has_permission(self, source: Any, info: Info, **kwargs: Any) -> bool:
        return False


class Shout(FieldExtension):
    def resolve(self, next_: Any, source: Any, info: Info, **kwargs: Any) -> Any:
        return next_(source, info, **kwargs).upper()


@strawberry.enum
class Color(enum.Enum):
    RED = "r"
    BLUE = "b"
    GREEN = strawberry.enum_value("g", name="GRASS")


class Shy(str):
    """A scalar that sometimes has nothing to say."""

    __slots__ = ()


shy = strawberry.scalar(name="Shy", serialize=lambda value: None if value == "none" else f"<{value}>")


@strawberry.interface
class Node:
    id: strawberry.ID


@strawberry.input
class Filter:
    min: int = 0
    tags: list[str] | None = None


def path_of(info: Info) -> str:
    return "/".join(map(str, info.path.as_list()))


@strawberry.type
class Leaf(Node):
    id: strawberry.ID
    n: int
    maybe: int | None = None
    when: datetime | None = None
    price: decimal.Decimal | None = None
    color: Color = Color.RED
    tags: list[str] = strawberry.field(default_factory=list)
    lazy: str | None = None
    lazy_leaf: "Leaf | None" = None
    shy: Shy | None = None
    numeral: float = 0.5
    flag: bool = True

    @strawberry.field
    def boom(self) -> int | None:
        raise ValueError(f"boom {self.id}")

    @strawberry.field
    def boom_required(self) -> int:
        if self.n % 2:
            raise ValueError(f"required {self.id}")
        return self.n

    @strawberry.field
    async def slow(self, info: Details, times: int = 2) -> int:
        await asyncio.sleep(0)
        return self.n * times

    @strawberry.field
    async def slow_boom(self) -> int | None:
        await asyncio.sleep(0)
        raise ValueError("slow " + self.id)

    @strawberry.field
    async def slow_boom_required(self) -> int:
        await asyncio.sleep(0)
        if self.n % 2:
            raise ValueError("slow required " + self.id)
        return self.n

    @strawberry.field
    def promised(self) -> int | None:
        return soon(self.n)  # type: ignore[no-any-return]

    @strawberry.field(permission_classes=[Nope])
    def secret(self) -> str | None:
        return "x"

    @strawberry.field(permission_classes=[Nope])
    def secret_required(self) -> str:
        return "x"

    @strawberry.field(extensions=[Shout()])
    def loud(self) -> str:
        return f"leaf {self.id}"

    @strawberry.field
    def calc(self, filter: Filter) -> str:
        return f"{filter.min}{filter.tags}"

    @strawberry.field
    def times(self, by: int = 2, and_by: int | None = None) -> int:
        return self.n * by * (and_by or 1)

    @strawberry.field
    def where(self, info: Details) -> str:
        return f"{path_of(info)} {info.field_name} {info.python_name}"

    @strawberry.field
    async def slow_where(self, info: Details) -> str:
        await asyncio.sleep(0)
        return path_of(info)

    @strawberry.field
    def selected(self, info: Details) -> list[str]:
        return sorted(field.name for field in info.selected_fields)

    @strawberry.field
    def hue(self) -> Color:
        return Color.GREEN if self.n else Color.BLUE

    @strawberry.field
    def next(self) -> "Leaf":
        return leaf(self.n + 1)

    @strawberry.field
    async def slow_next(self) -> "Leaf | None":
        await asyncio.sleep(0)
        return leaf(self.n + 1) if self.n < 3 else None

    @batched
    async def twins(leaves: list["Leaf"], info: Details) -> list["Leaf"]:
        return [leaf(one.n) for one in leaves]


@strawberry.type
class Other(Node):
    id: strawberry.ID
    text: str


@strawberry.type
class Picky:
    """Decides itself, and takes its time, what is of its type."""

    id: strawberry.ID

    @classmethod
    def is_type_of(cls, value: Any, info: Any) -> Any:
        return soon(getattr(value, "id", "").startswith("p"))


@strawberry.type
class Stern:
    id: strawberry.ID

    @classmethod
    def is_type_of(cls, value: Any, info: Any) -> bool:
        if value.id == "explode":
            raise ValueError("not asked nicely")
        return bool(value.id == "stern")


Either = Annotated[Leaf | Other, strawberry.union("Either")]
Slowly = Annotated[Picky | Stern, strawberry.union("Slowly")]


def leaf(n: int) -> Leaf:
    return Leaf(
        id=strawberry.ID(str(n)),
        n=n,
        when=datetime(2026, 1, 1, tzinfo=UTC),
        price=decimal.Decimal("1.50"),
        tags=["a", "b"],
        shy=["none", "x", ValueError("shy")][n % 3],
        color="r" if n == 1 else Color.BLUE,  # type: ignore[arg-type]
    )


def leaves(k: int) -> list[Leaf]:
    return [leaf(n) for n in range(k)]


class Soon:
    """A value that has to be awaited; a coroutine would complain when nobody asks for it."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __await__(self) -> Generator[Any, None, Any]:
        yield from asyncio.sleep(0).__await__()
        if isinstance(self.value, Exception):
            raise self.value
        return self.value


def soon(value: Any) -> Any:
    return Soon(value)


def waiting(n: int) -> Leaf:
    """Attributes that are not there yet."""
    late: Any = soon("late") if n % 2 else soon(ValueError("too late"))
    return Leaf(id=strawberry.ID(str(n)), n=n, lazy=late, lazy_leaf=soon(leaf(n)))  # type: ignore[arg-type]


@strawberry.type
class Box:
    id: strawberry.ID
    first: Leaf | None
    items: list[Leaf]
    grid: list[list[Leaf]]
    deep_holes: list[list[Leaf | None] | None]
    holes: list[Leaf | None]
    bad_ints: list[int | None]
    must: list[int]
    waiting: list[Leaf]
    missing: strawberry.Private[Any] = None

    @batched
    async def kids(boxes: list["Box"], info: Details, k: int = 2) -> list[list[Leaf]]:
        return [leaves(k) for _ in boxes]

    @batched
    async def fails(boxes: list["Box"], info: Details) -> list[Leaf | None]:
        return [ValueError("this one") if one.id == "1" else leaf(1) for one in boxes]  # type: ignore[misc]

    @batched
    async def fails_required(boxes: list["Box"], info: Details) -> list[Leaf]:
        return [ValueError("that one") if one.id == "1" else leaf(1) for one in boxes]  # type: ignore[misc]

    @batched
    async def all_fail(boxes: list["Box"], info: Details) -> list[list[Leaf]]:
        raise RuntimeError("db down")

    @batched
    async def kinds(boxes: list["Box"], info: Details) -> list[list[Either]]:
        return [[leaf(1), Other(id=strawberry.ID("o"), text="t")] for _ in boxes]

    @strawberry.field
    def either(self) -> list[Either]:
        return [leaf(1), Other(id=strawberry.ID("o"), text="t"), leaf(2)]

    @strawberry.field
    def nodes(self) -> list[Node | None]:
        return [leaf(1), None, Other(id=strawberry.ID("o"), text="t")]

    @strawberry.field
    def stranger(self) -> Either | None:
        return Box  # type: ignore[return-value]

    @strawberry.field
    def wrong(self) -> int | None:
        return "not a number"  # type: ignore[return-value]

    @strawberry.field
    def none(self) -> int:
        return None  # type: ignore[return-value]

    @strawberry.field
    def not_list(self) -> list[int] | None:
        return 5  # type: ignore[return-value]

    @strawberry.field
    def text_as_list(self) -> list[str] | None:
        return "text"  # type: ignore[return-value]

    @strawberry.field
    def generated(self) -> list[int]:
        def numbers() -> Iterator[int]:
            yield from range(3)

        return numbers()  # type: ignore[return-value]

    @strawberry.field
    def returned_error(self) -> Leaf | None:
        return ValueError("as a value")  # type: ignore[return-value]

    @strawberry.field
    async def streamed(self) -> list[Leaf | None]:
        return [soon(leaf(1)), leaf(2), soon(ValueError("in the list"))]  # type: ignore[list-item]

    @strawberry.field
    def flowing(self) -> list[int] | None:
        async def numbers() -> AsyncIterator[int]:
            for n in range(3):
                await asyncio.sleep(0)
                yield n
            if self.id == "1":
                raise ValueError("ran dry")

        return numbers()  # type: ignore[return-value]

    @strawberry.field
    def slowly(self) -> list[Picky | None]:
        return [Picky(id=strawberry.ID("p")), Picky(id=strawberry.ID("x"))]

    @strawberry.field
    def sternly(self) -> list[Stern | None]:
        return [Stern(id=strawberry.ID(one)) for one in ("stern", "mild", "explode")]

    @strawberry.field
    def sternly_required(self) -> list[Stern]:
        return [Stern(id=strawberry.ID(one)) for one in ("stern", "mild")]


def box(n: int) -> Box:
    return Box(
        id=strawberry.ID(str(n)),
        first=leaf(0) if n else None,
        items=leaves(3),
        grid=[leaves(2), leaves(1)],
        deep_holes=[None, [leaf(1), None]],
        holes=[leaf(0), None],
        bad_ints=[1, "x", None, 2**40],  # type: ignore[list-item]
        must=[1, None] if n == 1 else [1],  # type: ignore[list-item]
        waiting=[waiting(1), waiting(2)],
    )


@strawberry.type
class Query:
    @strawberry.field
    def boxes(self, n: int = 3) -> list[Box]:
        return [box(i) for i in range(n)]

    @strawberry.field
    async def maybe_boxes(self) -> list[Box | None]:
        await asyncio.sleep(0)
        return [box(i) for i in range(3)]

    @strawberry.field
    def box(self, id: int = 1) -> Box | None:
        return box(id)

    @strawberry.field
    def sure(self) -> Box:
        return box(1)

    @strawberry.field
    def node(self, info: Details) -> Node | None:
        return leaf(1)

    @strawberry.field
    def nowhere(self) -> Node | None:
        return 7  # type: ignore[return-value]


log: list[int] = []


@strawberry.type
class Mutation:
    @strawberry.mutation
    async def add(self, n: int) -> Leaf | None:
        await asyncio.sleep(0.01 / (n + 1))
        log.append(n)
        if n == 7:
            raise ValueError("seven")
        return leaf(n)

    @strawberry.mutation
    def add_now(self, n: int) -> Leaf:
        log.append(n)
        if n == 7:
            raise ValueError("seven")
        return leaf(n)


class Context:
    def __init__(self) -> None:
        self.loaders: dict[Any, Any] = {}


schema = strawberry.Schema(Query, Mutation, types=[Leaf, Other], config=StrawberryConfig(scalar_map={Shy: shy}))
