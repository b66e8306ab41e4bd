"""What is said of an account, in words."""
