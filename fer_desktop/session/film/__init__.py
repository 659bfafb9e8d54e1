"""Annotated video: a finished session drawn onto its source."""
