"""The values, protocols and errors that all of Easel shares. Pure."""
