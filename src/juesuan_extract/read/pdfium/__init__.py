"""PDFium, the fast reader."""
