"""Create the shop: all tables of the first release."""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "accounts_account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("email", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("password_hash", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("permissions", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts_account")),
        sa.UniqueConstraint("email", name=op.f("uq_accounts_account_email")),
    )
    op.create_index(op.f("ix_accounts_account_kind"), "accounts_account", ["kind"], unique=False)
    op.create_table(
        "accounts_attempt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("bucket", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts_attempt")),
    )
    op.create_index("ix_accounts_attempt_bucket_created_at", "accounts_attempt", ["bucket", "created_at"], unique=False)
    op.create_table(
        "catalog_attribute",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("unit", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalog_attribute")),
        sa.UniqueConstraint("code", name=op.f("uq_catalog_attribute_code")),
    )
    op.create_table(
        "catalog_brand",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("slug", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalog_brand")),
        sa.UniqueConstraint("code", name=op.f("uq_catalog_brand_code")),
        sa.UniqueConstraint("slug", name=op.f("uq_catalog_brand_slug")),
    )
    op.create_table(
        "catalog_category",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("path", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("slugs", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("description", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("seo_title", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("seo_description", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["catalog_category.id"], name=op.f("fk_catalog_category_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalog_category")),
        sa.UniqueConstraint("code", name=op.f("uq_catalog_category_code")),
    )
    op.create_index(
        op.f("ix_catalog_category_parent_id_position"), "catalog_category", ["parent_id", "position"], unique=False
    )
    op.create_index(
        op.f("ix_catalog_category_path"), "catalog_category", ["path"], unique=False, postgresql_using="gin"
    )
    op.create_table(
        "catalog_option",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalog_option")),
        sa.UniqueConstraint("code", name=op.f("uq_catalog_option_code")),
    )
    op.create_table(
        "catalog_slug",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("target_id", sa.Uuid(), nullable=False),
        sa.Column("locale", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("slug", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalog_slug")),
        sa.UniqueConstraint("kind", "locale", "slug", name=op.f("uq_catalog_slug_kind_locale_slug")),
    )
    op.create_index(op.f("ix_catalog_slug_kind_slug"), "catalog_slug", ["kind", "slug"], unique=False)
    op.create_index(
        op.f("ix_catalog_slug_kind_target_id_locale"),
        "catalog_slug",
        ["kind", "target_id", "locale"],
        unique=True,
        postgresql_where=sa.text("is_current"),
    )
    op.create_index(op.f("ix_catalog_slug_target_id"), "catalog_slug", ["target_id"], unique=False)
    op.create_table(
        "channels_channel",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("locales", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("currencies", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("countries", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("prices_include_tax", sa.Boolean(), nullable=False),
        sa.Column("time_zone", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("is_live", sa.Boolean(), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channels_channel")),
        sa.UniqueConstraint("code", name=op.f("uq_channels_channel_code")),
    )
    op.create_index(
        "uq_channels_channel_default",
        "channels_channel",
        ["is_default"],
        unique=True,
        postgresql_where=sa.text("is_default"),
    )
    op.create_table(
        "inventory_warehouse",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("country", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("region", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("city", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inventory_warehouse")),
        sa.UniqueConstraint("code", name=op.f("uq_inventory_warehouse_code")),
    )
    op.create_table(
        "kit_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kit_event")),
    )
    op.create_index(op.f("ix_kit_event_name"), "kit_event", ["name"], unique=False)
    op.create_index(op.f("ix_kit_event_recorded_at"), "kit_event", ["recorded_at"], unique=False)
    op.create_table(
        "kit_idempotency_key",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scope", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("input_hash", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("answer", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kit_idempotency_key")),
        sa.UniqueConstraint("scope", "key", name=op.f("uq_kit_idempotency_key_scope_key")),
    )
    op.create_index(op.f("ix_kit_idempotency_key_created_at"), "kit_idempotency_key", ["created_at"], unique=False)
    op.create_table(
        "payments_payment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("payable_kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("payable_id", sa.Uuid(), nullable=False),
        sa.Column("option_code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("option_name", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("currency", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("authorized", sa.BigInteger(), nullable=False),
        sa.Column("captured", sa.BigInteger(), nullable=False),
        sa.Column("refunded", sa.BigInteger(), nullable=False),
        sa.Column("refund_pending", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("action", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("captured_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("captured between 0 and amount", name=op.f("ck_payments_payment_captured")),
        sa.CheckConstraint(
            "refunded + refund_pending <= captured", name=op.f("ck_payments_payment_refunds_within_captured")
        ),
        sa.CheckConstraint("refunded >= 0 and refund_pending >= 0", name=op.f("ck_payments_payment_refunds")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payments_payment")),
    )
    op.create_index("ix_payments_payment_payable", "payments_payment", ["payable_kind", "payable_id"], unique=False)
    op.create_table(
        "payments_test_charge",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("merchant_ref", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("currency", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("refunded", sa.BigInteger(), nullable=False),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("after_query", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("refunds", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payments_test_charge")),
        sa.UniqueConstraint("merchant_ref", name=op.f("uq_payments_test_charge_merchant_ref")),
    )
    op.create_table(
        "payments_webhook_message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("provider", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("message_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("merchant_ref", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payments_webhook_message")),
        sa.UniqueConstraint("provider", "message_id", name=op.f("uq_payments_webhook_message_provider_message_id")),
    )
    op.create_table(
        "search_listing",
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("brand_id", sa.Uuid(), nullable=True),
        sa.Column("image_id", sa.Uuid(), nullable=True),
        sa.Column("is_available", sa.Boolean(), nullable=False),
        sa.Column("cheapest_id", sa.Uuid(), nullable=True),
        sa.Column("low", sa.BigInteger(), nullable=True),
        sa.Column("low_before", sa.BigInteger(), nullable=True),
        sa.Column("dearest_id", sa.Uuid(), nullable=True),
        sa.Column("high", sa.BigInteger(), nullable=True),
        sa.Column("high_before", sa.BigInteger(), nullable=True),
        sa.Column("amounts", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.PrimaryKeyConstraint("product_id", "channel_id", "currency", name=op.f("pk_search_listing")),
    )
    op.create_index(op.f("ix_search_listing_brand_id"), "search_listing", ["brand_id"], unique=False)
    op.create_index(
        "ix_search_listing_cheapest",
        "search_listing",
        ["channel_id", "currency", sa.literal_column("coalesce(low, 9223372036854775807)"), "product_id"],
        unique=False,
    )
    op.create_index(
        "ix_search_listing_dearest",
        "search_listing",
        ["channel_id", "currency", sa.literal_column("coalesce(low, -1)"), "product_id"],
        unique=False,
    )
    op.create_index(
        "ix_search_listing_merchant_order",
        "search_listing",
        ["channel_id", "currency", sa.literal_column("(-rank)"), "product_id"],
        unique=False,
        postgresql_include=["starts_at", "ends_at"],
    )
    op.create_index(
        "ix_search_listing_newest",
        "search_listing",
        ["channel_id", "currency", "created_at", "product_id"],
        unique=False,
    )
    op.create_table(
        "search_profile",
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("places", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("facets", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("measured", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("measures", postgresql.ARRAY(sa.Numeric()), nullable=False),
        sa.PrimaryKeyConstraint("product_id", name=op.f("pk_search_profile")),
    )
    op.create_index(
        op.f("ix_search_profile_facets"),
        "search_profile",
        ["facets"],
        unique=False,
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
    )
    op.create_table(
        "search_stale",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("transaction_id", sa.BigInteger(), nullable=False),
        sa.Column("product_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("channel_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_stale")),
        prefixes=["UNLOGGED"],
    )
    op.create_index(op.f("ix_search_stale_transaction_id"), "search_stale", ["transaction_id"], unique=False)
    op.create_table(
        "shipping_zone",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shipping_zone")),
        sa.UniqueConstraint("code", name=op.f("uq_shipping_zone_code")),
    )
    op.create_table(
        "tax_class",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tax_class")),
        sa.UniqueConstraint("code", name=op.f("uq_tax_class_code")),
    )
    op.create_table(
        "vendors_vendor",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vendors_vendor")),
        sa.UniqueConstraint("code", name=op.f("uq_vendors_vendor_code")),
    )
    op.create_table(
        "accounts_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("family", sa.Uuid(), nullable=False),
        sa.Column("refresh_hash", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("client", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts_account.id"], name=op.f("fk_accounts_session_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts_session")),
        sa.UniqueConstraint("refresh_hash", name=op.f("uq_accounts_session_refresh_hash")),
    )
    op.create_index(op.f("ix_accounts_session_account_id"), "accounts_session", ["account_id"], unique=False)
    op.create_index(op.f("ix_accounts_session_expires_at"), "accounts_session", ["expires_at"], unique=False)
    op.create_index(op.f("ix_accounts_session_family"), "accounts_session", ["family"], unique=False)
    op.create_table(
        "cart_cart",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("country", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("note", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["channel_id"], ["channels_channel.id"], name=op.f("fk_cart_cart_channel_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cart_cart")),
    )
    op.create_index("ix_cart_cart_idle", "cart_cart", ["expires_at"], unique=False, postgresql_where="state = 'OPEN'")
    op.create_table(
        "catalog_attribute_value",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("attribute_id", sa.Uuid(), nullable=False),
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attribute_id"], ["catalog_attribute.id"], name=op.f("fk_catalog_attribute_value_attribute_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalog_attribute_value")),
        sa.UniqueConstraint("attribute_id", "code", name=op.f("uq_catalog_attribute_value_attribute_id_code")),
    )
    op.create_table(
        "catalog_option_value",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("option_id", sa.Uuid(), nullable=False),
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("color", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["option_id"], ["catalog_option.id"], name=op.f("fk_catalog_option_value_option_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalog_option_value")),
        sa.UniqueConstraint("option_id", "code", name=op.f("uq_catalog_option_value_option_id_code")),
    )
    op.create_table(
        "catalog_product",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("brand_id", sa.Uuid(), nullable=True),
        sa.Column("name", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("slugs", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("description", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("seo_title", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("seo_description", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("tax_class", sqlmodel.sql.sqltypes.AutoString(), server_default="standard", nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["catalog_brand.id"], name=op.f("fk_catalog_product_brand_id")),
        sa.ForeignKeyConstraint(["vendor_id"], ["vendors_vendor.id"], name=op.f("fk_catalog_product_vendor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalog_product")),
        sa.UniqueConstraint("code", name=op.f("uq_catalog_product_code")),
    )
    op.create_index(op.f("ix_catalog_product_brand_id"), "catalog_product", ["brand_id"], unique=False)
    op.create_index(op.f("ix_catalog_product_created_at_id"), "catalog_product", ["created_at", "id"], unique=False)
    op.create_index(
        "ix_catalog_product_merchant_order", "catalog_product", [sa.literal_column("(-rank)"), "id"], unique=False
    )
    op.create_index(op.f("ix_catalog_product_vendor_id"), "catalog_product", ["vendor_id"], unique=False)
    op.create_table(
        "inventory_channel_warehouse",
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("warehouse_id", sa.Uuid(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channels_channel.id"], name=op.f("fk_inventory_channel_warehouse_channel_id")
        ),
        sa.ForeignKeyConstraint(
            ["warehouse_id"], ["inventory_warehouse.id"], name=op.f("fk_inventory_channel_warehouse_warehouse_id")
        ),
        sa.PrimaryKeyConstraint("channel_id", "warehouse_id", name=op.f("pk_inventory_channel_warehouse")),
    )
    op.create_index(
        op.f("ix_inventory_channel_warehouse_warehouse_id"),
        "inventory_channel_warehouse",
        ["warehouse_id"],
        unique=False,
    )
    op.create_table(
        "orders_order",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("payment_status", sa.Text(), nullable=False),
        sa.Column("email", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("phone", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("locale", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("country", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("currency", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("subtotal", sa.BigInteger(), nullable=False),
        sa.Column("discount", sa.BigInteger(), nullable=False),
        sa.Column("shipping", sa.BigInteger(), nullable=False),
        sa.Column("shipping_tax", sa.BigInteger(), nullable=False),
        sa.Column("tax", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("includes_tax", sa.Boolean(), nullable=False),
        sa.Column("shipping_address", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("billing_address", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("shipping_method_id", sa.Uuid(), nullable=False),
        sa.Column("shipping_name", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("note", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("cancel_reason", sa.Text(), nullable=True),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "subtotal >= 0 and discount >= 0 and shipping >= 0 and tax >= 0", name=op.f("ck_orders_order_amounts")
        ),
        sa.CheckConstraint(
            "total = subtotal - discount + shipping + case when includes_tax then 0 else tax end",
            name=op.f("ck_orders_order_sums"),
        ),
        sa.ForeignKeyConstraint(["channel_id"], ["channels_channel.id"], name=op.f("fk_orders_order_channel_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders_order")),
        sa.UniqueConstraint("number", name=op.f("uq_orders_order_number")),
    )
    op.create_index(op.f("ix_orders_order_email"), "orders_order", ["email"], unique=False)
    op.create_index("ix_orders_order_placed", "orders_order", ["placed_at", "id"], unique=False)
    op.create_index(
        "ix_orders_order_waiting", "orders_order", ["expires_at"], unique=False, postgresql_where="status = 'PENDING'"
    )
    op.create_table(
        "payments_attempt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("provider", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("merchant_ref", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("provider_ref", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("error_code", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_check_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checks", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["payment_id"], ["payments_payment.id"], name=op.f("fk_payments_attempt_payment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payments_attempt")),
        sa.UniqueConstraint("provider", "merchant_ref", name=op.f("uq_payments_attempt_provider_merchant_ref")),
    )
    op.create_index(
        "ix_payments_attempt_due",
        "payments_attempt",
        ["next_check_at"],
        unique=False,
        postgresql_where="next_check_at is not null",
    )
    op.create_index(op.f("ix_payments_attempt_payment_id"), "payments_attempt", ["payment_id"], unique=False)
    op.create_index(op.f("ix_payments_attempt_provider_ref"), "payments_attempt", ["provider_ref"], unique=False)
    op.create_table(
        "payments_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("reference", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["payment_id"], ["payments_payment.id"], name=op.f("fk_payments_event_payment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payments_event")),
        sa.UniqueConstraint(
            "payment_id", "type", "reference", name=op.f("uq_payments_event_payment_id_type_reference")
        ),
    )
    op.create_table(
        "payments_option",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("instructions", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("is_test", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["channel_id"], ["channels_channel.id"], name=op.f("fk_payments_option_channel_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payments_option")),
        sa.UniqueConstraint("channel_id", "code", name=op.f("uq_payments_option_channel_id_code")),
    )
    op.create_table(
        "payments_refund",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("merchant_ref", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_check_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("amount > 0", name=op.f("ck_payments_refund_amount")),
        sa.ForeignKeyConstraint(["payment_id"], ["payments_payment.id"], name=op.f("fk_payments_refund_payment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payments_refund")),
        sa.UniqueConstraint("payment_id", "merchant_ref", name=op.f("uq_payments_refund_payment_id_merchant_ref")),
    )
    op.create_index(
        "ix_payments_refund_due",
        "payments_refund",
        ["next_check_at"],
        unique=False,
        postgresql_where="next_check_at is not null",
    )
    op.create_index(op.f("ix_payments_refund_payment_id"), "payments_refund", ["payment_id"], unique=False)
    op.create_table(
        "shipping_method",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("name", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("description", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("min_days", sa.Integer(), nullable=True),
        sa.Column("max_days", sa.Integer(), nullable=True),
        sa.Column("tax_class", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("min_days >= 0 and max_days >= min_days", name=op.f("ck_shipping_method_days")),
        sa.ForeignKeyConstraint(["channel_id"], ["channels_channel.id"], name=op.f("fk_shipping_method_channel_id")),
        sa.ForeignKeyConstraint(["zone_id"], ["shipping_zone.id"], name=op.f("fk_shipping_method_zone_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shipping_method")),
        sa.UniqueConstraint("channel_id", "zone_id", "code", name=op.f("uq_shipping_method_channel_id_zone_id_code")),
    )
    op.create_index(op.f("ix_shipping_method_zone_id"), "shipping_method", ["zone_id"], unique=False)
    op.create_table(
        "shipping_zone_country",
        sa.Column("country", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["zone_id"], ["shipping_zone.id"], name=op.f("fk_shipping_zone_country_zone_id")),
        sa.PrimaryKeyConstraint("country", "zone_id", name=op.f("pk_shipping_zone_country")),
    )
    op.create_index(op.f("ix_shipping_zone_country_zone_id"), "shipping_zone_country", ["zone_id"], unique=False)
    op.create_table(
        "tax_rate",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("country", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("region", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("class_code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("ppm", sa.BigInteger(), nullable=False),
        sa.Column("name", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint("ppm >= 0", name=op.f("ck_tax_rate_ppm_not_negative")),
        sa.ForeignKeyConstraint(["class_code"], ["tax_class.code"], name=op.f("fk_tax_rate_class_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tax_rate")),
        sa.UniqueConstraint(
            "country",
            "region",
            "class_code",
            name=op.f("uq_tax_rate_country_region_class_code"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_table(
        "catalog_category_product",
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("is_direct", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["category_id"], ["catalog_category.id"], name=op.f("fk_catalog_category_product_category_id")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["catalog_product.id"], name=op.f("fk_catalog_category_product_product_id")
        ),
        sa.PrimaryKeyConstraint("category_id", "product_id", name=op.f("pk_catalog_category_product")),
    )
    op.create_index(
        "ix_catalog_category_product_merchant_order",
        "catalog_category_product",
        ["category_id", sa.literal_column("(-rank)"), "product_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_catalog_category_product_product_id"), "catalog_category_product", ["product_id"], unique=False
    )
    op.create_table(
        "catalog_product_attribute",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("attribute_id", sa.Uuid(), nullable=False),
        sa.Column("value_id", sa.Uuid(), nullable=True),
        sa.Column("text", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("number", sa.Numeric(), nullable=True),
        sa.Column("boolean", sa.Boolean(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            'num_nonnulls(value_id, "text", number, "boolean") = 1', name=op.f("ck_catalog_product_attribute_one_value")
        ),
        sa.ForeignKeyConstraint(
            ["attribute_id"], ["catalog_attribute.id"], name=op.f("fk_catalog_product_attribute_attribute_id")
        ),
        sa.ForeignKeyConstraint(
            ["product_id"], ["catalog_product.id"], name=op.f("fk_catalog_product_attribute_product_id")
        ),
        sa.ForeignKeyConstraint(
            ["value_id"], ["catalog_attribute_value.id"], name=op.f("fk_catalog_product_attribute_value_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalog_product_attribute")),
        sa.UniqueConstraint(
            "product_id",
            "attribute_id",
            "position",
            name=op.f("uq_catalog_product_attribute_product_id_attribute_id_position"),
        ),
    )
    op.create_index(
        op.f("ix_catalog_product_attribute_attribute_id"), "catalog_product_attribute", ["attribute_id"], unique=False
    )
    op.create_index(
        op.f("ix_catalog_product_attribute_value_id"), "catalog_product_attribute", ["value_id"], unique=False
    )
    op.create_table(
        "catalog_product_option",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("option_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["option_id"], ["catalog_option.id"], name=op.f("fk_catalog_product_option_option_id")),
        sa.ForeignKeyConstraint(
            ["product_id"], ["catalog_product.id"], name=op.f("fk_catalog_product_option_product_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalog_product_option")),
        sa.UniqueConstraint("product_id", "option_id", name=op.f("uq_catalog_product_option_product_id_option_id")),
    )
    op.create_index(op.f("ix_catalog_product_option_option_id"), "catalog_product_option", ["option_id"], unique=False)
    op.create_table(
        "catalog_publication",
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("unpublished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("unpublished_at >= published_at", name=op.f("ck_catalog_publication_end_after_start")),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channels_channel.id"], name=op.f("fk_catalog_publication_channel_id")
        ),
        sa.ForeignKeyConstraint(["product_id"], ["catalog_product.id"], name=op.f("fk_catalog_publication_product_id")),
        sa.PrimaryKeyConstraint("product_id", "channel_id", name=op.f("pk_catalog_publication")),
    )
    op.create_index(
        op.f("ix_catalog_publication_channel_id_product_id"),
        "catalog_publication",
        ["channel_id", "product_id"],
        unique=False,
    )
    op.create_table(
        "catalog_variant",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("sku", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("barcode", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("weight_g", sa.Integer(), nullable=True),
        sa.Column("max_per_order", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("choice_key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.CheckConstraint("max_per_order > 0", name=op.f("ck_catalog_variant_max_per_order")),
        sa.CheckConstraint("weight_g >= 0", name=op.f("ck_catalog_variant_weight")),
        sa.ForeignKeyConstraint(["product_id"], ["catalog_product.id"], name=op.f("fk_catalog_variant_product_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalog_variant")),
        sa.UniqueConstraint("product_id", "choice_key", name=op.f("uq_catalog_variant_product_id_choice_key")),
        sa.UniqueConstraint("sku", name=op.f("uq_catalog_variant_sku")),
    )
    op.create_index(op.f("ix_catalog_variant_barcode"), "catalog_variant", ["barcode"], unique=False)
    op.create_index(
        op.f("ix_catalog_variant_product_id_position_id"),
        "catalog_variant",
        ["product_id", "position", "id"],
        unique=False,
    )
    op.create_table(
        "checkout_checkout",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cart_id", sa.Uuid(), nullable=False),
        sa.Column("email", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("phone", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("shipping_address", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("billing_address", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("method_id", sa.Uuid(), nullable=True),
        sa.Column("option_id", sa.Uuid(), nullable=True),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["cart_id"], ["cart_cart.id"], name=op.f("fk_checkout_checkout_cart_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders_order.id"], name=op.f("fk_checkout_checkout_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkout_checkout")),
        sa.UniqueConstraint("cart_id", name=op.f("uq_checkout_checkout_cart_id")),
        sa.UniqueConstraint("order_id", name=op.f("uq_checkout_checkout_order_id")),
    )
    op.create_table(
        "fulfillment_fulfillment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("carrier", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("tracking_number", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("tracking_url", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("shipped_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders_order.id"], name=op.f("fk_fulfillment_fulfillment_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fulfillment_fulfillment")),
    )
    op.create_index(op.f("ix_fulfillment_fulfillment_order_id"), "fulfillment_fulfillment", ["order_id"], unique=False)
    op.create_table(
        "orders_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("reference", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("actor", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["orders_order.id"], name=op.f("fk_orders_event_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders_event")),
        sa.UniqueConstraint("order_id", "kind", "reference", name=op.f("uq_orders_event_order_id_kind_reference")),
    )
    op.create_table(
        "orders_line",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("variant_title", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("sku", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("fulfilled", sa.Integer(), nullable=False),
        sa.Column("unit", sa.BigInteger(), nullable=False),
        sa.Column("subtotal", sa.BigInteger(), nullable=False),
        sa.Column("discount", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("tax", sa.BigInteger(), nullable=False),
        sa.Column("ppm", sa.Integer(), nullable=False),
        sa.Column("properties", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint("fulfilled between 0 and quantity", name=op.f("ck_orders_line_fulfilled")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_orders_line_quantity")),
        sa.CheckConstraint("total = subtotal - discount", name=op.f("ck_orders_line_sums")),
        sa.ForeignKeyConstraint(["order_id"], ["orders_order.id"], name=op.f("fk_orders_line_order_id")),
        sa.ForeignKeyConstraint(["vendor_id"], ["vendors_vendor.id"], name=op.f("fk_orders_line_vendor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders_line")),
    )
    op.create_index(op.f("ix_orders_line_order_id"), "orders_line", ["order_id"], unique=False)
    op.create_table(
        "shipping_rate",
        sa.Column("method_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("free_over", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("amount >= 0 and free_over >= 0", name=op.f("ck_shipping_rate_not_negative")),
        sa.ForeignKeyConstraint(["method_id"], ["shipping_method.id"], name=op.f("fk_shipping_rate_method_id")),
        sa.PrimaryKeyConstraint("method_id", "currency", name=op.f("pk_shipping_rate")),
    )
    op.create_table(
        "cart_line",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cart_id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("properties", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("properties_key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("title", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("unit_amount", sa.BigInteger(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_cart_line_quantity")),
        sa.ForeignKeyConstraint(["cart_id"], ["cart_cart.id"], name=op.f("fk_cart_line_cart_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["variant_id"], ["catalog_variant.id"], name=op.f("fk_cart_line_variant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cart_line")),
        sa.UniqueConstraint(
            "cart_id", "variant_id", "properties_key", name=op.f("uq_cart_line_cart_id_variant_id_properties_key")
        ),
    )
    op.create_index(op.f("ix_cart_line_variant_id"), "cart_line", ["variant_id"], unique=False)
    op.create_table(
        "catalog_media",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=True),
        sa.Column("variant_id", sa.Uuid(), nullable=True),
        sa.Column("category_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("path", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("url", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("alt", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("placeholder", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("num_nonnulls(path, url) = 1", name=op.f("ck_catalog_media_one_place")),
        sa.CheckConstraint("num_nonnulls(product_id, category_id) = 1", name=op.f("ck_catalog_media_one_owner")),
        sa.ForeignKeyConstraint(["category_id"], ["catalog_category.id"], name=op.f("fk_catalog_media_category_id")),
        sa.ForeignKeyConstraint(["product_id"], ["catalog_product.id"], name=op.f("fk_catalog_media_product_id")),
        sa.ForeignKeyConstraint(["variant_id"], ["catalog_variant.id"], name=op.f("fk_catalog_media_variant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalog_media")),
    )
    op.create_index(
        op.f("ix_catalog_media_category_id"),
        "catalog_media",
        ["category_id"],
        unique=True,
        postgresql_where=sa.text("category_id is not null"),
    )
    op.create_index(
        op.f("ix_catalog_media_product_id_position"), "catalog_media", ["product_id", "position"], unique=False
    )
    op.create_index(
        op.f("ix_catalog_media_variant_id_position"),
        "catalog_media",
        ["variant_id", "position"],
        unique=False,
        postgresql_where=sa.text("variant_id is not null"),
    )
    op.create_table(
        "catalog_variant_choice",
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("option_id", sa.Uuid(), nullable=False),
        sa.Column("value_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["option_id"], ["catalog_option.id"], name=op.f("fk_catalog_variant_choice_option_id")),
        sa.ForeignKeyConstraint(
            ["value_id"], ["catalog_option_value.id"], name=op.f("fk_catalog_variant_choice_value_id")
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"], ["catalog_variant.id"], name=op.f("fk_catalog_variant_choice_variant_id")
        ),
        sa.PrimaryKeyConstraint("variant_id", "option_id", name=op.f("pk_catalog_variant_choice")),
    )
    op.create_index(op.f("ix_catalog_variant_choice_option_id"), "catalog_variant_choice", ["option_id"], unique=False)
    op.create_index(op.f("ix_catalog_variant_choice_value_id"), "catalog_variant_choice", ["value_id"], unique=False)
    op.create_table(
        "fulfillment_line",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("fulfillment_id", sa.Uuid(), nullable=False),
        sa.Column("order_line_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_fulfillment_line_quantity")),
        sa.ForeignKeyConstraint(
            ["fulfillment_id"], ["fulfillment_fulfillment.id"], name=op.f("fk_fulfillment_line_fulfillment_id")
        ),
        sa.ForeignKeyConstraint(["order_line_id"], ["orders_line.id"], name=op.f("fk_fulfillment_line_order_line_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fulfillment_line")),
    )
    op.create_index(op.f("ix_fulfillment_line_fulfillment_id"), "fulfillment_line", ["fulfillment_id"], unique=False)
    op.create_index(op.f("ix_fulfillment_line_order_line_id"), "fulfillment_line", ["order_line_id"], unique=False)
    op.create_table(
        "inventory_reservation",
        sa.Column("owner_kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("warehouse_id", sa.Uuid(), nullable=False),
        sa.Column("reserved", sa.Integer(), server_default="0", nullable=False),
        sa.Column("committed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("shipped", sa.Integer(), server_default="0", nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "reserved >= 0 and committed >= 0 and shipped >= 0", name=op.f("ck_inventory_reservation_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["variant_id"], ["catalog_variant.id"], name=op.f("fk_inventory_reservation_variant_id")
        ),
        sa.ForeignKeyConstraint(
            ["warehouse_id"], ["inventory_warehouse.id"], name=op.f("fk_inventory_reservation_warehouse_id")
        ),
        sa.PrimaryKeyConstraint(
            "owner_kind", "owner_id", "variant_id", "warehouse_id", name=op.f("pk_inventory_reservation")
        ),
    )
    op.create_index(
        "ix_inventory_reservation_due",
        "inventory_reservation",
        ["owner_kind", "expires_at"],
        unique=False,
        postgresql_where=sa.text("reserved > 0"),
    )
    op.create_index(
        op.f("ix_inventory_reservation_variant_id_warehouse_id"),
        "inventory_reservation",
        ["variant_id", "warehouse_id"],
        unique=False,
    )
    op.create_table(
        "inventory_stock",
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("warehouse_id", sa.Uuid(), nullable=False),
        sa.Column("on_hand", sa.Integer(), server_default="0", nullable=False),
        sa.Column("reserved", sa.Integer(), server_default="0", nullable=False),
        sa.Column("committed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("safety", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint("on_hand - reserved - committed >= 0", name=op.f("ck_inventory_stock_not_oversold")),
        sa.CheckConstraint(
            "on_hand >= 0 and reserved >= 0 and committed >= 0 and safety >= 0",
            name=op.f("ck_inventory_stock_not_negative"),
        ),
        sa.ForeignKeyConstraint(["variant_id"], ["catalog_variant.id"], name=op.f("fk_inventory_stock_variant_id")),
        sa.ForeignKeyConstraint(
            ["warehouse_id"], ["inventory_warehouse.id"], name=op.f("fk_inventory_stock_warehouse_id")
        ),
        sa.PrimaryKeyConstraint("variant_id", "warehouse_id", name=op.f("pk_inventory_stock")),
    )
    op.create_index(op.f("ix_inventory_stock_warehouse_id"), "inventory_stock", ["warehouse_id"], unique=False)
    op.create_table(
        "inventory_stock_movement",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("warehouse_id", sa.Uuid(), nullable=False),
        sa.Column("bucket", sa.Text(), nullable=False),
        sa.Column("delta", sa.Integer(), nullable=False),
        sa.Column("balance_after", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("ref_kind", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("ref_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["variant_id"], ["catalog_variant.id"], name=op.f("fk_inventory_stock_movement_variant_id")
        ),
        sa.ForeignKeyConstraint(
            ["warehouse_id"], ["inventory_warehouse.id"], name=op.f("fk_inventory_stock_movement_warehouse_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inventory_stock_movement")),
    )
    op.create_index(
        op.f("ix_inventory_stock_movement_variant_id_warehouse_id_id"),
        "inventory_stock_movement",
        ["variant_id", "warehouse_id", "id"],
        unique=False,
    )
    op.create_index(
        "uq_inventory_stock_movement_cause",
        "inventory_stock_movement",
        ["ref_kind", "ref_id", "variant_id", "warehouse_id", "reason"],
        unique=True,
        postgresql_where=sa.text("bucket = 'ON_HAND' and ref_id is not null"),
    )
    op.create_table(
        "pricing_price",
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("compare_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_pricing_price_amount_not_negative")),
        sa.CheckConstraint("compare_at > amount", name=op.f("ck_pricing_price_compare_at_above_amount")),
        sa.ForeignKeyConstraint(["channel_id"], ["channels_channel.id"], name=op.f("fk_pricing_price_channel_id")),
        sa.ForeignKeyConstraint(["variant_id"], ["catalog_variant.id"], name=op.f("fk_pricing_price_variant_id")),
        sa.PrimaryKeyConstraint("variant_id", "channel_id", "currency", name=op.f("pk_pricing_price")),
    )
    op.create_index(
        op.f("ix_pricing_price_channel_id_currency_amount"),
        "pricing_price",
        ["channel_id", "currency", "amount"],
        unique=False,
    )
    op.create_table(
        "pricing_price_log",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("variant_id", sa.Uuid(), nullable=False),
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("compare_at", sa.BigInteger(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["channel_id"], ["channels_channel.id"], name=op.f("fk_pricing_price_log_channel_id")),
        sa.ForeignKeyConstraint(["variant_id"], ["catalog_variant.id"], name=op.f("fk_pricing_price_log_variant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pricing_price_log")),
    )
    op.create_index(op.f("ix_pricing_price_log_channel_id"), "pricing_price_log", ["channel_id"], unique=False)
    op.create_index(
        op.f("ix_pricing_price_log_variant_id_channel_id_currency_changed_at"),
        "pricing_price_log",
        ["variant_id", "channel_id", "currency", "changed_at"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_index(
        op.f("ix_pricing_price_log_variant_id_channel_id_currency_changed_at"), table_name="pricing_price_log"
    )
    op.drop_index(op.f("ix_pricing_price_log_channel_id"), table_name="pricing_price_log")
    op.drop_table("pricing_price_log")
    op.drop_index(op.f("ix_pricing_price_channel_id_currency_amount"), table_name="pricing_price")
    op.drop_table("pricing_price")
    op.drop_index(
        "uq_inventory_stock_movement_cause",
        table_name="inventory_stock_movement",
        postgresql_where=sa.text("bucket = 'ON_HAND' and ref_id is not null"),
    )
    op.drop_index(op.f("ix_inventory_stock_movement_variant_id_warehouse_id_id"), table_name="inventory_stock_movement")
    op.drop_table("inventory_stock_movement")
    op.drop_index(op.f("ix_inventory_stock_warehouse_id"), table_name="inventory_stock")
    op.drop_table("inventory_stock")
    op.drop_index(op.f("ix_inventory_reservation_variant_id_warehouse_id"), table_name="inventory_reservation")
    op.drop_index(
        "ix_inventory_reservation_due", table_name="inventory_reservation", postgresql_where=sa.text("reserved > 0")
    )
    op.drop_table("inventory_reservation")
    op.drop_index(op.f("ix_fulfillment_line_order_line_id"), table_name="fulfillment_line")
    op.drop_index(op.f("ix_fulfillment_line_fulfillment_id"), table_name="fulfillment_line")
    op.drop_table("fulfillment_line")
    op.drop_index(op.f("ix_catalog_variant_choice_value_id"), table_name="catalog_variant_choice")
    op.drop_index(op.f("ix_catalog_variant_choice_option_id"), table_name="catalog_variant_choice")
    op.drop_table("catalog_variant_choice")
    op.drop_index(
        op.f("ix_catalog_media_variant_id_position"),
        table_name="catalog_media",
        postgresql_where=sa.text("variant_id is not null"),
    )
    op.drop_index(op.f("ix_catalog_media_product_id_position"), table_name="catalog_media")
    op.drop_index(
        op.f("ix_catalog_media_category_id"),
        table_name="catalog_media",
        postgresql_where=sa.text("category_id is not null"),
    )
    op.drop_table("catalog_media")
    op.drop_index(op.f("ix_cart_line_variant_id"), table_name="cart_line")
    op.drop_table("cart_line")
    op.drop_table("shipping_rate")
    op.drop_index(op.f("ix_orders_line_order_id"), table_name="orders_line")
    op.drop_table("orders_line")
    op.drop_table("orders_event")
    op.drop_index(op.f("ix_fulfillment_fulfillment_order_id"), table_name="fulfillment_fulfillment")
    op.drop_table("fulfillment_fulfillment")
    op.drop_table("checkout_checkout")
    op.drop_index(op.f("ix_catalog_variant_product_id_position_id"), table_name="catalog_variant")
    op.drop_index(op.f("ix_catalog_variant_barcode"), table_name="catalog_variant")
    op.drop_table("catalog_variant")
    op.drop_index(op.f("ix_catalog_publication_channel_id_product_id"), table_name="catalog_publication")
    op.drop_table("catalog_publication")
    op.drop_index(op.f("ix_catalog_product_option_option_id"), table_name="catalog_product_option")
    op.drop_table("catalog_product_option")
    op.drop_index(op.f("ix_catalog_product_attribute_value_id"), table_name="catalog_product_attribute")
    op.drop_index(op.f("ix_catalog_product_attribute_attribute_id"), table_name="catalog_product_attribute")
    op.drop_table("catalog_product_attribute")
    op.drop_index(op.f("ix_catalog_category_product_product_id"), table_name="catalog_category_product")
    op.drop_index("ix_catalog_category_product_merchant_order", table_name="catalog_category_product")
    op.drop_table("catalog_category_product")
    op.drop_table("tax_rate")
    op.drop_index(op.f("ix_shipping_zone_country_zone_id"), table_name="shipping_zone_country")
    op.drop_table("shipping_zone_country")
    op.drop_index(op.f("ix_shipping_method_zone_id"), table_name="shipping_method")
    op.drop_table("shipping_method")
    op.drop_index(op.f("ix_payments_refund_payment_id"), table_name="payments_refund")
    op.drop_index("ix_payments_refund_due", table_name="payments_refund", postgresql_where="next_check_at is not null")
    op.drop_table("payments_refund")
    op.drop_table("payments_option")
    op.drop_table("payments_event")
    op.drop_index(op.f("ix_payments_attempt_provider_ref"), table_name="payments_attempt")
    op.drop_index(op.f("ix_payments_attempt_payment_id"), table_name="payments_attempt")
    op.drop_index(
        "ix_payments_attempt_due", table_name="payments_attempt", postgresql_where="next_check_at is not null"
    )
    op.drop_table("payments_attempt")
    op.drop_index("ix_orders_order_waiting", table_name="orders_order", postgresql_where="status = 'PENDING'")
    op.drop_index("ix_orders_order_placed", table_name="orders_order")
    op.drop_index(op.f("ix_orders_order_email"), table_name="orders_order")
    op.drop_table("orders_order")
    op.drop_index(op.f("ix_inventory_channel_warehouse_warehouse_id"), table_name="inventory_channel_warehouse")
    op.drop_table("inventory_channel_warehouse")
    op.drop_index(op.f("ix_catalog_product_vendor_id"), table_name="catalog_product")
    op.drop_index("ix_catalog_product_merchant_order", table_name="catalog_product")
    op.drop_index(op.f("ix_catalog_product_created_at_id"), table_name="catalog_product")
    op.drop_index(op.f("ix_catalog_product_brand_id"), table_name="catalog_product")
    op.drop_table("catalog_product")
    op.drop_table("catalog_option_value")
    op.drop_table("catalog_attribute_value")
    op.drop_index("ix_cart_cart_idle", table_name="cart_cart", postgresql_where="state = 'OPEN'")
    op.drop_table("cart_cart")
    op.drop_index(op.f("ix_accounts_session_family"), table_name="accounts_session")
    op.drop_index(op.f("ix_accounts_session_expires_at"), table_name="accounts_session")
    op.drop_index(op.f("ix_accounts_session_account_id"), table_name="accounts_session")
    op.drop_table("accounts_session")
    op.drop_table("vendors_vendor")
    op.drop_table("tax_class")
    op.drop_table("shipping_zone")
    op.drop_index(op.f("ix_search_stale_transaction_id"), table_name="search_stale")
    op.drop_table("search_stale")
    op.drop_index(
        op.f("ix_search_profile_facets"),
        table_name="search_profile",
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
    )
    op.drop_table("search_profile")
    op.drop_index("ix_search_listing_newest", table_name="search_listing")
    op.drop_index(
        "ix_search_listing_merchant_order", table_name="search_listing", postgresql_include=["starts_at", "ends_at"]
    )
    op.drop_index("ix_search_listing_dearest", table_name="search_listing")
    op.drop_index("ix_search_listing_cheapest", table_name="search_listing")
    op.drop_index(op.f("ix_search_listing_brand_id"), table_name="search_listing")
    op.drop_table("search_listing")
    op.drop_table("payments_webhook_message")
    op.drop_table("payments_test_charge")
    op.drop_index("ix_payments_payment_payable", table_name="payments_payment")
    op.drop_table("payments_payment")
    op.drop_index(op.f("ix_kit_idempotency_key_created_at"), table_name="kit_idempotency_key")
    op.drop_table("kit_idempotency_key")
    op.drop_index(op.f("ix_kit_event_recorded_at"), table_name="kit_event")
    op.drop_index(op.f("ix_kit_event_name"), table_name="kit_event")
    op.drop_table("kit_event")
    op.drop_table("inventory_warehouse")
    op.drop_index("uq_channels_channel_default", table_name="channels_channel", postgresql_where=sa.text("is_default"))
    op.drop_table("channels_channel")
    op.drop_index(op.f("ix_catalog_slug_target_id"), table_name="catalog_slug")
    op.drop_index(
        op.f("ix_catalog_slug_kind_target_id_locale"), table_name="catalog_slug", postgresql_where=sa.text("is_current")
    )
    op.drop_index(op.f("ix_catalog_slug_kind_slug"), table_name="catalog_slug")
    op.drop_table("catalog_slug")
    op.drop_table("catalog_option")
    op.drop_index(op.f("ix_catalog_category_path"), table_name="catalog_category", postgresql_using="gin")
    op.drop_index(op.f("ix_catalog_category_parent_id_position"), table_name="catalog_category")
    op.drop_table("catalog_category")
    op.drop_table("catalog_brand")
    op.drop_table("catalog_attribute")
    op.drop_index("ix_accounts_attempt_bucket_created_at", table_name="accounts_attempt")
    op.drop_table("accounts_attempt")
    op.drop_index(op.f("ix_accounts_account_kind"), table_name="accounts_account")
    op.drop_table("accounts_account")
