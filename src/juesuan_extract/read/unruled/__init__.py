"""Grids of tables without rulings."""
