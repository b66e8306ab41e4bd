"""Help for those who edit the knowledge files under schemas/: what is wrong with them, and where each alias stands."""
