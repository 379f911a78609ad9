"""What the system costs: what its functions ask of AWS in a run on moto, by AWS' list prices."""
