"""Live link: results and events for other programs while they happen; off unless somebody asks for it."""
