"""The content report: one page that says how every answer stands in every language."""
