"""`easel smoke`: asks the real service what its documentation leaves open. Spends a few cents."""
