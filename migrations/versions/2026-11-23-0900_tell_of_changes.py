"""Tell of changes: every change of what visitors can see is told to all processes, which remember some of it.

The payload is the table's name and the number of the transaction. A statement that touched no row tells as well: to look
for rows in a transition table would cost every other statement more than the needless word does.
"""

from alembic import op

revision = "0003"
down_revision = "0002"

TABLES = (
    "catalog_attribute",
    "catalog_attribute_value",
    "catalog_brand",
    "catalog_category",
    "catalog_category_product",
    "catalog_media",
    "catalog_option",
    "catalog_option_value",
    "catalog_product",
    "catalog_product_attribute",
    "catalog_product_option",
    "catalog_publication",
    "catalog_slug",
    "catalog_variant",
    "catalog_variant_choice",
    "channels_channel",
    "inventory_channel_warehouse",
    "inventory_stock",
    "inventory_warehouse",
    "payments_option",
    "pricing_price",
    "pricing_price_log",
    "shipping_method",
    "shipping_rate",
    "shipping_zone",
    "shipping_zone_country",
    "tax_class",
    "tax_rate",
    "vendors_vendor",
)

TELL_CHANGE = """
create function tell_change() returns trigger language plpgsql as $$
begin
    perform pg_notify('commerce_changed', tg_table_name || ' ' || pg_current_xact_id());
    return null;
end
$$
"""
ANNOUNCE_CHANGES = """
create function announce_changes(of_table regclass) returns void language plpgsql as $$
begin
    execute format(
        'create trigger tell_change after insert or update or delete or truncate on %s'
        ' for each statement execute function tell_change()', of_table
    );
end
$$
"""


def upgrade() -> None:
    op.execute(TELL_CHANGE)
    op.execute(ANNOUNCE_CHANGES)
    for table in TABLES:
        op.execute(f"select announce_changes('{table}')")


def downgrade() -> None:
    op.execute("drop function announce_changes(regclass)")
    op.execute("drop function tell_change() cascade")  # with its triggers
