"""The database and the files on disk: everything that outlives the process."""
