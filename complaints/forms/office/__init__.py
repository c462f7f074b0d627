"""What the office types: people, settings, calendars, rules."""
