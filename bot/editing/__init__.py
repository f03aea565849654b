"""How content is changed: who may, drafts, approvals, and the history of all of it."""
