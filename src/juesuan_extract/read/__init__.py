"""Pages of a PDF: text, rulings, characters, and the grids they make."""
