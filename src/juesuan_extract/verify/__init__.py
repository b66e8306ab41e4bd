"""Proof of the figures by the accounts' own arithmetic."""
