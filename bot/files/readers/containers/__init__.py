"""Files that hold other files: their parts are read within bounds that all of them share."""
