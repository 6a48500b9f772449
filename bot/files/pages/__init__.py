"""Decides and prepares which pages of PDFs and scans are sent, and in which form."""
