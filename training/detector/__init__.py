"""Our own face detector in YuNet's format: data, network, training, measurement, export."""
