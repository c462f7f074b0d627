"""The office: people, settings, calendars, rules, and whether all is running."""
