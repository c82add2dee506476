"""The statements, as one writes them for exactly one page."""

_VISIBLE = """
product.status = 'ACTIVE' and exists (
  select from catalog_publication as publication where publication.product_id = product.id
  and channel_id = $3 and published_at <= $4 and (unpublished_at is null or unpublished_at > $4))
"""
SEEN = _VISIBLE.replace("$3", "$2").replace("$4", "$3")
PICKED = f"""
select product_id, link.rank from catalog_category_product as link join catalog_product as product on id = product_id
where category_id = $1 and {SEEN}
order by -link.rank desc, product_id desc limit $4
"""
PAGE = """
with page as materialized (
  select link.product_id, link.rank, image_id, low as least, high as most
  from catalog_category_product as link join search_listing as listing on listing.product_id = link.product_id
  where category_id = $1 and channel_id = $2 and currency = $3
  and starts_at <= $4 and (ends_at is null or ends_at > $4)
  order by -link.rank desc, link.product_id desc limit $5)
select product.id, product.name, product.slugs, page.rank, least, most, media.path, media.alt
from page join catalog_product as product on product.id = page.product_id
left join catalog_media as media on media.id = image_id
order by -page.rank desc, product.id desc
"""
PRODUCT = f"""
select product.id, product.name, product.slugs, description, tax_class, brand_id
from catalog_slug as slug join catalog_product as product on product.id = target_id
where slug.kind = 'PRODUCT' and slug.slug = $1 and {_VISIBLE}
order by array_position($2::text[], locale) nulls last, is_current desc, locale limit 1
"""
MEDIA = """
select id, kind, path, width, height, alt from catalog_media where product_id = $1 order by position, id
"""
CATEGORIES = """
select category_id from catalog_category_product where product_id = $1 and is_direct order by position, category_id
"""
_PROMISED = """
(select sum(greatest(on_hand - reserved - committed - safety, 0)) from inventory_stock as stock
 join inventory_channel_warehouse as sold on sold.warehouse_id = stock.warehouse_id
 where stock.variant_id = variant.id and sold.channel_id = $2) as units
"""
# What a variant chooses, in the order in which its product names the options.
CHOICES = """
(select array_agg(choice.value_id order by spans.position) from catalog_variant_choice as choice
 join catalog_product_option as spans on spans.product_id = variant.product_id and spans.option_id = choice.option_id
 where choice.variant_id = variant.id) as choices
"""
VARIANTS = f"""
select variant.id, sku, amount, compare_at, {_PROMISED}, {CHOICES} from catalog_variant as variant
left join pricing_price as price on price.variant_id = variant.id and price.channel_id = $2 and currency = $3
where product_id = $1 order by position, variant.id
"""

CART = "select currency, country, state, version from cart_cart where id = $1 for update"
# The lines that are there and the new one, with all that selling needs to know of them.
LINES = f"""
with line as (
  select id, variant_id, quantity, title, unit_amount, added_at from cart_line where cart_id = $5
  union all select $6::uuid, $7::uuid, 0, '{{}}'::jsonb, 0, $4::timestamptz
  where not exists (select from cart_line where cart_id = $5 and variant_id = $7 and properties_key = ''))
select line.id, variant.id as variant_id, quantity, title, unit_amount, added_at, sku, product.name, tax_class,
  max_per_order, amount, compare_at, {_PROMISED}, {_VISIBLE} as visible,
  {CHOICES}
from line join catalog_variant as variant on variant.id = variant_id
join catalog_product as product on product.id = product_id
left join pricing_price as price on price.variant_id = variant.id and price.channel_id = $2 and currency = $1
order by added_at, line.id
"""
# The picture of the variant, else of one in its color, else of the product, else of another variant.
VARIANT_IMAGES = """
select distinct on (variant.id) variant.id, path, media.alt
from catalog_variant as variant join catalog_media as media on media.product_id = variant.product_id
where variant.id = any($1) and kind = 'IMAGE'
order by variant.id, case when media.variant_id = variant.id then 0 when media.variant_id is null then 2
  when exists (select from catalog_variant_choice as own join catalog_variant_choice as shown using (value_id)
    join catalog_option_value as value on value.id = own.value_id
    where own.variant_id = variant.id and shown.variant_id = media.variant_id and value.color is not null) then 1
  else 3 end, media.position, media.id
"""
SAVE_LINE = """
insert into cart_line (id, cart_id, variant_id, quantity, properties, properties_key, title, unit_amount, added_at)
values ($1, $2, $3, $4, '{}', '', $5, $6, $7)
on conflict (id) do update set quantity = excluded.quantity, title = excluded.title, unit_amount = excluded.unit_amount
"""
SAVE_CART = "update cart_cart set version = version + 1, expires_at = $2 where id = $1"
