"""FER Desktop: facial expressions seen live, logged so that scientists can trust the numbers."""

import os

__version__ = "0.1.0"

# From 1.29 on, onnxruntime sends what it runs to its maker, and keeps a device id, unless told not to
# before it is loaded; everything that loads it imports this package first.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
