"""Reports: one page that says what a session, or several, came to."""
