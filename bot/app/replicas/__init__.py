"""What a replica has in common with the others on its database, and what is its own."""
