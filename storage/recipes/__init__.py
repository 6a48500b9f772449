"""The recipes that people saved: their table and its queries."""
