-- Two channels with all that selling takes.
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

-- 60 categories in three levels: 4 at the top, 16 below them, 40 below those.
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
