"""Custom actions (rasa-sdk): what needs thought before Rasa can answer."""
