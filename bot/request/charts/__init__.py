"""Words that ask for a chart of a table, or for a change to one."""
