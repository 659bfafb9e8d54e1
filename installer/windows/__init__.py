"""The parts for Windows."""
