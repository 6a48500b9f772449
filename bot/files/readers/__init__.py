"""One module for each kind of file. They run in the sandbox and touch no network."""
