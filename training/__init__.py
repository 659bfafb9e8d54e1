"""The laboratory: trains expression networks in PyTorch and exports them to ONNX."""

import fer_desktop  # noqa: F401 - switches off what onnxruntime would send, before it is loaded
