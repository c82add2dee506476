"""Keep the lists: the database itself keeps `search_listing` and `search_profile` true (ADR 16).

What the tables hold is said once, by the functions `search_listing_of` and `search_profile_of`. Triggers note the
products that a statement touches, and before the transaction commits their rows are written anew.
"""

from alembic import op
from sqlalchemy.util import await_only

revision = "0004"
down_revision = "0003"


WORDS = r"""
create function search_token(code text, value text, kind text default '') returns bigint
language sql immutable strict parallel safe
return ('x' || substr(md5(code || chr(1) || value || chr(1) || kind), 1, 16))::bit(64)::bigint;

comment on function search_token is 'What a product has of an attribute or option, as one number.
Of no kind are values; of the kind off toggles that are off; of the kind number attributes with a number.';

create function search_letters(said text, places uuid[]) returns tsvector
language sql immutable strict parallel safe cost 5000
return array_to_tsvector(array(
  select substr(said, i, 3) from generate_series(1, char_length(said)) as i
  union all select ' ' || place from unnest(places) as place
));

comment on function search_letters is 'Every three characters that follow each other, fewer at the end; and the places,
each led by a space, which no word has.';

-- A list of pending entries would be read through by every search.
create index ix_search_profile_letters on search_profile using gin (search_letters(said, places)) with (fastupdate = off);

create function search_quoted(lexeme text) returns text
language sql immutable strict parallel safe
return '''' || replace(replace(lexeme, '\', '\\'), '''', '''''') || '''';

create function search_asked(word text, places uuid[]) returns text
language sql immutable parallel safe
return '(' || case
    when char_length(word) < 3 then search_quoted(word) || ':*'
    else (select string_agg(search_quoted(substr(word, i, 3)), ' & ') from generate_series(1, char_length(word) - 2) as i)
  end
  || coalesce((select string_agg(' | ' || search_quoted(' ' || place), '') from unnest(places) as place), '') || ')';

comment on function search_asked is 'A part of a tsquery: lexemes of a part of a word, or any of the places.';
"""

DEFINITIONS = r"""
create function search_profile_of(ids uuid[]) returns setof search_profile
language sql stable as $$
  with given as (
    select given.product_id, given.number, attribute.code, choice.code as value, given.boolean
    from catalog_product_attribute as given
      join catalog_attribute as attribute on attribute.id = given.attribute_id
      left join catalog_attribute_value as choice on choice.id = given.value_id
    where given.product_id = any(ids) and attribute.code <> all (array['brand', 'price', 'available'])
  ), facet as (
    select product_id, array_agg(distinct token order by token) as tokens
    from (
      select product_id, search_token(code, value) as token from given where value is not null
      union all select product_id, search_token(code, boolean::text, case when boolean then '' else 'off' end)
      from given where boolean is not null
      union all select variant.product_id, search_token(option.code, value.code)
      from catalog_variant as variant
        join catalog_variant_choice as chosen on chosen.variant_id = variant.id
        join catalog_option_value as value on value.id = chosen.value_id
        join catalog_option as option on option.id = value.option_id
      where variant.product_id = any(ids) and option.code <> all (array['brand', 'price', 'available'])
    ) as token
    group by product_id
  ), measure as (
    select product_id, array_agg(search_token(code, '', 'number') order by code, number) as tokens,
      array_agg(number order by code, number) as numbers
    from given where number is not null
    group by product_id
  )
  select product.id,
    lower(concat_ws(' ',
      jsonb_path_query_array(product.name, '$.*')::text,
      (select jsonb_agg(sku order by sku)::text from catalog_variant where product_id = product.id)
    )),
    array(
      select place from (
        select product.brand_id as place
        union select category_id from catalog_category_product where product_id = product.id and is_direct
      ) as place where place is not null order by place
    ),
    coalesce(facet.tokens, '{}'), coalesce(measure.tokens, '{}'), coalesce(measure.numbers, '{}')
  from catalog_product as product
    left join facet on facet.product_id = product.id
    left join measure on measure.product_id = product.id
  where product.id = any(ids);
$$;

comment on function search_profile_of is 'The rows of search_profile as they have to be, of these products.';

create function search_listing_of(ids uuid[]) returns setof search_listing
language sql stable as $$
  with supply as (
    select distinct stock.variant_id, source.channel_id
    from catalog_variant as variant
      join inventory_stock as stock on stock.variant_id = variant.id
      join inventory_channel_warehouse as source on source.warehouse_id = stock.warehouse_id
    where variant.product_id = any(ids) and stock.on_hand - stock.reserved - stock.committed - stock.safety > 0
  ), offer as (
    select variant.product_id, price.channel_id, price.currency,
      array_agg(variant.id order by price.amount, variant.id) as variants,
      array_agg(price.amount order by price.amount, variant.id) as amounts,
      array_agg(price.compare_at order by price.amount, variant.id) as befores,
      bool_or(supply.variant_id is not null) as is_available
    from catalog_variant as variant
      join pricing_price as price on price.variant_id = variant.id
      left join supply on supply.variant_id = variant.id and supply.channel_id = price.channel_id
    where variant.product_id = any(ids)
    group by variant.product_id, price.channel_id, price.currency
  ), image as (
    select distinct on (product_id) product_id, id from catalog_media
    where product_id = any(ids) and kind = 'IMAGE'
    order by product_id, position, id
  )
  select product.id, channel.id, sold_in.currency, publication.published_at, publication.unpublished_at, product.rank,
    product.created_at, product.brand_id, image.id, coalesce(offer.is_available, false),
    offer.variants[1], offer.amounts[1], offer.befores[1],
    offer.variants[cardinality(offer.variants)], offer.amounts[cardinality(offer.variants)],
    offer.befores[cardinality(offer.variants)],
    array(select distinct amount from unnest(offer.amounts) as amount order by amount)
  from catalog_product as product
    join catalog_publication as publication on publication.product_id = product.id
    join channels_channel as channel on channel.id = publication.channel_id
    cross join unnest(channel.currencies) as sold_in (currency)
    left join offer on offer.product_id = product.id and offer.channel_id = channel.id and offer.currency = sold_in.currency
    left join image on image.product_id = product.id
  where product.id = any(ids) and product.status = 'ACTIVE';
$$;

comment on function search_listing_of is 'The rows of search_listing as they have to be, of these products.';
"""

# Whoever writes a product's rows first locks its profile, and only then looks at what they are made from: of two who
# change the same product the second one sees what the first one did.
WRITING = r"""
create function search_refresh(ids uuid[]) returns void language plpgsql as $$
declare
  part uuid[];
  at_once constant int := 1000;
begin
  for part in
    select array_agg(id order by id) from (
      select id, row_number() over (order by id) as place from (select distinct unnest(ids) as id) as given
    ) as numbered
    group by (place - 1) / at_once order by (place - 1) / at_once
  loop
    insert into search_profile select id, '', '{}', '{}', '{}', '{}' from unnest(part) as id on conflict do nothing;
    perform from search_profile where product_id = any(part) order by product_id for no key update;

    with wanted as materialized (select * from search_profile_of(part)), gone as (
      delete from search_profile as profile
      where product_id = any(part) and not exists (select from wanted where wanted.product_id = profile.product_id)
    )
    update search_profile as profile
    set said = wanted.said, places = wanted.places, facets = wanted.facets, measured = wanted.measured,
      measures = wanted.measures
    from wanted
    where wanted.product_id = profile.product_id and wanted.* is distinct from profile.*;

    with wanted as materialized (select * from search_listing_of(part)), gone as (
      delete from search_listing as listing
      where product_id = any(part) and not exists (
        select from wanted where wanted.product_id = listing.product_id
          and wanted.channel_id = listing.channel_id and wanted.currency = listing.currency
      )
    )
    insert into search_listing as listing select * from wanted
    on conflict (product_id, channel_id, currency) do update set
      starts_at = excluded.starts_at, ends_at = excluded.ends_at, rank = excluded.rank,
      created_at = excluded.created_at, brand_id = excluded.brand_id, image_id = excluded.image_id,
      is_available = excluded.is_available, cheapest_id = excluded.cheapest_id, low = excluded.low,
      low_before = excluded.low_before, dearest_id = excluded.dearest_id, high = excluded.high,
      high_before = excluded.high_before, amounts = excluded.amounts
    where listing.* is distinct from excluded.*;
  end loop;
end $$;

comment on function search_refresh is 'Write the rows of these products anew, as far as they are others now.';

create function search_settle() returns trigger language plpgsql as $$
declare
  products uuid[];
  channels uuid[];
begin
  -- The first one to run has taken all. To look for more would find what was taken, again and again.
  perform from search_stale where id = new.id;
  if not found then
    return null;
  end if;
  with taken as (
    delete from search_stale where transaction_id = pg_current_xact_id()::text::bigint
    returning product_ids, channel_id
  )
  select array_agg(distinct id) filter (where id is not null),
    array_agg(distinct channel_id) filter (where channel_id is not null)
  into products, channels
  from taken left join unnest(product_ids) as id on true;
  if channels is not null then
    products := products || array(
      select product_id from search_listing as listing
      where channel_id = any(channels) and is_available <> exists (
        select from catalog_variant as variant
          join pricing_price as price on price.variant_id = variant.id
            and price.channel_id = listing.channel_id and price.currency = listing.currency
          join inventory_stock as stock on stock.variant_id = variant.id
          join inventory_channel_warehouse as source on source.warehouse_id = stock.warehouse_id
            and source.channel_id = listing.channel_id
        where variant.product_id = listing.product_id
          and stock.on_hand - stock.reserved - stock.committed - stock.safety > 0
      )
    );
  end if;
  if products is not null then
    perform search_refresh(products);
  end if;
  return null;
end $$;

create constraint trigger search_settle after insert on search_stale
deferrable initially deferred for each row execute function search_settle();
"""

# The rows that a statement changed are in `came` as they are now, and in `gone` as they were.
NOTING = r"""
create function search_note(products uuid[], channel uuid default null) returns void language sql as $$
  insert into search_stale (transaction_id, product_ids, channel_id)
  select pg_current_xact_id()::text::bigint, coalesce(products, '{}'), channel
  where products is not null or channel is not null;
$$;

create function search_note_product() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    perform search_note((select array_agg(id) from came));
  elsif tg_op = 'DELETE' then
    perform search_note((select array_agg(id) from gone));
  else
    perform search_note((
      select array_agg(id) from came join gone using (id)
      where (came.status, came.brand_id, came.name, came.rank, came.created_at)
        is distinct from (gone.status, gone.brand_id, gone.name, gone.rank, gone.created_at)
    ));
  end if;
  return null;
end $$;

create function search_note_part() returns trigger language plpgsql as $$
declare
  products uuid[];
begin
  if tg_op <> 'DELETE' then
    products := (select array_agg(distinct product_id) from came where product_id is not null);
  end if;
  if tg_op <> 'INSERT' then
    products := products || (select array_agg(distinct product_id) from gone where product_id is not null);
  end if;
  perform search_note(products);
  return null;
end $$;

create function search_note_place() returns trigger language plpgsql as $$
declare
  products uuid[];
begin
  if tg_op <> 'DELETE' then
    products := (select array_agg(distinct product_id) from came where is_direct);
  end if;
  if tg_op <> 'INSERT' then
    products := products || (select array_agg(distinct product_id) from gone where is_direct);
  end if;
  perform search_note(products);
  return null;
end $$;

create function search_note_variant() returns trigger language plpgsql as $$
declare
  variants uuid[];
begin
  if tg_op <> 'DELETE' then
    variants := (select array_agg(distinct variant_id) from came);
  end if;
  if tg_op <> 'INSERT' then
    variants := variants || (select array_agg(distinct variant_id) from gone);
  end if;
  perform search_note((select array_agg(distinct product_id) from catalog_variant where id = any(variants)));
  return null;
end $$;

create function search_note_stock() returns trigger language plpgsql as $$
declare
  variants uuid[];
begin
  if tg_op = 'INSERT' then
    variants := (select array_agg(distinct variant_id) from came where on_hand - reserved - committed - safety > 0);
  elsif tg_op = 'DELETE' then
    variants := (select array_agg(distinct variant_id) from gone where on_hand - reserved - committed - safety > 0);
  else
    variants := (
      select array_agg(distinct variant_id) from came join gone using (variant_id, warehouse_id)
      where (came.on_hand - came.reserved - came.committed - came.safety > 0)
        <> (gone.on_hand - gone.reserved - gone.committed - gone.safety > 0)
    );
  end if;
  if variants is not null then
    perform search_note((select array_agg(distinct product_id) from catalog_variant where id = any(variants)));
  end if;
  return null;
end $$;

create function search_note_source() returns trigger language plpgsql as $$
begin
  if tg_op <> 'DELETE' then
    perform search_note(null, channel_id) from (select distinct channel_id from came) as channel;
  end if;
  if tg_op <> 'INSERT' then
    perform search_note(null, channel_id) from (select distinct channel_id from gone) as channel;
  end if;
  return null;
end $$;

create function search_note_channel() returns trigger language plpgsql as $$
begin
  perform search_note((
    select array_agg(product_id) from catalog_publication where channel_id in (
      select id from came join gone using (id)
      where not (came.currencies @> gone.currencies and came.currencies <@ gone.currencies)
    )
  ));
  return null;
end $$;
"""

TRIGGERS = {
    "catalog_product": "product",
    "catalog_variant": "part",
    "catalog_variant_choice": "variant",
    "catalog_product_attribute": "part",
    "catalog_category_product": "place",
    "catalog_media": "part",
    "catalog_publication": "part",
    "pricing_price": "variant",
    "inventory_stock": "stock",
    "inventory_channel_warehouse": "source",
}
"""How the products are found that are touched by a change of a table."""
MOMENTS = {
    "insert": "new table as came",
    "update": "old table as gone new table as came",
    "delete": "old table as gone",
}


def watch(table: str, noting: str, moment: str) -> str:
    return (
        f"create trigger search_note_{moment} after {moment} on {table} referencing {MOMENTS[moment]}"
        f" for each statement execute function search_note_{noting}();"
    )


WATCHING = "\n".join(
    [*(watch(table, noting, moment) for table, noting in TRIGGERS.items() for moment in MOMENTS),
     watch("channels_channel", "channel", "update")]
)  # fmt: skip
TELLING = "select announce_changes('search_listing'); select announce_changes('search_profile');"
STOP_WATCHING = "\n".join(
    [*(f"drop trigger search_note_{moment} on {table};" for table in TRIGGERS for moment in MOMENTS),
     "drop trigger search_note_update on channels_channel;",
     "drop trigger search_settle on search_stale;",
     "drop trigger tell_change on search_listing;", "drop trigger tell_change on search_profile;"]
)  # fmt: skip
FORGET = """
drop index ix_search_profile_letters;
drop function search_note_product, search_note_part, search_note_place, search_note_variant, search_note_stock,
  search_note_source, search_note_channel, search_note, search_settle, search_refresh, search_listing_of,
  search_profile_of, search_asked, search_quoted, search_letters, search_token;
"""


def run(script: str) -> None:
    """Several statements at once, on the driver's own connection; the transaction is open already."""
    await_only(op.get_bind().connection.driver_connection.execute(script))


def upgrade() -> None:
    for script in (WORDS, DEFINITIONS, WRITING, NOTING, WATCHING, TELLING):
        run(script)


def downgrade() -> None:
    run(STOP_WATCHING)
    run(FORGET)
