"""Keep the audit log: what was written down is neither changed nor removed, by whatever way it is tried."""

from alembic import op

revision = "0005"
down_revision = "0004"

TABLES = ("kit_audit", "kit_audit_checkpoint")
REFUSE = """
create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% is only ever added to', tg_table_name using errcode = 'restrict_violation';
end
$$
"""


def upgrade() -> None:
    op.execute(REFUSE)
    for table in TABLES:
        op.execute(
            f"create trigger refuse_change before update or delete or truncate on {table}"
            " for each statement execute function refuse_change()"
        )


def downgrade() -> None:
    op.execute("drop function refuse_change() cascade")  # with its triggers
