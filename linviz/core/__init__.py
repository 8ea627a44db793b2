"""The model: torch and numpy, no Qt, no threads.

Only ``trainer``, ``burst_loop`` and ``notebook`` import torch when they are imported; the values that travel
between threads (problems, settings, commands, snapshots) need numpy alone.
"""
