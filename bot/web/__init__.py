"""The public face: our Rasa channel, and the page with and without JavaScript."""
