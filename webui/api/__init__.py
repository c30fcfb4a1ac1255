"""Answers for programs: JSON, feeds, calendars, the OpenAPI document."""
