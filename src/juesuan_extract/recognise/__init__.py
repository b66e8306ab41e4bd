"""What printed words mean: titles, captions, headings, and which table a grid is."""
