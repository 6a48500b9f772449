"""Jobs on PostgreSQL, by Procrastinate: which threads have to be looked at, and what runs once."""
