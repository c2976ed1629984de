"""What Jupyter shows of smnb."""
