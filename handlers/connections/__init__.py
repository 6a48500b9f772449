"""The web server's connections: how many, from whom, and how long each may take."""
