"""One SearchIndex a file; `search_indexes.py` gathers them. Adding an own model is adding a file here."""
