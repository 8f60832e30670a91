"""Rules of mail: an organisation's own wording, reports of what could not be delivered."""
