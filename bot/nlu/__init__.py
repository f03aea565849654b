"""What she meant: pure functions over her words, and thin Rasa components around them."""
