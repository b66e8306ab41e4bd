"""Measurements of speed and memory; `python -m bench.speed` prints them. Nothing here is installed or tested."""
