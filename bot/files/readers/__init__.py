"""One module for each kind of file. The modules run in the sandbox and use no network."""
