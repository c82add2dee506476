create temp table variant as
  select n * 5 + v as n, v, pg_temp.key('variant', n * 5 + v) as id, product.id as product_id, price + v * 100 as price,
    reduced, pg_temp.key('option_value', (n + v / 2) % 8) as color, pg_temp.key('option_value', 8 + v % 2) as size
  from product, generate_series(0, n % 5) as v;
analyze variant;
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
