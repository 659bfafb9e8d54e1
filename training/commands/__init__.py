"""The laboratory's commands, one module per subject."""
