"""Runs migrations on the connection that the content store hands over."""

from __future__ import annotations

from alembic import context

from bot.content.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite cannot alter a table in place.
    render_as_batch=True,
)
context.run_migrations()
