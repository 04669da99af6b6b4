"""The stores of the embedded form: one machine, nothing to install, one writer per store."""
