"""Pictures of graphs, by Graphviz. Runs in a decoder: a layout may take too long, or break down."""
