"""What answers cost: prices, estimates, budgets, reports. Calls nobody."""
