"""What people ask by forms, and that Easel posts in their name."""
