"""What follows from the events, per player: pure steps over pages. No clock, no chance, no I/O."""
