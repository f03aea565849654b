"""The secrets of second factors, sealed; the desk seals what is in the clear when it starts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Beside the old column, which is too narrow and which SQLite cannot widen in place.
    op.add_column("people", sa.Column("totp_sealed", sa.String(200), nullable=True))


def downgrade() -> None:
    # No key is at hand here: whoever has no recovery code left must be invited again.
    op.drop_column("people", "totp_sealed")
