"""The first tables: revisions, records and texts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "revisions",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("origin", sa.String(20), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=True),
        sa.Column("note", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_revisions"),
    )
    op.create_table(
        "records",
        sa.Column("revision_id", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("id", sa.String(100), nullable=False),
        sa.Column("data", sa.JSON, nullable=True),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revisions.id"], name="fk_records_revision_id_revisions"
        ),
        sa.PrimaryKeyConstraint("revision_id", "kind", "id", name="pk_records"),
    )
    op.create_table(
        "texts",
        sa.Column("revision_id", sa.Integer, nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("msgid", sa.String(100), nullable=False),
        sa.Column("text", sa.Text, nullable=True),
        sa.Column("source_fingerprint", sa.String(64), nullable=True),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revisions.id"], name="fk_texts_revision_id_revisions"
        ),
        sa.PrimaryKeyConstraint("revision_id", "language", "msgid", name="pk_texts"),
    )


def downgrade() -> None:
    op.drop_table("texts")
    op.drop_table("records")
    op.drop_table("revisions")
