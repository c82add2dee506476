"""Whatever is sent, the shop answers: with data, or with a refusal that says what is wrong, and then nothing changed.

A run tries as much as `JUNK_SECONDS` allow (5 for each test), in an order that `JUNK_SEED` decides.
"""

import json
import os
import re
import time
from collections.abc import Iterator
from random import Random
from typing import Any

import httpx
import pytest
from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLList, GraphQLNonNull

from commerce.kit.actor import Permission
from commerce.kit.errors import ErrorCode
from tests.conftest import Client, ShopUnderTest
from tests.house.asking import MUTATIONS, QUERIES, ROOTS, Sender, Wanderer, World, document, leaves, put
from tests.house.full_shop import MARK, Full, fill

SECONDS = float(os.environ.get("JUNK_SECONDS", "5"))
SEED = int(os.environ.get("JUNK_SEED", "1"))
CODES = {
    "BAD_REQUEST",
    "BAD_USER_INPUT",
    "FORBIDDEN",
    "UNAUTHENTICATED",
    "GRAPHQL_PARSE_FAILED",
    "TOO_COMPLEX",
    "TOO_LARGE",
}
LEAKS = re.compile(
    r"Traceback|asyncpg|sqlalchemy|\bpg_|line \d+, in |\.py\b|<class |object at 0x|NoneType|UUID\(", re.IGNORECASE
)
UNFILLED = re.compile(r"\{\w*\}")
CHINESE = re.compile(r"[\u3400-\u9fff]")
TRIED = (
    "erasureRequest", "identityLink", "passwordChange", "passwordReset", "personalDataExport", "recoveryCodesRenew", "signIn",
    "totpBegin", "totpConfirm", "totpDisable",
)  # fmt: skip
MAY_MOVE = {
    **{name: {"accounts_attempt", "accounts_challenge", "kit_audit"} for name in TRIED},
    "tokenRefresh": {"accounts_session"},
}
"""What a refusal leaves behind by design: tries are counted, those of staff are written down, a stolen token ends its session."""

_RANDOM = Random(SEED)
LETTERS = "".join(chr(_RANDOM.randrange(0x3400, 0x9FFF)) for _ in range(12_000))
STRINGS: list[Any] = [
    "", " ", "\n", "x" * 256, "x" * 20_000, "\0", "a\0b", "\x01\x1b[31m\x7f", "\ud800", "a\udfffb", "👩‍👩‍👧‍👦", "👩" * 300,
    "\u202eabc", "\u200b", "\ufeff", "'; drop table orders_order; --", '"', "\\", "%", "_", "%s%n", "<script>x</script>",
    "İ", "ß", "\u0300" * 500, "１２", "٣", "a b", "-", "--", ".", "../../etc/passwd", "null", "null\n", "{", "[1]", "1e5",
    "product_01h455vb4pex5vsknk084sn02q", "en", LETTERS[:500], LETTERS[:100], LETTERS, "a@b.c", "ａ＠ｂ．ｃ", "\U0010ffff",
    "a" * 63 + "é", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "&" * 300, "<" * 300, 5, 1.5, True, [], {}, ["a"], {"a": 1},
]  # fmt: skip
IDS: list[Any] = [
    "", "x", "_", "product", "product_", "product_01h455vb4pex5vsknk084sn02q", "cart_01h455vb4pex5vsknk084sn02q",
    "variant_7zzzzzzzzzzzzzzzzzzzzzzzzz", "variant_8zzzzzzzzzzzzzzzzzzzzzzzzz", "variant_00000000000000000000000000", "_" * 999,
    "order_01H455VB4PEX5VSKNK084SN02Q", "PRODUCT_01h455vb4pex5vsknk084sn02q", "a" * 50_000, "order_" + "0" * 50_000,
    "product_01h455vb4pex5vsknk084sn02q\n", " product_01h455vb4pex5vsknk084sn02q", "\0", "\ud800", "🪑", 5, 0, -1, 2**70,
    1.5, True, [], {}, "e58ed763-928c-4155-bee9-fdbaaadc15f3", "../x", "nobody_01h455vb4pex5vsknk084sn02q",
]  # fmt: skip
INTS: list[Any] = [
    0, -1, 1, 2, 9_999, 10_000, 100_000, 1_000_000_000, 1_000_000_001, 2**31 - 1, -(2**31), 2**31, -(2**31) - 1, 2**63, 10**30,
    1.0, 1.5, 1e300, "1", "", True, [], {},
]  # fmt: skip
DECIMALS: list[Any] = [
    "0", "-0", "-1", "1", "0.001", "0.01", "0.005", "0.000000000001", "9" * 13, "9" * 16, "9" * 20, "9" * 21, "9" * 30, "1e5", "NaN",
    "Infinity", "-Infinity", "", " 1", "1.", ".5", "+1", "1_000", "１", "0x10", "99999999999999999999.999999999999", "1000", "1000.01",
    1, 1.5, True, [], {},
]  # fmt: skip
SCALARS: dict[str, list[Any]] = {
    "String": STRINGS,
    "HTML": STRINGS,
    "ID": IDS,
    "Int": INTS,
    "Decimal": DECIMALS,
    "Float": [*INTS, 1e-300, "NaN"],
    "Boolean": ["true", 1, 0, "", [], {}, True, False],
    "DateTime": [
        "2026-11-22T17:12:48", "2026-11-22", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59-23:59",
        "0001-01-01T00:00:00+10:00", "2026-02-30T00:00:00Z", "2026-11-22T24:00:00Z", "2026-12-31T23:59:60Z", "", "now", "infinity",
        "2026-11-22T17:12:48.1234567Z", "1970-01-01T00:00:00Z", 0, 10**12, True, [], {},
    ],
    "URL": [
        "", "x", "/a", "//a", "javascript:alert(1)", "data:text/html,x", "http://", "https://x/" + "a" * 3_000, "https://x/\x01", "https://x/\0",
        "https://☃.example/\u202e", "https://a b", "HTTPS://X", "https://x/" + LETTERS[:2_000], "ftp://x", "https://[::1", "https://x:99999999", 5, [],
    ],
    "Locale": [
        "", "xx", "zh-hans-cn", "ZH", "zh_Hant", "en-US-POSIX", "und", "i-klingon", "en-x-private", "en-u-ca-buddhist", "art-lojban", "e", "a" * 50,
        "en-" * 10, "sr-Latn-RS", "en-Latn-US-x-y-z", "zh-Hant-HK-u-nu-hanidec", "\0", "中文", 5, [],
    ],
    "CurrencyCode": ["", "usd", "US", "XXX", "XAU", "ZZZ", "BTC", "JPY", "KWD", "CLF", "US$", "Ａ", 5, [], {}],
    "CountryCode": ["", "us", "USA", "XX", "ZZ", "EU", "AQ", "GB", "TW", "XK", "中", 5, [], {}],
    "JSON": [None, 1, 1.5, 2**70, "x", [], {}, [[[[]]]], {"a": "\0"}, {"\ud800": 1}, "\ud800"],
}  # fmt: skip


ODD: dict[str, list[Any]] = {
    "Int": [one for one in INTS if type(one) is int and abs(one) < 2**31],
    **{
        kind: [one for one in SCALARS[kind] if isinstance(one, str) and not re.search("[\0\ud800-\udfff]", one)]
        for kind in ("String", "ID")
    },
}
"""Values that fit their type, and that nobody would send."""


def junk_for(kind: Any, now: Any, world: World) -> Iterator[Any]:
    """What could stand at a place of the input and should not."""
    yield None
    bare = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
    if isinstance(bare, GraphQLList):
        one = now[0] if isinstance(now, list) and now else None
        yield from ([], [None], [one] * 2, [one] * 251, [one] * 1000, one, [[one]], {}, "x", 5)
    elif isinstance(bare, GraphQLInputObjectType):
        whole = now if isinstance(now, dict) else {}
        yield from ({}, [], "x", 5, {**whole, "nobody": 1}, {name: whole.get(name) for name in bare.fields})
        yield from ({name: value for name, value in whole.items() if name != gone} for gone in whole)
    elif isinstance(bare, GraphQLEnumType):
        yield from (*bare.values, "", "NOBODY", next(iter(bare.values)).lower(), 5, True, [], {})
    else:
        yield from SCALARS.get(bare.name, STRINGS)
        if bare.name == "ID":
            yield from (world.everything()[i % len(world.everything())] for i in range(0, 300, 7))


def cases(names: dict[str, Any], world: World) -> list[tuple[str, dict[str, Any]]]:
    """Every piece of junk at every place of every input, each in an input that is otherwise right; shuffled."""
    random = Random(SEED)
    sender, found = Sender(world, random), []
    for name in names:
        sent = sender.variables(name, fully=True)
        for arg, one in ROOTS[name].args.items():
            for path, kind in leaves(one.type, sent.get(arg)):
                now = _at(sent.get(arg), path)
                found += [(name, {**sent, arg: put(sent.get(arg), path, junk)}) for junk in junk_for(kind, now, world)]
    random.shuffle(found)
    return found


def _at(value: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step < len(value):
            value = value[step]
    return value


def faults(name: str, answer: httpx.Response, sent: Any = "") -> list[str]:
    """What is wrong with an answer, whatever it was an answer to."""
    wrong = [f"status {answer.status_code}"] if answer.status_code >= 500 else []
    body = answer.json()
    for error in body.get("errors", ()):
        code = error.get("extensions", {}).get("code")
        wrong += [f"{code}: {error['message'][:200]}"] if code not in CODES else []
        wrong += [f"says {error['message'][:300]}"] if LEAKS.search(error["message"]) or not error["message"] else []
    payload = (body.get("data") or {}).get(name)
    if name in MUTATIONS and payload:
        wrong += [text for error in payload["userErrors"] for text in _wrong_error(error, json.dumps(sent))]
    return wrong


def _wrong_error(error: dict[str, Any], sent: str) -> Iterator[str]:
    if error["code"] not in ErrorCode.__members__:
        yield f"unknown code {error['code']}"
    if error["field"] and error["field"][0] not in ("input", "cart"):
        yield f"field {error['field']}"
    if not error["message"] or LEAKS.search(error["message"]):
        yield f"message {error['message']!r}"
    if UNFILLED.search(error["message"]) and "{" not in sent:
        yield f"unfilled {error['message']!r}"


def is_refused(name: str, answer: httpx.Response) -> bool:
    body = answer.json()
    return "errors" in body or bool(((body.get("data") or {}).get(name) or {}).get("userErrors"))


def until(seconds: float) -> Iterator[int]:
    """Count while there is time."""
    end, i = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        yield i
        i += 1


def told(wrong: list[Any]) -> str:
    return f"{len(wrong)} times, such as:\n" + "\n".join(map(str, wrong[:40]))


@pytest.fixture
async def full(shop: ShopUnderTest, client: Client) -> Full:
    return await fill(shop, client)


async def test_junk_in_a_mutation_is_refused_and_changes_nothing(full: Full) -> None:
    before, wrong, texts = await full.state(), [], {name: document(name, 1) for name in MUTATIONS}
    for _, (name, sent) in zip(until(SECONDS), cases(MUTATIONS, full.world), strict=False):
        full.act(*Permission)
        async with full.undone():
            answer = await full.ask(texts[name], sent)
            found = faults(name, answer, sent) + full.faults
            if is_refused(name, answer):
                after = await full.state()
                moved = {table for table in after if after[table] != before[table]} - MAY_MOVE.get(name, set())
                found += [f"changed {sorted(moved)} in spite of {answer.text[:300]}"] if moved else []
        wrong += [(name, json.dumps(sent)[:600], found)] if found else []
    assert not wrong, told(wrong)


async def test_junk_in_a_query_is_answered(full: Full) -> None:
    before, wrong, texts = await full.state(), [], {name: document(name, 1) for name in QUERIES}
    for i, (name, sent) in zip(until(SECONDS), cases(QUERIES, full.world), strict=False):
        full.act(*Permission) if i % 2 else full.leave()
        async with full.undone():
            answer = await full.ask(texts[name], sent)
            found = faults(name, answer) + full.faults
        wrong += [(name, json.dumps(sent)[:600], found)] if found else []
    assert not wrong, told(wrong)
    assert await full.state() == before


async def test_whatever_is_valid_can_be_asked(full: Full) -> None:
    wrong, random = [], Random(SEED)
    for i in until(SECONDS):
        full.leave() if i % 2 else full.act(*Permission)
        text = Wanderer(full.world, random, ODD).document()
        async with full.undone():
            answer = await full.ask(text, {})
        found = faults("", answer) + full.faults
        if i % 2 and MARK in answer.text:
            found.append("shows what is hidden")
        wrong += [(text[:1500], found)] if found else []
    assert not wrong, told(wrong)


def one_wrong(name: str, sender: Sender) -> dict[str, Any]:
    """An input that looks right, or is wrong at one place."""
    random, sent = sender.random, sender.variables(name)
    for arg in [one for one in sent if random.random() < 0.5]:
        path, kind = random.choice(list(leaves(ROOTS[name].args[arg].type, sent[arg])))
        sent[arg] = put(sent[arg], path, random.choice(list(junk_for(kind, _at(sent[arg], path), sender.world))))
    return sent


@pytest.mark.race
async def test_a_shop_that_is_used_badly_goes_on(racing_shop: ShopUnderTest) -> None:
    """On real connections, and with all that was accepted on the way still there."""
    full = await fill(racing_shop, Client(racing_shop))
    random, wrong = Random(SEED), []
    sender, names = Sender(full.world, random), sorted(ROOTS)
    for i in until(SECONDS):
        full.leave() if i % 4 == 3 else full.act(*Permission)
        name = random.choice(names)
        text, sent = (
            (document(name, 2), one_wrong(name, sender))
            if i % 4
            else (Wanderer(full.world, random, ODD).document(), {})
        )
        answer = await full.ask(text, sent)
        found = faults(name, answer, sent) + full.faults
        wrong += [(name if i % 4 else text[:1500], json.dumps(sent)[:600], found)] if found else []
        full.world.note(answer.json())
    await full.client.http.aclose()
    assert not wrong, told(wrong)


async def test_refusals_are_said_in_chinese(full: Full) -> None:
    random, wrong = Random(SEED), []
    asked = cases(MUTATIONS, full.world)
    random.shuffle(asked)
    for _, (name, sent) in zip(until(SECONDS / 2), asked, strict=False):
        full.act(*Permission)
        async with full.undone():
            answer = await full.ask(document(name, 1), sent, **{"accept-language": "zh-CN"})
        payload = (answer.json().get("data") or {}).get(name) or {}
        wrong += [(name, e["message"]) for e in payload.get("userErrors", ()) if not CHINESE.search(e["message"])]
    assert not wrong, told(wrong)
