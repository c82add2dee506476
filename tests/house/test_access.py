"""Everything is called by everyone: who may not is told so and changes nothing, and what is hidden stays hidden."""

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from graphql import get_named_type, is_abstract_type, is_composite_type, is_leaf_type

from commerce.kit.actor import Permission
from commerce.kit.graphql import (
    ONESELF,
    OWNER,
    PERSON,
    SIGNED_IN,
    InChannels,
    asked_of,
    in_channels,
    object_type,
    rule_of,
)
from commerce.kit.graphql import PUBLIC as PUBLIC_RULE
from commerce.kit.graphql.access import Guard
from commerce.kit.graphql.nodes import _node_loaders
from commerce.kit.graphql.rules import _Everyone, _Person
from commerce.kit.ids import encode, split
from commerce.schema import Mutation, Query, Subscription, schema
from tests.conftest import Client, ShopUnderTest
from tests.house.asking import GRAPHQL, MUTATIONS, QUERIES, ROOTS, SUBSCRIPTIONS, Sender, document
from tests.house.full_shop import MARK, Full, fill

PUBLIC = {
    # queries
    "addressFormat", "brand", "cart", "categories", "category", "channels", "checkout", "context", "countries",
    "identityProviders", "node", "nodes", "order", "product", "products", "viewer",
    # mutations
    "cartCreate", "cartLinesAdd", "cartLinesUpdate", "cartNoteSet", "checkoutComplete", "checkoutStart", "checkoutUpdate",
    "accountMerge", "codeSend", "orderLookup", "orderLookupRequest", "passwordReset", "passwordResetRequest", "signIn",
    "signInStart", "signUp", "staffInvitationAccept", "tokenRefresh",
    # subscriptions
    "orderUpdated",
}  # fmt: skip
"""What anyone may call. A new one is put here by someone who has thought about it."""

OF_THE_SIGNED_IN = {
    "cartMerge",
    "consentGrant", "consentWithdraw", "customerAddressCreate", "customerAddressDelete", "customerAddressUpdate",
    "customerUpdate", "erasureCancel", "erasureObstacles", "erasureRequest", "identityLink", "identityUnlink",
    "passwordChange", "personalDataExport", "recoveryCodesRenew", "sessionRevoke", "sessions", "signOut", "totpBegin",
    "totpConfirm", "totpDisable",
}  # fmt: skip
GUARDED_WITHIN = {"Product.status"}
"""Fields of types that need a permission of their own."""

SECRET_IDS = {"cart", "checkout"}
"""Ids that are themselves the key to the thing."""

PUBLIC_NODES = {"brand", "category", "channel", "image", "option", "option_value", "product", "variant", "video"}


def access(root: Any) -> Iterator[tuple[str, Any]]:
    """Every field of a type with the rule of who may call it."""
    convert = schema.config.name_converter.from_field
    for field in root.__strawberry_definition__.fields:
        for extension in field.extensions:
            if isinstance(extension, Guard):
                yield convert(field), extension.access


RULES: dict[str, Any] = dict([*access(Query), *access(Mutation), *access(Subscription)])
GUARDED = sorted(name for name, rule in RULES.items() if not isinstance(rule, _Everyone))


def asked(name: str) -> frozenset[Permission]:
    """The permissions of which a field needs one; none when a sign-in is enough."""
    return frozenset(asked_of(RULES[name]))


LED = {
    "Query.node": "a loader of each prefix shows what the caller may see; tried with every id below",
    "Query.nodes": "the same",
    "Customer.groups": "empty to everyone but the staff",
}
"""Fields that lead to what needs more than they ask for, and what sees to it instead."""
LED_TO_OWN = {**LED}
"""Fields by which a public query, whose answer may be kept and told to others, leads to what is somebody's own."""


def implies(held: Any, wanted: Any) -> bool:
    """Whether whoever is let through by one rule may see what is under another."""
    if isinstance(wanted, _Everyone):
        return True
    if isinstance(held, _Everyone):
        return False
    if isinstance(wanted, _Person):
        return isinstance(held, type(wanted))
    if isinstance(held, InChannels) and not isinstance(wanted, InChannels) and wanted != ():
        return False
    return not asked_of(wanted) or (bool(asked_of(held)) and set(asked_of(held)) <= set(asked_of(wanted)))


def of_type(kind: Any) -> Any:
    return kind.extensions["strawberry-definition"].origin


def guards(kind: Any) -> dict[str, Any]:
    """The rules of a type's fields that have one of their own."""
    return dict(access(of_type(kind)))


def ways(field: str, held: frozenset[Any], kind: Any, seen: set[Any]) -> Iterator[tuple[str, frozenset[Any], Any]]:
    """Each field on the ways from a field down, with the rules that were passed until then and the type it leads to."""
    kind = get_named_type(kind)
    kinds = GRAPHQL.get_possible_types(kind) if is_abstract_type(kind) else [kind]
    for concrete in kinds:
        if is_leaf_type(concrete) or (concrete.name, held) in seen:
            continue
        yield field, held, concrete
        if concrete.name == kind.name or field not in LED:  # what a listed field leads to is a matter of its own
            seen.add((concrete.name, held))
            inner = guards(concrete)
            for name, one in concrete.fields.items():
                passed = held | {inner[name]} if name in inner else held
                yield from ways(f"{concrete.name}.{name}", passed, one.type, seen)


def from_roots() -> Iterator[tuple[str, str, frozenset[Any], Any]]:
    for root in (GRAPHQL.query_type, GRAPHQL.mutation_type, GRAPHQL.subscription_type):
        assert root is not None
        for name, one in root.fields.items():
            for way in ways(f"{root.name}.{name}", frozenset([RULES[name]]), one.type, set()):
                yield f"{root.name}.{name}", *way


def test_every_type_says_who_may_see_it() -> None:
    roots = ("Query", "Mutation", "Subscription")
    outputs = [kind for kind in GRAPHQL.type_map.values() if is_composite_type(kind) and kind.name[:2] != "__"]
    assert [kind.name for kind in outputs if kind.name not in roots and rule_of(of_type(kind)) is None] == []
    assert all(rule_of(of_type(GRAPHQL.type_map[root])) is None for root in roots)  # whose fields say it


def test_a_type_must_say_who_may_see_it() -> None:
    with pytest.raises(TypeError, match="who may see a Bare"):

        @object_type  # type: ignore[arg-type]
        class Bare:
            """Of nobody knows whom."""


def test_what_needs_a_permission_says_so() -> None:
    for name in ("StaffMember", "Warehouse", "StockLevel"):
        kind = GRAPHQL.type_map[name]
        assert all(permission in (kind.description or "") for permission in asked_of(rule_of(of_type(kind)) or ()))
        assert "Needs " in (kind.description or "")


def test_no_way_leads_around_a_rule() -> None:
    """However deep a document goes, it comes to no type whose rule was not asked for on the way."""
    found, needed = set(), set()
    for root, field, held, kind in from_roots():
        rule = rule_of(of_type(kind))
        if not any(implies(one, rule) for one in held):
            needed.add(field)
            if field not in LED:
                found.add((root, field, kind.name))
    assert found == set()
    assert set(LED) <= needed


def test_public_answers_hold_nothing_of_anybody() -> None:
    """A public query says the same to everyone, so that nothing in it may be somebody's own."""
    found = {
        (root, field, kind.name)
        for root, field, _, kind in from_roots()
        if root.startswith("Query.") and RULES[root.removeprefix("Query.")] is PUBLIC_RULE
        if rule_of(of_type(kind)) is OWNER and field not in LED_TO_OWN
    }
    assert found == set()


@pytest.mark.parametrize(
    ("held", "wanted", "expected"),
    [
        (PUBLIC_RULE, OWNER, True), (PUBLIC_RULE, PERSON, False), (SIGNED_IN, SIGNED_IN, True), (SIGNED_IN, PERSON, False),
        (PERSON, ONESELF, False), (ONESELF, PERSON, True), (OWNER, Permission.ORDERS_READ, False),
        (Permission.ORDERS_READ, Permission.ORDERS_READ, True), (Permission.ORDERS_READ, SIGNED_IN, True),
        (in_channels(Permission.ORDERS_READ), Permission.ORDERS_READ, False),
        (Permission.ORDERS_READ, in_channels(Permission.ORDERS_READ), True),
        ((Permission.ORDERS_READ, Permission.ORDERS_WRITE), Permission.ORDERS_READ, False),
        (Permission.ORDERS_READ, (Permission.ORDERS_READ, Permission.ORDERS_WRITE), True),
    ],
)  # fmt: skip
def test_one_rule_implies_another(held: Any, wanted: Any, *, expected: bool) -> None:
    assert implies(held, wanted) is expected


@pytest.fixture
async def full(shop: ShopUnderTest, client: Client) -> Full:
    return await fill(shop, client)


async def call(full: Full, name: str, sender: Sender) -> Any:
    """What a root field answers to an input that looks right."""
    async with full.undone():
        return (await full.ask(document(name, 1), sender.variables(name, fully=True))).json()


def codes(answer: Any) -> set[str]:
    return {error["extensions"]["code"] for error in answer.get("errors", ())}


def test_what_is_public_is_listed() -> None:
    assert set(RULES) == {*ROOTS, *SUBSCRIPTIONS}
    assert set(RULES) - set(GUARDED) == PUBLIC
    assert {name for name in GUARDED if not asked(name)} == OF_THE_SIGNED_IN


def test_what_is_guarded_within_types_is_listed() -> None:
    found = set()
    for kind in GRAPHQL.type_map.values():
        definition = kind.extensions.get("strawberry-definition")
        if (
            definition is not None
            and kind.name not in ("Query", "Mutation", "Subscription")
            and hasattr(definition, "fields")
        ):
            found |= {f"{kind.name}.{name}" for name, _ in access(definition.origin)}
    assert found == GUARDED_WITHIN


async def test_who_may_not_call_is_told_so_and_changes_nothing(full: Full) -> None:
    before, sender, wrong = await full.state(), Sender(full.world, Random(1)), []
    for name in GUARDED:
        full.leave()
        tries = {"guest": (await call(full, name, sender), "UNAUTHENTICATED")}
        if asked(name):
            for who, permissions in (("nobody", ()), ("another", set(Permission) - asked(name))):
                full.act(*permissions)
                tries[who] = (await call(full, name, sender), "FORBIDDEN")
        wrong += [
            (name, who, answer)
            for who, (answer, code) in tries.items()
            if codes(answer) != {code} or any((answer.get("data") or {}).values())
        ]
    assert wrong == []
    assert await full.state() == before


async def test_nothing_is_looked_at_before_the_caller_is_known(full: Full) -> None:
    """Not even whether a key is missing or a list is too long."""
    wrong = []
    for name in GUARDED:
        for fully in (True, False):
            sent = Sender(full.world, Random(5)).variables(name, fully=fully)
            bare = {arg: {} if isinstance(value, dict) else value for arg, value in sent.items()}
            keyless = {arg: _without_key(value) for arg, value in sent.items()}
            for tried in (keyless, bare):
                full.leave()
                answer = (await full.ask(document(name, 1), tried)).json()
                wrong += [] if codes(answer) <= {"UNAUTHENTICATED", "BAD_USER_INPUT"} else [(name, answer)]
    assert wrong == []


def _without_key(value: Any) -> Any:
    return {name: one for name, one in value.items() if name != "idempotencyKey"} if isinstance(value, dict) else value


async def test_nothing_is_written_before_the_caller_is_known(full: Full) -> None:
    """The same without the help of taking everything back: there is nothing to take back."""
    before, sender = await full.state(), Sender(full.world, Random(2))
    full.leave()
    for name in GUARDED:
        await full.ask(document(name, 1), sender.variables(name, fully=True), **{"idempotency-key": f"key-{name}"})
    assert await full.state() == before


async def test_one_of_the_permissions_is_enough(full: Full) -> None:
    sender, wrong = Sender(full.world, Random(3)), []
    for name in GUARDED:
        for permission in asked(name) or {Permission.STOCK_WRITE}:
            full.act(permission)
            answer = await call(full, name, sender)
            at_root = [e for e in answer.get("errors", ()) if e.get("path") == [name]]
            wrong += [(name, permission, answer)] if at_root else []
    assert wrong == []


async def test_what_is_hidden_is_not_found_by_its_id(full: Full) -> None:
    """Every id of the shop, tried by a guest and by staff who see to something else."""
    tried = [one for prefix, known in full.world.ids.items() if prefix not in SECRET_IDS for one in known]
    for permissions in (None, (), (Permission.STOCK_WRITE,)):
        full.leave() if permissions is None else full.act(*permissions)
        assert await _marked(full, tried) == set()
        for i in range(0, len(tried), 100):
            assert MARK not in (await full.ask(document("nodes", 2), {"ids": tried[i : i + 100]})).text.lower()
    full.act(*Permission)  # who may see it does, so that the search above is known to find it
    found = {one.rpartition("_")[0] for one in await _marked(full, tried)}
    assert found == {
        "app", "channel", "customer", "customer_group", "image", "order", "product", "role", "staff", "staff_invitation",
        "variant", "video",
    }  # fmt: skip


async def _marked(full: Full, tried: list[str]) -> set[str]:
    """The ids that lead to something that is hidden."""
    found = set()
    for one in tried:
        answer = await full.ask(document("node", 2), {"id": one})
        assert answer.status_code == 200
        found |= {one} if MARK in answer.text.lower() else set()
    return found


async def test_key_of_one_thing_opens_nothing_else(full: Full) -> None:
    """The key of every thing under the prefix of every other type."""
    known = {key for one in full.world.everything() for _, key in [split(one) or ("", None)] if key}
    full.act(*Permission)
    for prefix in _node_loaders:
        own = set(full.world.ids.get(prefix, ()))
        tried = [one for key in known if (one := encode(prefix, key)) not in own]
        for i in range(0, len(tried), 100):
            answer = (await full.ask(document("nodes", 1), {"ids": tried[i : i + 100]})).json()
            assert "errors" not in answer, (prefix, answer["errors"], full.faults)
            assert not any(answer["data"]["nodes"]), (prefix, answer["data"])


async def test_only_what_is_public_is_a_node_to_a_guest(full: Full) -> None:
    shown = set()
    for prefix, known in full.world.ids.items():
        answer = (await full.ask("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", {"ids": known[:100]})).json()
        shown |= {prefix} if any(answer["data"]["nodes"]) else set()
    assert shown == PUBLIC_NODES | SECRET_IDS


async def test_hidden_products_are_shown_by_no_public_field(full: Full) -> None:
    hidden = full.world.hidden
    ways = [{"id": hidden["product"]}, {"slug": hidden["slug"]}, {"sku": hidden["sku"]}]
    for permissions in (None, (), tuple(set(Permission) - {Permission.PRODUCTS_READ})):
        full.leave() if permissions is None else full.act(*permissions)
        for by in ways:
            answer = (await full.ask(document("product", 3), {"by": by})).json()
            assert (answer["data"], codes(answer)) == ({"product": None}, set())
    full.act(Permission.PRODUCTS_READ)
    for by in ways:
        assert (await full.ask(document("product", 1), {"by": by})).json()["data"]["product"]["id"] == hidden["product"]


async def test_public_lists_show_nothing_that_is_hidden(full: Full) -> None:
    sender = Sender(full.world, Random(4))
    full.leave()
    for name in sorted(PUBLIC & set(QUERIES) - SECRET_IDS):
        sent = sender.variables(name)
        if name in ("node", "nodes", "product"):
            continue  # tried with all ids above
        answer = await full.ask(document(name, 3), {arg: value for arg, value in sent.items() if arg != "filter"})
        assert MARK not in answer.text.lower(), (name, answer.text)
    assert (
        MARK.upper()
        not in (await full.ask("{ products(first: 100) { nodes { variants { nodes { sku } } } } }", {})).text
    )


async def test_hidden_variants_are_bought_by_nobody(full: Full) -> None:
    full.leave()
    cart = full.world.ids["cart"][0]
    line = {"variantId": full.world.hidden["variant"], "quantity": 1}
    before = await full.state()
    for name, sent in (("cartCreate", {"lines": [line]}), ("cartLinesAdd", {"cartId": cart, "lines": [line]})):
        answer = await full.ask(document(name, 3), {"input": sent})
        assert [e["code"] for e in answer.json()["data"][name]["userErrors"]] == ["UNAVAILABLE"]
        assert MARK not in answer.text.lower()
    assert await full.state() == before


async def test_orders_of_others_are_shown_to_nobody_else(full: Full) -> None:
    full.leave()
    for order in full.world.ids["order"]:
        assert (await full.ask(document("order", 3), {"id": order})).json()["data"] == {"order": None}
        assert (await full.ask(document("node", 1), {"id": order})).json()["data"] == {"node": None}


async def test_only_owners_are_told_what_is_guarded_within(full: Full) -> None:
    shown = next(one for one in full.world.ids["product"] if one != full.world.hidden["product"])
    assert {"Product.status"} == GUARDED_WITHIN
    for permissions, expected in (
        (None, "UNAUTHENTICATED"),
        ((), "FORBIDDEN"),
        ((Permission.STOCK_WRITE,), "FORBIDDEN"),
    ):
        full.leave() if permissions is None else full.act(*permissions)
        text = "query($id: ID!) { node(id: $id) { ... on Product { name status } } }"
        answer = (await full.ask(text, {"id": shown})).json()
        assert answer["data"]["node"]["name"]
        assert (answer["data"]["node"]["status"], codes(answer)) == (None, {expected})


def test_no_public_type_says_what_something_costs_us() -> None:
    words = ("cost", "margin", "purchase", "password", "secret", "token", "hash", "internal")
    allowed = {
        "AuthTokens.accessToken",
        "AuthTokens.refreshToken",
        "AuthPayload.tokens",
        "TotpBeginPayload.secret",
        "App.tokens",
        "AppTokenCreatePayload.secret",
        "AppTokenCreatePayload.appToken",
        "AppTokenRevokePayload.appToken",
        "CustomerImpersonatePayload.accessToken",
        "IdentityTakenError.mergeToken",
    }
    found = {
        f"{kind.name}.{name}"
        for kind in GRAPHQL.type_map.values()
        for name, field in getattr(kind, "fields", {}).items()
        if hasattr(field, "args") and any(word in name.lower() for word in words) and get_named_type(field.type)
    }
    assert found - allowed - {f"Mutation.{name}" for name in MUTATIONS} == set()
