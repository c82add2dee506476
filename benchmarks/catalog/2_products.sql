-- Every name has a word of its series, of forty products, so that there are more words in a greater catalog.
create temp table product as
  select n, pg_temp.key('product', n) as id, 20 + pg_temp.dice('leaf', n, 40) as leaf, pg_temp.dice('rank', n, 5) as rank,
    500 + pg_temp.dice('price', n, 20000) as price, pg_temp.dice('price', n, 5) = 0 as reduced,
    (array['Harbor', 'Pine', 'Brass', 'Linen', 'Amber', 'Slate', 'Cedar', 'Ivory'])[1 + n % 8] || ' ' ||
    (array['mug', 'lamp', 'bag', 'pen', 'chair', 'blanket', 'bowl'])[1 + n % 7] || ' ' || series || ' ' || n as en,
    '商品 ' || n as zh
  from generate_series(0, :products - 1) as n, lateral (select string_agg(
    (array['Ba', 'ko', 'mi', 'ru', 'te', 'so', 'da', 'ni', 'du', 'fe', 'za', 'po', 'vi', 'he'])[
      1 + n / 40 / place % 14], '' order by place) from unnest(array[1, 14, 196]) as place) as named (series);
analyze product;
insert into catalog_product (id, code, vendor_id, brand_id, name, slugs, description, seo_title, seo_description,
    tax_class, status, rank, created_at, updated_at)
  select id, 'product-' || n, pg_temp.key('vendor', 0), pg_temp.key('brand', n % 40), pg_temp.two(en, zh),
    pg_temp.two('product-' || n, 'shangpin-' || n),
    pg_temp.two('<p>' || en || ' is made to be used every day.</p>' || repeat('<p>It lasts and can be mended.</p>', 6),
                '<p>' || zh || '，天天可用。</p>' || repeat('<p>经久耐用，可以修补。</p>', 6)),
    '{}', '{}', case n % 10 when 0 then 'reduced' else 'standard' end, 'ACTIVE', rank,
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
  select pg_temp.key('product_attribute', n * 8 + a), product.id, value.attribute_id, value.id, 0
  from product, generate_series(0, 7) as a join catalog_attribute as attribute on attribute.position = a
    join catalog_attribute_value as value on value.attribute_id = attribute.id
  where value.position = pg_temp.dice('attribute', n * 8 + a, 10);
insert into catalog_product_option (id, product_id, option_id, position)
  select pg_temp.key('product_option', n * 2 + o), id, pg_temp.key('option', o), o from product, generate_series(0, 1) as o;
