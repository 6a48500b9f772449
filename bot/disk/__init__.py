"""Files that only Easel may read: modes, links, and writes that are whole or not there."""
