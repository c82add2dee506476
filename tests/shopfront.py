"""A small shop that sells, for tests of buying: two channels, three goods, and the documents of a storefront."""

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from commerce.accounts.actions import identities
from commerce.accounts.values import IdentityKind, Proof
from commerce.catalog import actions as catalog
from commerce.catalog import queries as catalog_queries
from commerce.catalog.values import ProductDraft, VariantDraft
from commerce.channels import actions as channels
from commerce.channels.models import Channel
from commerce.inventory import actions as inventory
from commerce.kit import ids
from commerce.kit.actor import Actor, ActorKind
from commerce.kit.db import Session
from commerce.kit.ids import new_key
from commerce.kit.money import Money
from commerce.payments import actions as payments
from commerce.payments.providers import Providers
from commerce.pricing import actions as pricing
from commerce.pricing.values import Price, PriceEntry
from commerce.shipping import actions as shipping
from commerce.shipping.values import Rate
from commerce.shop import Shop
from commerce.tax import actions as tax

GOODS = {
    "MUG": ({"en": "Harbor mug", "zh-Hans": "海港马克杯", "de": "Hafenbecher"}, {"USD": "14.50", "EUR": "13.90", "JPY": "2200", "KWD": "4.500", "CNY": "98.00"}),
    "TEA": ({"en": "Pine tea", "zh-Hans": "松针茶"}, {"USD": "9.99", "EUR": "8.90", "JPY": "1480", "KWD": "3.125", "CNY": "66.60"}),
    "PEN": ({"en": "Brass pen", "zh-Hans": "黄铜钢笔"}, {"USD": "33.33", "EUR": "29.95", "JPY": "4980", "KWD": "10.255", "CNY": "218.00"}),
}  # fmt: skip
SHIPPING = {"USD": "4.95", "EUR": "4.90", "JPY": "600", "KWD": "1.750", "CNY": "10.00"}
ADDRESSES = {
    "US": {"name": "Ada Park", "lines": ["1 Pier St"], "city": "Newark", "region": "US-NJ", "postalCode": "07102"},
    "DE": {"name": "Ada Park", "lines": ["Hafenstraße 1"], "city": "Hamburg", "postalCode": "20457"},
    "CN": {"name": "李雷", "lines": ["科技园1号"], "city": "深圳市", "district": "南山区", "region": "CN-GD", "postalCode": "518000"},
    "JP": {"name": "Ada Park", "lines": ["1-2-3 Jingumae"], "region": "JP-13", "postalCode": "150-0001"},
    "KW": {"name": "Ada Park", "lines": ["Gulf Road 5"], "city": "Kuwait City"},
}  # fmt: skip


@dataclass
class Goods:
    """What tests need to know of the shop."""

    variants: dict[str, UUID] = field(default_factory=dict)
    channels: dict[str, UUID] = field(default_factory=dict)
    warehouse: UUID | None = None

    def variant(self, sku: str) -> str:
        return ids.encode("variant", self.variants[sku])


async def open_shop(shop: Shop, stock: int = 100) -> Goods:
    """Set up a shop that sells in two channels: `web` adds tax, `asia` includes it."""
    goods = Goods()
    async with shop.context().transaction() as session:
        web = await _channel(session, "web", ["en", "zh-Hans", "de"], ["USD", "EUR", "KWD"], ["US", "DE", "KW"], False)
        asia = await _channel(session, "asia", ["zh-Hans", "en"], ["CNY", "JPY"], ["CN", "JP"], True)
        goods.channels = {"web": web.id, "asia": asia.id}
        await _tax(session)
        for channel in (web, asia):
            await _shipping(session, channel)
            for code, name in (("test.card", "Test card"), ("manual.transfer", "Bank transfer")):
                await payments.offer(
                    session, shop.resources[Providers], channel.id, code, {"en": name}, {}, is_live=False
                )
        warehouse = await inventory.create_warehouse(session, code="main", name={"en": "Main"}, country="US")
        goods.warehouse = warehouse.id
        for channel in (web, asia):
            await inventory.sell_from(session, channel.id, [warehouse.id])
        for sku in GOODS:
            await _product(session, sku, [web, asia])
        goods.variants = await catalog_queries.variant_keys_by_sku(session, list(GOODS))
        await _prices(session, goods.variants, web, asia)
        await inventory.receive(session, [(key, warehouse.id, stock) for key in goods.variants.values()])
    return goods


async def _channel(
    session: Session, code: str, locales: list[str], currencies: list[str], countries: list[str], includes_tax: bool
) -> Channel:
    return await channels.create(
        session,
        code=code,
        name={"en": code},
        locales=locales,
        currencies=currencies,
        countries=countries,
        prices_include_tax=includes_tax,
        time_zone="UTC",
    )


async def _tax(session: Session) -> None:
    for code in ("standard", "reduced"):
        await tax.create_class(session, code=code, name={"en": code})
    rates = {("US", "US-NJ"): 66_250, ("DE", None): 190_000, ("CN", None): 130_000, ("JP", None): 100_000}
    for (country, region), ppm in rates.items():
        for code in ("standard", "reduced"):
            await tax.set_rate(
                session,
                country=country,
                region=region,
                class_code=code,
                ppm=ppm if code == "standard" else ppm // 2,
                name={"en": "Tax"},
            )


async def _shipping(session: Session, channel: Channel) -> None:
    zone = await shipping.create_zone(
        session, code=f"zone-{channel.code}", name={"en": "Zone"}, countries=channel.countries
    )
    for position, code in enumerate(("post", "express")):
        await shipping.create_method(
            session,
            zone_key=zone.id,
            channel_key=channel.id,
            code=code,
            name={"en": code.title(), "zh-Hans": "快递"},
            min_days=2,
            max_days=5,
            position=position,
            rates=[Rate(Money.of(SHIPPING[c], c) * (1 if code == "post" else 3)) for c in channel.currencies],
        )


async def _product(session: Session, sku: str, sold_in: list[Channel]) -> None:
    tax_class = "reduced" if sku == "TEA" else "standard"
    draft = ProductDraft(
        name=GOODS[sku][0],
        variants=(VariantDraft(sku),),
        code=sku.lower(),
        slugs={"en": sku.lower()},
        tax_class=tax_class,
    )
    product = await catalog.create_product(session, draft)
    await catalog.publish(session, product.id, [channel.id for channel in sold_in], session.now() - timedelta(days=1))


async def _prices(session: Session, variants: dict[str, UUID], *sold_in: Channel) -> None:
    entries = [
        PriceEntry(variants[sku], channel.id, Price(Money.of(GOODS[sku][1][currency], currency), None))
        for sku in GOODS
        for channel in sold_in
        for currency in channel.currencies
    ]
    await pricing.set_prices(session, entries)


ERRORS = "userErrors { code message field ... on StockError { availableQuantity } ... on PaymentError { isRetryable } }"
TOTALS = """totals { subtotal { amount } discount { amount } shipping { amount } tax { amount } taxIncluded
  total { amount currencyCode } isEstimate }"""
CART = f"""id version currencyCode isOpen totalQuantity {TOTALS}
  lines {{ id quantity title unitPrice {{ current {{ amount }} }} subtotal {{ amount }} total {{ amount }}
           properties {{ key value }} variant {{ sku }} }}
  warnings {{ code message lineId }}"""
CART_CREATE = f"mutation($input: CartCreateInput!) {{ cartCreate(input: $input) {{ cart {{ {CART} }} {ERRORS} }} }}"
CART_OPEN = f"mutation($input: CartCreateInput!) {{ cartCreate(input: $input) {{ cart {{ id {TOTALS} }} {ERRORS} }} }}"
LINES_ADD = f"mutation($input: CartLinesAddInput!) {{ cartLinesAdd(input: $input) {{ cart {{ {CART} }} {ERRORS} }} }}"
LINES_UPDATE = (
    f"mutation($input: CartLinesUpdateInput!) {{ cartLinesUpdate(input: $input) {{ cart {{ {CART} }} {ERRORS} }} }}"
)
CHECKOUT = f"""id email {TOTALS} requirements {{ code field message }}
  shippingOptions {{ id name price {{ net {{ amount }} gross {{ amount }} }} }} selectedShippingOption {{ id }}
  paymentOptions {{ id code name }} selectedPaymentOption {{ code }} order {{ id number }}
  cart {{ id isOpen }}"""
START = (
    f"mutation($input: CheckoutStartInput!) {{ checkoutStart(input: $input) {{ checkout {{ {CHECKOUT} }} {ERRORS} }} }}"
)
UPDATE = f"mutation($input: CheckoutUpdateInput!) {{ checkoutUpdate(input: $input) {{ checkout {{ {CHECKOUT} }} {ERRORS} }} }}"
ORDER = f"""id number status paymentStatus fulfillmentStatus cancelReason email {TOTALS}
  lines {{ id title sku quantity fulfilledQuantity total {{ net {{ amount }} tax {{ amount }} gross {{ amount }} }} }}
  payments {{ status amount {{ amount }} captured {{ amount }} refunded {{ amount }} }}
  refunds {{ status amount {{ amount }} reason }} shippingAddress {{ formatted }}"""
COMPLETE = f"""mutation($input: CheckoutCompleteInput!) {{ checkoutComplete(input: $input) {{
  order {{ {ORDER} }} nextAction {{ kind url parameters }} checkout {{ {CHECKOUT} }} {ERRORS} }} }}"""


async def make_person(shop: Shop, email: str | None = None, phone: str | None = None) -> Actor:
    """Somebody who has signed in, and has shown that an address or a phone is theirs."""
    proofs = [
        Proof(kind, kind.lower(), subject)
        for kind, subject in ((IdentityKind.EMAIL, email), (IdentityKind.PHONE, phone))
        if subject is not None
    ] or [Proof(IdentityKind.EMAIL, "email", f"{new_key().hex}@example.org")]
    async with shop.context().transaction() as session:
        account = await identities.open_account(session, proofs[0])
        for proof in proofs[1:]:
            identities.add(session, account.id, proof)
    return Actor(ActorKind.CUSTOMER, account.id)


async def ready_checkout(
    client: Any, goods: Goods, country: str = "US", quantities: dict[str, int] | None = None, **headers: str
) -> dict[str, Any]:
    """A checkout that lacks nothing, as a storefront fills it in: three requests."""
    wanted = quantities or {"MUG": 2, "TEA": 1, "PEN": 1}
    lines = [{"variantId": goods.variant(sku), "quantity": n} for sku, n in wanted.items()]
    created = await client(CART_OPEN, headers, input={"lines": lines, "country": country})
    assert created["cartCreate"]["userErrors"] == []
    given = {
        "cartId": created["cartCreate"]["cart"]["id"],
        "email": "Ada@Example.com",
        "shippingAddress": {**ADDRESSES[country], "country": country},
    }
    started = (await client(START, headers, input=given))["checkoutStart"]
    assert started["userErrors"] == []
    chosen = {
        "checkoutId": started["checkout"]["id"],
        "shippingOptionId": started["checkout"]["shippingOptions"][0]["id"],
        "paymentOptionId": started["checkout"]["paymentOptions"][0]["id"],
    }
    updated = (await client(UPDATE, headers, input=chosen))["checkoutUpdate"]
    assert updated["userErrors"] == []
    assert updated["checkout"]["requirements"] == []
    checkout: dict[str, Any] = updated["checkout"]
    return checkout


async def complete(client: Any, checkout: dict[str, Any], key: str = "key-1", **more: Any) -> dict[str, Any]:
    """Pay for a checkout; the payload."""
    total = more.pop("total", checkout["totals"]["total"]["amount"])
    given = {"checkoutId": checkout["id"], "expectedTotal": str(Decimal(total)), "idempotencyKey": key, **more}
    answer: dict[str, Any] = (await client(COMPLETE, input=given))["checkoutComplete"]
    return answer
