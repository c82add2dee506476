"""One request may only say so much, and its fields do not get in each other's way."""

import asyncio
from typing import Any

import strawberry

from commerce.kit.bounds import MOST_ITEMS, long_lists
from commerce.kit.context import Context
from commerce.kit.errors import RequestError
from commerce.kit.graphql import PART, Info, batched, described, input_type, object_type
from tests.channels.factory import make_channel
from tests.conftest import Client, ShopUnderTest

MANY = ["x"] * (MOST_ITEMS + 1)


@input_type
class Page:
    """A page."""

    line_texts: list[str] = described("Lines.")
    notes: strawberry.Maybe[list[str] | None] = described("Notes.", default=None)


@input_type
class Book:
    """A book."""

    pages: list[Page] = described("Pages.")


def paths(given: Any) -> list[tuple[str, ...]]:
    return [refusal.field for refusal in long_lists(given, "input")]


def test_lists_are_found_wherever_they_stand() -> None:
    book = Book(pages=[Page(line_texts=["x"]), Page(line_texts=MANY, notes=strawberry.Some(MANY))])
    assert paths(book) == [("input", "pages", "1", "lineTexts"), ("input", "pages", "1", "notes")]
    assert paths(Book(pages=[Page(line_texts=MANY[1:], notes=strawberry.Some(None))])) == []
    assert paths(Book(pages=[Page(line_texts=MANY)] * (MOST_ITEMS + 1))) == [("input", "pages")]
    assert paths(None) == []


async def test_a_list_that_is_too_long_is_refused(shop: ShopUnderTest, client: Client) -> None:
    await make_channel(shop)
    line = {"variantId": "variant_01h455vb4pex5vsknk084sn02q", "quantity": 1}
    document = (
        "mutation M($input: CartCreateInput!) { cartCreate(input: $input) { userErrors { code message field } } }"
    )
    answer = await client(document, input={"lines": [line] * 251})
    assert answer["cartCreate"]["userErrors"] == [
        {"code": "LIMIT_EXCEEDED", "message": "At most 250 are allowed.", "field": ["input", "lines"]}
    ]
    [error] = (await client.send("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=MANY))["errors"]
    assert (error["extensions"]["code"], error["message"]) == ("BAD_USER_INPUT", "A list has at most 250 items.")


async def test_an_answer_tells_so_many_refusals_and_no_more(shop: ShopUnderTest, client: Client) -> None:
    await make_channel(shop)
    properties = [{"key": "", "value": ""}] * 9
    line = {"variantId": "variant_01h455vb4pex5vsknk084sn02q", "properties": properties}
    document = "mutation M($input: CartCreateInput!) { cartCreate(input: $input) { userErrors { code } } }"
    answer = await client(document, input={"lines": [line] * 100})
    assert len(answer["cartCreate"]["userErrors"]) == MOST_ITEMS


@object_type(PART)
class Thing:
    """A thing."""

    @batched
    async def shared(self: list["Thing"], info: Info) -> list[int]:
        """Takes a while."""
        await asyncio.sleep(0.02)
        return [len(self)] * len(self)

    @strawberry.field
    async def fails(self) -> int:
        """Fails before the other has come."""
        await asyncio.sleep(0.01)
        raise RequestError("BAD_USER_INPUT", "No.")


THING = Thing()


@strawberry.type
class Query:
    @strawberry.field
    def thing(self) -> Thing | None:
        return THING


async def test_a_field_that_is_called_off_leaves_the_others_what_they_wait_for(context: Context) -> None:
    schema = strawberry.Schema(Query)
    answer = await schema.execute("{ a: thing { shared fails } b: thing { shared } }", context_value=context)
    assert answer.data == {"a": None, "b": {"shared": 1}}
    assert [error.message for error in answer.errors or ()] == ["No."]
