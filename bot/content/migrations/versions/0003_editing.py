"""The tables of editing: people, drafts, approvals, and the history of all of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    _people()
    _drafts()
    op.create_table(
        "history",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("who", sa.String(60), nullable=False),
        sa.Column("act", sa.String(40), nullable=False),
        sa.Column("what", sa.String(140), nullable=False),
        sa.Column("old", sa.Text, nullable=True),
        sa.Column("new", sa.Text, nullable=True),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_history"),
    )


def downgrade() -> None:
    for name in (
        *("previews", "history", "approvals", "confirmations", "draft_entries", "drafts"),
        *("sessions", "invitations", "recovery_codes", "people"),
    ):
        op.drop_table(name)


def _people() -> None:
    op.create_table(
        "people",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("key", sa.String(60), nullable=False),
        sa.Column("password", sa.String(200), nullable=True),
        sa.Column("totp_secret", sa.String(64), nullable=True),
        sa.Column("totp_step", sa.Integer, nullable=False),
        sa.Column("roles", sa.JSON, nullable=False),
        sa.Column("languages", sa.JSON, nullable=False),
        sa.Column("reads", sa.String(8), nullable=False),
        sa.Column("is_active", sa.Boolean, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("locked_until", TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_people"),
        sa.UniqueConstraint("key", name="uq_people_key"),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("digest", sa.String(64), nullable=False),
        _to("recovery_codes", "person_id", "people"),
        sa.PrimaryKeyConstraint("digest", name="pk_recovery_codes"),
    )
    op.create_table(
        "invitations",
        sa.Column("digest", sa.String(64), nullable=False),
        _to("invitations", "person_id", "people"),
        sa.Column("ends_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_invitations"),
    )
    op.create_table(
        "sessions",
        sa.Column("digest", sa.String(64), nullable=False),
        _to("sessions", "person_id", "people"),
        sa.Column("seen_at", TIME, nullable=False),
        sa.Column("ends_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_sessions"),
    )


def _drafts() -> None:
    op.create_table(
        "drafts",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("subject", sa.String(100), nullable=False),
        sa.Column("kind", sa.String(20), nullable=True),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        _to("drafts", "opened_by", "people"),
        sa.Column("opened_at", TIME, nullable=False),
        _to("drafts", "revision_id", "revisions", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_drafts"),
    )
    op.create_table(
        "draft_entries",
        _to("draft_entries", "draft_id", "drafts"),
        sa.Column("part", sa.String(20), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("value", sa.JSON, nullable=True),
        _to("draft_entries", "author_id", "people"),
        sa.Column("saved_at", TIME, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("base_revision", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("draft_id", "part", "name", name="pk_draft_entries"),
    )
    op.create_table(
        "confirmations",
        _to("confirmations", "draft_id", "drafts"),
        sa.Column("service_id", sa.String(100), nullable=False),
        _to("confirmations", "person_id", "people"),
        sa.Column("called_on", sa.String(10), nullable=False),
        sa.Column("spoke_to", sa.Text, nullable=False),
        sa.Column("said", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("draft_id", "service_id", name="pk_confirmations"),
    )
    op.create_table(
        "approvals",
        _to("approvals", "draft_id", "drafts"),
        sa.Column("part", sa.String(20), nullable=False),
        _to("approvals", "person_id", "people"),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("draft_id", "part", name="pk_approvals"),
    )
    op.create_table(
        "previews",
        sa.Column("digest", sa.String(64), nullable=False),
        _to("previews", "draft_id", "drafts"),
        sa.Column("ends_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_previews"),
    )


def _to(table: str, column: str, other: str, *, nullable: bool = False) -> sa.Column:
    key = sa.ForeignKey(f"{other}.id", name=f"fk_{table}_{column}_{other}")
    return sa.Column(column, sa.Integer, key, nullable=nullable)
