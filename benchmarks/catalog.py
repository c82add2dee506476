"""A shop to measure: always the same for the same seed, made inside PostgreSQL by one statement per table."""

import time

import asyncpg

SEED = 20261122

_FUNCTIONS = """
create function pg_temp.key(kind text, n bigint) returns uuid language sql immutable as $$
  select (lpad(to_hex(1700000000000 + n), 12, '0') || '7' || substr(h, 1, 3) || '8' || substr(h, 4, 15))::uuid
  from md5('{seed}' || kind || n) h
$$;
create function pg_temp.dice(kind text, n bigint, sides int) returns int language sql immutable as $$
  select (('x' || substr(md5('{seed}' || kind || n), 1, 8))::bit(32)::bigint % sides)::int
$$;
create function pg_temp.two(en text, zh text) returns jsonb language sql immutable as $$
  select jsonb_build_object('en', en, 'zh-Hans', zh)
$$;
"""
_SHOP = """
insert into channels_channel (id, code, name, locales, currencies, countries, prices_include_tax, time_zone, is_active,
    is_live, is_default, created_at)
  select pg_temp.key('channel', n), code, pg_temp.two(code, code), locales, array['EUR', 'USD'], countries, true, 'UTC',
    true, false, n = 0, '2026-01-01'::timestamptz + n * interval '1 day'
  from (values (0, 'web', array['en', 'zh-Hans'], array['DE', 'US']),
               (1, 'asia', array['zh-Hans', 'en'], array['CN', 'DE'])) as given (n, code, locales, countries);
insert into vendors_vendor (id, code, name, created_at) values
  (pg_temp.key('vendor', 0), 'house', pg_temp.two('House', '自营'), '2026-01-01');
insert into tax_class (id, code, name)
  select pg_temp.key('tax_class', n), code, pg_temp.two(code, code)
  from unnest(array['standard', 'reduced']) with ordinality as given (code, n);
insert into tax_rate (id, country, region, class_code, ppm, name)
  select pg_temp.key('tax_rate', row_number() over ()), country, null, class, ppm, pg_temp.two('VAT', '增值税')
  from (values ('DE', 'standard', 190000), ('DE', 'reduced', 70000), ('CN', 'standard', 130000),
               ('CN', 'reduced', 90000), ('US', 'standard', 66250)) as given (country, class, ppm);
insert into shipping_zone (id, code, name) values
  (pg_temp.key('zone', 0), 'world', pg_temp.two('World', '全球'));
insert into shipping_zone_country (country, zone_id)
  select country, pg_temp.key('zone', 0) from unnest(array['DE', 'US', 'CN']) as country;
insert into shipping_method (id, zone_id, channel_id, code, name, description, min_days, max_days, tax_class, position,
    is_active)
  select pg_temp.key('method', c.n * 2 + m.n), pg_temp.key('zone', 0), pg_temp.key('channel', c.n), m.code,
    pg_temp.two(initcap(m.code), '快递'), '{}', 2, 5, 'standard', m.n, true
  from generate_series(0, 1) as c (n), (values (0, 'post'), (1, 'express')) as m (n, code);
insert into shipping_rate (method_id, currency, amount)
  select id, currency, 490 + position * 500 from shipping_method, unnest(array['EUR', 'USD']) as currency;
insert into payments_option (id, channel_id, code, name, instructions, position, is_active, is_test)
  select pg_temp.key('option_of', n), pg_temp.key('channel', n), 'test.card', pg_temp.two('Test card', '测试卡'), '{}', 0,
    true, true from generate_series(0, 1) as n;
insert into inventory_warehouse (id, code, name, country, position)
  select pg_temp.key('warehouse', n), 'wh-' || n, pg_temp.two('Warehouse ' || n, '仓库 ' || n), 'DE', n
  from generate_series(0, 1) as n;
insert into inventory_channel_warehouse (channel_id, warehouse_id, priority)
  select pg_temp.key('channel', c), pg_temp.key('warehouse', w), w
  from generate_series(0, 1) as c, generate_series(0, 1) as w;
"""
# 60 categories in three levels: 4 at the top, 16 below them, 40 below those.
_VOCABULARY = """
insert into catalog_brand (id, code, slug, name, created_at)
  select pg_temp.key('brand', n), 'brand-' || n, 'brand-' || n, pg_temp.two('Brand ' || n, '品牌 ' || n), '2026-01-01'
  from generate_series(0, 39) as n;
insert into catalog_category (id, code, parent_id, path, position, name, slugs, description, seo_title,
    seo_description, created_at)
  select pg_temp.key('category', n), 'category-' || n, up[cardinality(up)], up, n,
    pg_temp.two('Category ' || n, '类目 ' || n), pg_temp.two('category-' || n, 'leimu-' || n),
    pg_temp.two('<p>All that belongs to category ' || n || '.</p>', '<p>类目 ' || n || ' 的全部商品。</p>'), '{}', '{}',
    '2026-01-01'
  from generate_series(0, 59) as n, lateral (select case
    when n < 4 then '{}'::uuid[]
    when n < 20 then array[pg_temp.key('category', (n - 4) % 4)]
    else array[pg_temp.key('category', (n - 20) % 16 % 4), pg_temp.key('category', 4 + (n - 20) % 16)]
  end as up) as above;
insert into catalog_attribute (id, code, name, kind, position)
  select pg_temp.key('attribute', n), 'attribute-' || n, pg_temp.two('Attribute ' || n, '属性 ' || n), 'ENUM', n
  from generate_series(0, 7) as n;
insert into catalog_attribute_value (id, attribute_id, code, name, position)
  select pg_temp.key('attribute_value', a * 10 + v), pg_temp.key('attribute', a), 'value-' || v,
    pg_temp.two('Value ' || v, '值 ' || v), v
  from generate_series(0, 7) as a, generate_series(0, 9) as v;
insert into catalog_option (id, code, name) values
  (pg_temp.key('option', 0), 'color', pg_temp.two('Color', '颜色')),
  (pg_temp.key('option', 1), 'size', pg_temp.two('Size', '尺码'));
insert into catalog_option_value (id, option_id, code, name, color, position)
  select pg_temp.key('option_value', n), pg_temp.key('option', n / 8), code, pg_temp.two(initcap(code), zh), color, n % 8
  from (values (0, 'red', '红色', '#cc2222'), (1, 'green', '绿色', '#22aa44'), (2, 'blue', '蓝色', '#2255cc'),
    (3, 'black', '黑色', '#111111'), (4, 'white', '白色', '#ffffff'), (5, 'gray', '灰色', '#888888'),
    (6, 'yellow', '黄色', '#eecc22'), (7, 'brown', '棕色', '#885533'), (8, 'small', '小', null), (9, 'large', '大', null))
    as given (n, code, zh, color);
"""
_PRODUCTS = """
create temp table product as
  select n, pg_temp.key('product', n) as id, 20 + pg_temp.dice('leaf', n, 40) as leaf, pg_temp.dice('rank', n, 5) as rank,
    500 + pg_temp.dice('price', n, 20000) as price, pg_temp.dice('price', n, 5) = 0 as reduced,
    (array['Harbor', 'Pine', 'Brass', 'Linen', 'Amber', 'Slate', 'Cedar', 'Ivory'])[1 + n % 8] || ' ' ||
    (array['mug', 'lamp', 'bag', 'pen', 'chair', 'blanket', 'bowl'])[1 + n % 7] || ' ' || n as en,
    '商品 ' || n as zh
  from generate_series(0, {products} - 1) as n;
insert into catalog_product (id, code, vendor_id, brand_id, name, slugs, description, seo_title, seo_description,
    tax_class, status, rank, created_at, updated_at)
  select id, 'product-' || n, pg_temp.key('vendor', 0), pg_temp.key('brand', n % 40), pg_temp.two(en, zh),
    pg_temp.two('product-' || n, 'shangpin-' || n),
    pg_temp.two('<p>' || en || ' is made to be used every day.</p>' || repeat('<p>It lasts and can be mended.</p>', 6),
                '<p>' || zh || '，天天可用。</p>' || repeat('<p>经久耐用，可以修补。</p>', 6)),
    '{{}}', '{{}}', case n % 10 when 0 then 'reduced' else 'standard' end, 'ACTIVE', rank,
    '2026-01-01'::timestamptz + n * interval '1 second', '2026-11-01'
  from product;
insert into catalog_slug (id, kind, target_id, locale, slug, is_current, created_at)
  select pg_temp.key('slug', row_number() over ()), kind, id, locale, slug, true, '2026-01-01'
  from (select 'CATEGORY' as kind, id, slugs from catalog_category
        union all select 'PRODUCT', id, slugs from catalog_product) as named,
    jsonb_each_text(slugs) as each (locale, slug);
insert into catalog_category_product (category_id, product_id, is_direct, position, rank)
  select place, product.id, place = category.id, 0, rank
  from product join catalog_category as category on category.id = pg_temp.key('category', leaf),
    unnest(category.path || category.id) as place;
insert into catalog_publication (product_id, channel_id, published_at)
  select product.id, channel.id, '2026-01-01' from product, channels_channel as channel;
insert into catalog_product_attribute (id, product_id, attribute_id, value_id, position)
  select pg_temp.key('product_attribute', n * 8 + a), id, pg_temp.key('attribute', a),
    pg_temp.key('attribute_value', a * 10 + pg_temp.dice('attribute', n * 8 + a, 10)), 0
  from product, generate_series(0, 7) as a;
insert into catalog_product_option (id, product_id, option_id, position)
  select pg_temp.key('product_option', n * 2 + o), id, pg_temp.key('option', o), o from product, generate_series(0, 1) as o;
"""
_VARIANTS = """
create temp table variant as
  select n * 5 + v as n, v, pg_temp.key('variant', n * 5 + v) as id, product.id as product_id, price + v * 100 as price,
    reduced, pg_temp.key('option_value', (n + v / 2) % 8) as color, pg_temp.key('option_value', 8 + v % 2) as size
  from product, generate_series(0, n % 5) as v;
insert into catalog_variant (id, product_id, sku, weight_g, position, choice_key)
  select id, product_id, 'sku-' || n, 250, v, replace(least(color, size) || '.' || greatest(color, size), '-', '')
  from variant;
insert into catalog_variant_choice (variant_id, option_id, value_id)
  select id, pg_temp.key('option', 0), color from variant
  union all select id, pg_temp.key('option', 1), size from variant;
insert into catalog_media (id, product_id, variant_id, kind, path, width, height, alt, position)
  select pg_temp.key('media', product.n * 3 + m), product.id, case m when 2 then variant.id end, 'IMAGE',
    'products/' || product.n || '-' || m || '.webp', 1200, 1200, pg_temp.two(en, zh), m
  from product join variant on variant.product_id = product.id and v = 0, generate_series(0, 2) as m;
insert into pricing_price (variant_id, channel_id, currency, amount, compare_at)
  select variant.id, channel.id, currency, cost, case when reduced then cost * 5 / 4 + 1 end
  from variant, channels_channel as channel,
    lateral (values ('EUR', price), ('USD', price * 108 / 100)) as each (currency, cost);
insert into pricing_price_log (variant_id, channel_id, currency, amount, compare_at, changed_at)
  select variant_id, channel_id, currency, amount, compare_at, '2026-01-01' from pricing_price;
insert into inventory_stock (variant_id, warehouse_id, on_hand)
  select variant.id, warehouse.id, 1000000 from variant, inventory_warehouse as warehouse;
insert into inventory_stock_movement (variant_id, warehouse_id, bucket, delta, balance_after, reason, at)
  select variant_id, warehouse_id, 'ON_HAND', on_hand, on_hand, 'PURCHASE_IN', '2026-01-01' from inventory_stock;
"""
_CARTS = """
with fresh as (
  insert into cart_cart (id, channel_id, currency, country, state, version, created_at, expires_at)
  select gen_random_uuid(), id, 'EUR', 'DE', 'OPEN', 1, now(), now() + interval '30 days'
  from channels_channel, generate_series(1, $1) where code = 'web' returning id
), filled as (
  insert into cart_line (id, cart_id, variant_id, quantity, properties, properties_key, title, unit_amount, added_at)
  select gen_random_uuid(), fresh.id, variant.id, variant.place, '{}', '', product.name, price.amount,
    now() + variant.place * interval '1 second' - interval '1 hour'
  from fresh, unnest($2::uuid[]) with ordinality as variant (id, place)
    join catalog_variant on catalog_variant.id = variant.id
    join catalog_product as product on product.id = catalog_variant.product_id
    join pricing_price as price on price.variant_id = variant.id and price.currency = 'EUR'
    join channels_channel as channel on channel.id = price.channel_id and channel.code = 'web'
  returning 1
)
select id from fresh
"""


async def load(connection: asyncpg.Connection, products: int, seed: int = SEED) -> float:
    """Fill an empty, migrated database; the seconds that it took."""
    start = time.perf_counter()
    async with connection.transaction():
        await connection.execute(_FUNCTIONS.format(seed=seed))
        for statements in (_SHOP, _VOCABULARY, _PRODUCTS.format(products=products), _VARIANTS):
            await connection.execute(statements)
    seconds = time.perf_counter() - start
    await connection.execute("vacuum analyze")
    return seconds


async def carts(connection: asyncpg.Connection, many: int, variants: list[str]) -> list[str]:
    """So many open carts, each with these variants: one of the first, two of the second, and so on."""
    return [row["id"] for row in await connection.fetch(_CARTS, many, variants)]
