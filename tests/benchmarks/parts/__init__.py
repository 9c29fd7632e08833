"""The parts of the benchmark of the engines; each measures one group of goals."""
