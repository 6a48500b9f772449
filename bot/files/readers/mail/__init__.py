"""Mails of every make: their headers, text, pictures, attachments, and the mails in them."""
