"""`easel check`: each module tries one thing that Easel needs."""
