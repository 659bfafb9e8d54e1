"""The laboratory: trains expression networks in PyTorch and exports them to ONNX."""
