"""The parts for macOS."""
