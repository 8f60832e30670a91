"""What is done with codes, one verb group a file; all pass `transition.take_step`."""
