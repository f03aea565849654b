"""What a call to a service was about, so that it proves nothing about another number."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Nobody knows what was confirmed in a call of before: where a draft waits, they ring again.
    op.add_column("confirmations", sa.Column("digest", sa.String(64), nullable=True))


def downgrade() -> None:
    op.drop_column("confirmations", "digest")
