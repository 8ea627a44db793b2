"""linviz: see every number of a PyTorch training step."""

__version__ = "0.1.0"
