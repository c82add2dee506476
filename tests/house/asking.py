"""Documents and inputs made from the schema itself, so that whatever is added to it is asked for too."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    Undefined,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)

from commerce.schema import schema

GRAPHQL = schema._schema
assert GRAPHQL.query_type is not None
assert GRAPHQL.mutation_type is not None
QUERIES = GRAPHQL.query_type.fields
MUTATIONS = GRAPHQL.mutation_type.fields
assert GRAPHQL.subscription_type is not None
SUBSCRIPTIONS = GRAPHQL.subscription_type.fields
ROOTS: dict[str, Any] = {**QUERIES, **MUTATIONS}
SUBJECTS = {
    "address": "customer_address", "group": "customer_group",
    "parent": "category", "zone": "shipping_zone", "method": "shipping_method", "shipping_option": "shipping_option",
    "invitation": "staff_invitation", "token": "app_token",
    ("LineQuantityInput", "line"): "order_line", ("CartLineUpdateInput", "line"): "cart_line",
}  # fmt: skip
"""What an id is about where its name does not say the prefix."""

WORDS: dict[Any, Any] = {
    "text": "novelty", "code": "novelty", "slug": "novelty", "sku": "NOVELTY", "email": "new@example.com",
    "phone": "+12015550123", "timeZone": "UTC", "taxClass": "standard", "taxClassCode": "standard",
    "classCode": "standard", "region": "US-NJ", "postalCode": "07102", "city": "Newark", "district": None,
    "password": "harbor-and-pine", "currentPassword": "harbor-and-pine", "newPassword": "pine-and-harbor",
    "path": "mugs/blue.webp", "color": "#00ff00", "option": "color", "value": "red", "unit": "g",
    "paymentToken": "test_success", "after": None, "before": None, "query": "A1001",
    ("AttributeInput", "code"): "material", ("AttributeInput", "values"): ["wool"],
    ("AttributeInput", "text"): None, ("AttributeInput", "number"): None, ("AttributeInput", "boolean"): None,
    ("ProductCreateInput", "options"): ["color"], ("MediaInput", "url"): None, ("MediaInput", "sku"): None,
    ("PaymentOptionCreateInput", "code"): "manual.transfer", ("AttributeCreateInput", "kind"): "ENUM",
    ("AttributeCreateInput", "unit"): None, ("NamedValueInput", "color"): None, "percent": "8.25",
    "amount": "3.00", "currencyCode": "USD", "currencies": ["USD", "EUR"], "locales": ["en"], "currency": "USD",
    "countries": ["US", "DE"], "country": "US", "isActive": True, "isLive": False, "publishAt": None, "unpublishAt": None,
    "expectedVersion": None, "expectedQuantity": None, "minDays": 1, "maxDays": 3, "compareAt": None, "freeOver": None,
    "reason": "MERCHANT", ("StockAdjustInput", "reason"): "DAMAGE", ("OrderRefundInput", "reason"): "Broken",
    "last": None, "billingAddress": None, "lines": None, ("AddressInput", "lines"): ["1 Pier St"],
    "choices": [{"option": "color", "value": "red"}], "permissions": ["ORDERS_READ"],
}  # fmt: skip
"""What is sent where a name or an input and a name ask for something definite; None leaves it out."""

WHOLE = {"MediaInput", "AddressInput"}
"""Inputs of which much is needed although little is required."""


@dataclass
class World:
    """A shop that is full: what has which id in it, and what must never be shown to just anyone."""

    ids: dict[str, list[str]] = field(default_factory=dict)
    total: str = "1.00"
    hidden: dict[str, str] = field(default_factory=dict)

    def note(self, answer: Any) -> None:
        """Remember every id that stands in an answer."""
        for text in ids_in(answer):
            known = self.ids.setdefault(text.rpartition("_")[0], [])
            if text not in known:
                known.append(text)

    def everything(self) -> list[str]:
        return [one for known in self.ids.values() for one in known]


def ids_in(answer: Any) -> Iterator[str]:
    """All global ids in an answer."""
    if isinstance(answer, dict):
        for name, value in answer.items():
            if name == "id" and isinstance(value, str):
                yield value
            else:
                yield from ids_in(value)
    elif isinstance(answer, list):
        for value in answer:
            yield from ids_in(value)


# ------------------------------------------------------------------------------------------------ inputs


class Sender:
    """Makes inputs that look right, with things of the shop in them. Equal seeds make equal inputs."""

    def __init__(self, world: World, random: Random) -> None:
        self.world = world
        self.random = random
        self.count = 0

    def variables(self, name: str, *, fully: bool = False) -> dict[str, Any]:
        """The arguments of a root field; `fully` with all that may be left out."""
        sent = {arg: self.part("Query", arg, one, fully=fully) for arg, one in ROOTS[name].args.items()}
        return {arg: value for arg, value in sent.items() if value is not Undefined}

    def part(self, owner: str, name: str, given: Any, *, fully: bool) -> Any:
        """A value for an argument or an input field; Undefined leaves it out."""
        needed = is_required_argument(given) or (owner == "Query" and isinstance(given.type, GraphQLNonNull))
        fully = fully or owner in WHOLE
        word = WORDS.get((owner, name), WORDS.get(name, Undefined))
        if not needed and (word is None or not (fully or self.random.random() < 0.6)):
            return Undefined
        return self.value(owner, name, given.type, fully=fully)

    def value(self, owner: str, name: str, kind: Any, *, fully: bool) -> Any:
        if isinstance(kind, GraphQLNonNull):
            kind = kind.of_type
        word = WORDS.get((owner, name), WORDS.get(name))
        if isinstance(kind, GraphQLList):
            if isinstance(word, list):
                return word
            return [self.value(owner, name, kind.of_type, fully=fully)]
        if isinstance(kind, GraphQLInputObjectType):
            return self._object(kind, fully=fully)
        return self._leaf(owner, name, kind, word)

    def _object(self, kind: GraphQLInputObjectType, *, fully: bool) -> dict[str, Any]:
        if kind.is_one_of:
            name = self.random.choice(list(kind.fields))
            return {name: self.value(kind.name, name, kind.fields[name].type, fully=fully)}
        sent = {name: self.part(kind.name, name, one, fully=fully) for name, one in kind.fields.items()}
        return {name: value for name, value in sent.items() if value is not Undefined}

    def _leaf(self, owner: str, name: str, kind: Any, word: Any) -> Any:
        if kind.name == "ID":
            return self.id_for(owner, name)
        if name == "idempotencyKey":
            self.count += 1
            return f"key-{self.random.random()}-{self.count}"
        if name == "expectedTotal":
            return self.world.total
        if word is not None and not isinstance(word, list):
            return word
        if isinstance(kind, GraphQLEnumType):
            return self.random.choice(list(kind.values))
        plain = {"Int": 1, "Boolean": True, "Decimal": "1", "DateTime": "2026-12-01T00:00:00Z", "Locale": "en"}
        plain |= {"URL": "https://x.example/a", "CurrencyCode": "USD", "CountryCode": "US", "String": "Ada"}
        return plain.get(kind.name, {"a": 1})

    def id_for(self, owner: str, name: str) -> str:
        """An id of the thing that a name is about, or of anything where it does not say."""
        subject = _snake(name).removesuffix("_ids").removesuffix("_id")
        prefix = SUBJECTS.get((owner, subject), SUBJECTS.get(subject, subject))
        return self.random.choice(self.world.ids.get(prefix) or self.world.everything())


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


def leaves(kind: Any, value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Every place in a value where something else could stand, with the type that is asked for there."""
    yield path, kind
    bare = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
    if isinstance(bare, GraphQLList) and isinstance(value, list):
        for i, one in enumerate(value):
            yield from leaves(bare.of_type, one, (*path, i))
    elif isinstance(bare, GraphQLInputObjectType) and isinstance(value, dict):
        for name, one in bare.fields.items():
            yield from leaves(one.type, value.get(name), (*path, name))


def put(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    """The value with something else at a place."""
    if not path:
        return new
    head, *rest = path
    if isinstance(value, list):
        return [put(one, tuple(rest), new) if i == head else one for i, one in enumerate(value)]
    return {**(value or {}), head: put((value or {}).get(head), tuple(rest), new)}


# --------------------------------------------------------------------------------------------- documents


def document(name: str, depth: int = 2) -> str:
    """A document that calls one root field with variables, and selects all it can to a depth."""
    one = ROOTS[name]
    declared = ", ".join(f"${arg}: {given.type}" for arg, given in one.args.items())
    passed = ", ".join(f"{arg}: ${arg}" for arg in one.args)
    head = f"{'mutation' if name in MUTATIONS else 'query'} Q{f'({declared})' if declared else ''}"
    return f"{head} {{ {name}{f'({passed})' if passed else ''}{selection(one.type, depth)} }}"


def _clashing() -> set[str]:
    """Names that say one thing of one type and something else of another, so that they cannot stand side by side."""
    said: dict[str, set[str]] = {}
    for kind in GRAPHQL.get_possible_types(GRAPHQL.type_map["Node"]):
        for name, one in kind.fields.items():
            said.setdefault(name, set()).add(str(one.type))
    return {name for name, types in said.items() if len(types) > 1}


CLASHING = _clashing()


def selection(kind: Any, depth: int, above: tuple[str, ...] = (), prefix: str = "") -> str:
    """All fields of a type that need no arguments, to a depth, without going in circles."""
    kind = get_named_type(kind)
    if is_leaf_type(kind):
        return ""
    inner = ["__typename"] if not prefix else []
    for name, one in kind.fields.items():
        below = get_named_type(one.type)
        if not needs_arguments(one) and (is_leaf_type(below) or (depth > 0 and below.name not in above)):
            alias = f"{prefix}{name}: " if prefix and name in CLASHING else ""
            inner.append(f"{alias}{name}{selection(below, depth - 1, (*above, kind.name))}")
    if isinstance(kind, GraphQLInterfaceType) and depth > 0:
        inner += [  # fields of several types must not share a name
            f"... on {concrete.name}{selection(concrete, depth - 1, above, f'{concrete.name}_')}"
            for concrete in GRAPHQL.get_possible_types(kind)
            if concrete.name not in above
        ]
    return f" {{ {' '.join(inner)} }}"


def needs_arguments(one: Any) -> bool:
    """Whether a field cannot be asked for without saying something."""
    return any(is_required_argument(given) for given in one.args.values())


class Wanderer:
    """Writes valid documents at random: aliases, fragments, directives and arguments, to a depth."""

    def __init__(self, world: World, random: Random, odd: Mapping[str, Sequence[Any]], most_fields: int = 60) -> None:
        self.odd = odd
        self.sender = Sender(world, random)
        self.random = random
        self.left = most_fields
        self.fragments: list[str] = []
        self.count = 0

    def document(self, depth: int = 6) -> str:
        text = self._selection(GRAPHQL.query_type, depth)
        return " ".join([f"query Q {text}", *self.fragments])

    def _selection(self, kind: Any, depth: int) -> str:
        chosen = self.random.sample(list(kind.fields), k=min(len(kind.fields), self.random.randint(1, 6)))
        inner = [text for name in chosen if (text := self._field(kind.fields[name], name, depth))]
        if isinstance(kind, GraphQLInterfaceType):
            some = self.random.sample(list(GRAPHQL.get_possible_types(kind)), k=2)
            inner += [f"... on {concrete.name} {self._selection(concrete, depth)}" for concrete in some]
        text = f"{{ __typename {' '.join(inner)} }}"
        if self.random.random() < 0.1:
            self.count += 1
            self.fragments.append(f"fragment F{self.count} on {kind.name} {text}")
            return f"{{ ...F{self.count} }}"
        return text

    def _field(self, one: Any, name: str, depth: int) -> str:
        below = get_named_type(one.type)
        if self.left <= 0 or (depth <= 1 and not is_leaf_type(below)):
            return ""
        self.left -= 1
        self.count += 1
        directive = self.random.choice(["", "", "", " @include(if: true)", " @skip(if: false)"])
        given = {arg: self._argument(arg, part) for arg, part in one.args.items()}
        said = ", ".join(f"{arg}: {literal(v, one.args[arg].type)}" for arg, v in given.items() if v is not Undefined)
        inner = "" if is_leaf_type(below) else f" {self._selection(below, depth - 1)}"
        return f"a{self.count}: {name}{f'({said})' if said else ''}{directive}{inner}"

    def _argument(self, name: str, given: Any) -> Any:
        """A value that fits its type, though sometimes nobody would send it."""
        odd = self.odd.get(str(given.type).rstrip("!"))
        if odd and self.random.random() < 0.2:
            return self.random.choice(odd)
        return self.sender.part("Query", name, given, fully=False)


def literal(value: Any, kind: Any) -> str:
    """A value as it stands in a document."""
    kind = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
    if isinstance(kind, GraphQLList) and isinstance(value, list):
        return f"[{', '.join(literal(one, kind.of_type) for one in value)}]"
    if isinstance(value, Mapping) and isinstance(kind, GraphQLInputObjectType):
        return f"{{{', '.join(f'{name}: {literal(v, kind.fields[name].type)}' for name, v in value.items())}}}"
    return str(value) if isinstance(kind, GraphQLEnumType) else json.dumps(value)
