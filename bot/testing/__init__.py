"""The testers' face: situations played against the running chat, and a report of what broke."""
