-- Each is one expression that names nothing twice that is dear, so that PostgreSQL puts it in place of the call.
create function pg_temp.key(kind text, n bigint) returns uuid language sql immutable as $$
  select (lpad(to_hex(1700000000000 + n), 12, '0') || '7' || substr(md5(':seed' || kind || n), 1, 3) || '8'
    || substr(md5(':seed' || kind || n), 4, 15))::uuid
$$;
create function pg_temp.dice(kind text, n bigint, sides int) returns int language sql immutable as $$
  select ((hashint8extended(n, :seed + hashtext(kind)) & 2147483647) % sides)::int
$$;
create function pg_temp.two(en text, zh text) returns jsonb language sql immutable as $$
  select jsonb_build_object('en', en, 'zh-Hans', zh)
$$;
create function pg_temp.tax_within(gross bigint, ppm bigint) returns bigint language sql immutable as $$
  select (2 * gross * ppm + 1000000 + ppm) / (2 * (1000000 + ppm))
$$;
