"""`bot smoke`: asks the real service what could only be read about. Spends a few cents."""
