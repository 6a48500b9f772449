"""Words that ask for a graph which Easel computes and draws itself."""
