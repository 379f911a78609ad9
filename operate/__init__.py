"""What an operator does to a running stack, on AWS or on the embedded one: it is where the environment says."""
