"""Charts of tables: which table, what the model is told of it, and how the chart is shown."""
