"""Small pure helpers: amounts, labels, codes, boxes."""
