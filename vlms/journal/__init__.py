"""The journal as people use it: checked, signed, read on pages, taken away for an auditor."""
