"""Files are read in processes of their own: the service asks, a child reads, nothing is trusted."""
