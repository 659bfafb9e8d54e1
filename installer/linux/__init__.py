"""The parts for Linux."""
