"""Questions from stored to settled: claimed, tried again, shared fairly."""
