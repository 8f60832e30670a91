"""Notices: mail written with the work into an outbox, delivered afterwards by a job."""
