"""Create the shop: all tables of the first release."""

import sqlalchemy as sa
import sqlmodel
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
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


def downgrade() -> None:
    op.drop_index(op.f("ix_kit_idempotency_key_created_at"), table_name="kit_idempotency_key")
    op.drop_table("kit_idempotency_key")
    op.drop_index(op.f("ix_kit_event_recorded_at"), table_name="kit_event")
    op.drop_index(op.f("ix_kit_event_name"), table_name="kit_event")
    op.drop_table("kit_event")
    op.drop_index("uq_channels_channel_default", table_name="channels_channel", postgresql_where=sa.text("is_default"))
    op.drop_table("channels_channel")
