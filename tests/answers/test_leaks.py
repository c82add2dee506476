"""Nothing that somebody is told because of who they are is ever told to anybody else."""

from collections.abc import Callable
from random import Random
from typing import Any

import httpx
import pytest
from graphql import GraphQLInterfaceType, get_named_type, is_leaf_type

from commerce.kit.actor import Permission
from commerce.kit.answers import Alike
from commerce.schema import schema
from tests.answers.asking import answers_of, without_cost
from tests.conftest import Client, ShopUnderTest
from tests.house.asking import CLASHING, GRAPHQL, QUERIES, Sender, Wanderer, document, needs_arguments
from tests.house.full_shop import MARK, Full, fill
from tests.house.test_junk import ODD

OWN_FIELDS = {
    "apps", "attributes", "auditLog", "cart", "checkout", "customer", "customerGroups", "customers", "erasureObstacles",
    "options", "order", "orders", "roles", "sessions", "shippingZones", "staff", "staffInvitations", "stockLevels",
    "stockMovements", "taxClasses", "taxRates", "viewer", "warehouses",
}  # fmt: skip
"""Root fields whose answers are kept by nobody."""


@pytest.fixture
async def full(shop: ShopUnderTest, client: Client) -> Full:
    return await fill(shop, client)


ALIKE = Alike(schema)


def open_document(name: str, depth: int) -> str:
    """Calls a root field, and selects all that everyone is told alike."""
    one = QUERIES[name]
    declared = ", ".join(f"${arg}: {given.type}" for arg, given in one.args.items())
    passed = ", ".join(f"{arg}: ${arg}" for arg in one.args)
    return f"query Q{f'({declared})' if declared else ''} {{ {name}{f'({passed})' if passed else ''}{open_selection(one.type, depth)} }}"


def open_selection(kind: Any, depth: int, above: tuple[str, ...] = (), prefix: str = "") -> str:
    kind = get_named_type(kind)
    if is_leaf_type(kind):
        return ""
    inner = ["__typename"]
    for name, one in kind.fields.items():
        below = get_named_type(one.type)
        is_far = not is_leaf_type(below) and (depth == 0 or below.name in above or below.name not in ALIKE.types)
        if ALIKE.is_open(kind.name, name, one) and not needs_arguments(one) and not is_far:
            alias = f"{prefix}{name}: " if prefix and name in CLASHING else ""
            inner.append(f"{alias}{name}{open_selection(below, depth - 1, (*above, kind.name))}")
    if isinstance(kind, GraphQLInterfaceType) and depth > 0:
        inner += [
            f"... on {concrete.name}{open_selection(concrete, depth - 1, above, f'{concrete.name}_')}"
            for concrete in GRAPHQL.get_possible_types(kind)
            if concrete.name in ALIKE.types and concrete.name not in above
        ]
    return f" {{ {' '.join(inner)} }}"


def known(full: Full) -> list[bytes]:
    """The data of every answer that is kept."""
    return [kept.data for kept in answers_of(full.client).memory._kept.values()]


def is_kept(answer: httpx.Response) -> bool:
    status = answer.headers.get("cache-status", "")
    return "stored" in status or "hit" in status or "collapsed" in status


def inputs(full: Full, name: str) -> list[dict[str, Any]]:
    """What a root field is asked: as it comes, and for each thing that an id may lead to."""
    sender = Sender(full.world, Random(name))
    tried = [sender.variables(name), sender.variables(name, fully=True)]
    if not needs_arguments(QUERIES[name]):
        tried.append({})
    if "id" in QUERIES[name].args:
        tried += [{"id": one} for known in full.world.ids.values() for one in known[:3]]
    if "ids" in QUERIES[name].args:
        tried += [{"ids": known[:100]} for known in full.world.ids.values()]
    if "by" in QUERIES[name].args:
        hidden = full.world.hidden
        tried += [{"by": {part: hidden[key]}} for part, key in (("id", "product"), ("slug", "slug"), ("sku", "sku"))]
    return tried


@pytest.mark.parametrize(("depth", "write"), [(1, document), (3, document), (3, open_document)])
async def test_every_root_field_answers_guests_as_if_staff_had_never_asked(
    full: Full, depth: int, write: Callable[[str, int], str]
) -> None:
    """Each question comes from staff first, then from a guest, then again: all as the same words on the wire."""
    shown = 0
    for name in sorted(QUERIES):
        for given in inputs(full, name):
            text = write(name, depth)
            full.act(*Permission)
            seen = await full.ask(text, given)
            assert not is_kept(seen), (name, "staff")
            full.leave()
            first, second = await full.ask(text, given), await full.ask(text, given)
            assert without_cost(first) == without_cost(second), name
            assert MARK not in first.text.lower() or name in OWN_FIELDS, (name, given)
            shown += MARK in seen.text.lower() and MARK not in first.text.lower()
            if name in OWN_FIELDS:
                assert not is_kept(first), name
                assert not is_kept(second), name
            full.act(*Permission)
            assert without_cost(await full.ask(text, given)) == without_cost(seen), (name, "staff again")
    assert shown > 5, "there was something to leak"
    assert not [data for data in known(full) if MARK.encode() in data.lower()]


async def test_what_everyone_is_told_alike_is_kept_and_holds_nothing_that_is_somebodys_own(full: Full) -> None:
    """Nobody takes a public list out of the cache by reading one private table for it."""
    kept = set()
    for name in sorted(QUERIES):
        for given in inputs(full, name):
            answer = await full.ask(open_document(name, 3), given)
            kept |= {name} if is_kept(answer) else set()
    assert kept == set(QUERIES) - OWN_FIELDS
    private = {"cart", "checkout", "order", "order_line", "cart_line", "payment", "refund", "staff", "fulfillment"}
    ids = [one.encode() for prefix in private for one in full.world.ids.get(prefix, ())]
    assert len(ids) > 10
    assert not [data for data in known(full) for one in ids if one in data]


async def test_wandering_through_everything_tells_guests_nothing_new(full: Full) -> None:
    """Documents at random, over all fields: staff and guest in turn, with and without what is kept."""
    random, kept = Random(11), 0
    for _ in range(100):
        text = Wanderer(full.world, random, ODD).document()
        full.act(*Permission)
        assert not is_kept(await full.ask(text, {}))
        full.leave()
        first, second = await full.ask(text, {}), await full.ask(text, {})
        fresh = await full.ask(text, {}, cookie="past=the cache")
        kept += is_kept(second)
        if "INTERNAL" not in first.text:
            assert without_cost(first) == without_cost(second) == without_cost(fresh), text
        assert MARK not in second.text.lower() or "cart" in text or "checkout" in text
    assert not [data for data in known(full) if MARK.encode() in data.lower()]
    assert kept > 5
