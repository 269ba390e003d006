// Replaced by the first kernels.
