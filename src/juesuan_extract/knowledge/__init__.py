"""What is known of publishers' forms: the files under schemas/, loaded and validated."""
