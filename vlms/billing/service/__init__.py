"""What resellers and their customers do with charges, invoices and payments."""
