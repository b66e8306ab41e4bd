"""Repairs of form: pure functions that return what they were given, or a mended copy and the Repair that says so."""
