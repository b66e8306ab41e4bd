"""Which pages hold which table of which account."""
