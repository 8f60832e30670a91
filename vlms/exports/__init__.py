"""Papers and lists that leave the system, and lists that come in.

A `Table` or `Document` is a value; one writer each makes .xlsx, .csv and PDF of it.
Uploaded workbooks and text files are read, within limits, into a `Sheet`.
"""
