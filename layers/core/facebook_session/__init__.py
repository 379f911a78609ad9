"""What the functions must agree on: the session, its errors, its store, and how AWS is called."""
