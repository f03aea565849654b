"""How a change of an English text bears on its translations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("texts", sa.Column("change", sa.String(20), nullable=True))


def downgrade() -> None:
    op.drop_column("texts", "change")
