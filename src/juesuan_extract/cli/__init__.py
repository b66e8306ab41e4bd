"""The command juesuan."""
