"""What a machine can check of the content: each check names answer, language and remedy."""
