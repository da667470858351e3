"""What the speed figures in README are made with: `python -m benchmarks.throughput`."""
