-- One buyer for every twenty products, ten at least, with twelve orders each.
create temp table bought as
  select buyer * 12 + o as n, buyer, pg_temp.key('order', buyer * 12 + o) as id,
    '2026-11-01'::timestamptz - (buyer * 12 + o) * interval '7 minutes' as placed_at,
    1 + pg_temp.dice('lines', buyer * 12 + o, 5) as lines
  from generate_series(0, greatest(:products / 20, 10) - 1) as buyer, generate_series(0, 11) as o;
create temp table bought_line as
  select bought.n * 5 + l as n, l as position, bought.id as order_id, variant.*, 1 + (bought.n + l) % 3 as quantity,
    case place % 10 when 0 then 70000 else 190000 end as ppm
  from bought, generate_series(0, lines - 1) as l,
    lateral (select pg_temp.dice('bought', bought.n * 5 + l, :products) as place) as given
    join lateral (select variant.id, variant.product_id, variant.price from variant
      where variant.n = place::bigint * 5) as variant (variant_id, product_id, unit) on true;
analyze bought, bought_line;
insert into orders_order (id, number, channel_id, status, payment_status, email, email_index, locale, country, currency, subtotal,
    discount, shipping, shipping_tax, tax, total, includes_tax, shipping_address, shipping_method_id, shipping_name,
    placed_at, version)
  select id, to_char(placed_at, 'YYMMDD') || lpad(n::text, 9, '0'), pg_temp.key('channel', 0), 'PROCESSING', 'PAID',
    known.email, known.email_index, 'en', 'DE', 'EUR', subtotal, 0, 490, 78, line_tax + 78, subtotal + 490, true,
    known.address,
    pg_temp.key('method', 0), pg_temp.two('Post', '快递'), placed_at, 1
  from bought join (
    select order_id, sum(unit * quantity)::bigint as subtotal,
      sum(pg_temp.tax_within(unit * quantity, ppm))::bigint as line_tax
    from bought_line group by order_id) as sums on order_id = id
    join buyer as known on known.number = buyer;
insert into orders_line (id, order_id, vendor_id, variant_id, product_id, position, title, variant_title, sku, quantity,
    fulfilled, unit, subtotal, discount, total, tax, ppm, properties)
  select pg_temp.key('order_line', line.n), order_id, pg_temp.key('vendor', 0), variant_id, line.product_id,
    line.position, product.name, pg_temp.two('Red / Small', '红色 / 小'), sku, quantity, line.n % 2 * quantity, unit,
    unit * quantity, 0, unit * quantity, pg_temp.tax_within(unit * quantity, ppm), ppm, '{}'
  from bought_line as line join catalog_variant as variant on variant.id = variant_id
    join catalog_product as product on product.id = line.product_id;
insert into orders_event (id, order_id, kind, reference, facts, actor, is_public, at)
  select pg_temp.key('order_event', n * 2 + e), id, kind, '', '{}', 'GUEST', true, placed_at + e * interval '1 second'
  from bought, (values (0, 'PLACED'), (1, 'PAID')) as happened (e, kind);
