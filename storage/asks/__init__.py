"""Questions of “Ask Easel…” that are about to be posted."""
