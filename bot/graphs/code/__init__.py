"""Makes graphs of source code: which module of a repository imports which."""
