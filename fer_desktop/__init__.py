"""FER Desktop: facial expressions seen live, logged so that scientists can trust the numbers."""

__version__ = "0.1.0"
