"""`bot check`: each module tries one thing that Easel needs."""
