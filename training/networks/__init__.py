"""Networks: architectures by name, their parts and their sizes."""
