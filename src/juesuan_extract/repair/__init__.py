"""Repairs of form. Each is a pure function that returns what it was given, or a mended copy and the Repair that says so."""
