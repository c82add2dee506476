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
