"""What Easel answers without a model: settings, pictures, going back, help."""
